import type { Node } from 'prosemirror-model'
import { PAGE_STYLE } from '#lib/convert/html-style'
import { createHtmlSerializer } from '#lib/convert/html-writer'

export interface HtmlPage {
  readonly title: string
  /** `data:` addresses of the pictures that come along, by how the page names them. */
  readonly pictures: ReadonlyMap<string, string>
}

/** A page as one HTML file that needs nothing else, and may run and load nothing; links into the app stay as their words. Needs a document to build in. */
export function docToHtml(doc: Node, { title, pictures }: HtmlPage): string {
  const inert = document.implementation.createHTMLDocument('')
  const main = inert.createElement('main')
  main.append(createHtmlSerializer(doc.type.schema).serializeFragment(doc.content, { document: inert }))
  for (const cell of main.querySelectorAll('[data-column]')) cell.removeAttribute('data-column')
  for (const file of main.querySelectorAll('[data-file]')) showFile(file, pictures)
  for (const link of main.querySelectorAll('a[href^="#"]')) link.replaceWith(...link.childNodes)
  const name = escaped(title)
  return `<!doctype html>
<html>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${name || 'Untitled'}</title>
<style>
${PAGE_STYLE}</style>
</head>
<body>
<main>${name ? `<h1 dir="auto">${name}</h1>` : ''}${main.innerHTML}</main>
</body>
</html>
`
}

/** What names a sealed file opens it: that stays here, and the picture, or else its name or what it shows, goes out. */
function showFile(file: Element, pictures: ReadonlyMap<string, string>): void {
  const facts = new Map([...file.attributes].map(({ name, value }) => [name, value]))
  for (const name of facts.keys()) file.removeAttribute(name)
  if (file.tagName !== 'FIGURE') return
  const alt = facts.get('data-alt') ?? ''
  const address = pictures.get(facts.get('data-file') ?? '')
  if (address === undefined) {
    file.prepend(`[${alt || facts.get('data-name') || ''}]`)
    return
  }
  const image = file.ownerDocument.createElement('img')
  const width = facts.get('data-width')
  image.setAttribute('alt', alt)
  if (width) image.setAttribute('width', `${width}%`)
  image.setAttribute('src', address)
  file.prepend(image)
  const caption = file.querySelector('figcaption')
  if (caption?.childNodes.length === 0) caption.remove()
}

const SIGNS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => SIGNS[sign] ?? sign)
