import type { Node } from 'prosemirror-model'
import { PAGE_STYLE } from '#lib/convert/html-style'
import { createHtmlSerializer } from '#lib/convert/html-writer'

/** A page as one HTML file that needs nothing else, and may run and load nothing; links into the app stay as their words. Needs a document to build in. */
export function docToHtml(doc: Node, { title }: { readonly title: string }): string {
  const main = document.createElement('main')
  main.append(createHtmlSerializer(doc.type.schema).serializeFragment(doc.content, { document }))
  for (const cell of main.querySelectorAll('[data-column]')) cell.removeAttribute('data-column')
  for (const file of main.querySelectorAll('[data-file]')) nameFile(file)
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

/** What names a sealed file opens it: that stays here, and its name or what it shows goes out. */
function nameFile(file: Element): void {
  const words = file.getAttribute('data-alt') || file.getAttribute('data-name') || ''
  if (file.tagName === 'FIGURE') file.prepend(`[${words}]`)
  for (const { name } of [...file.attributes]) file.removeAttribute(name)
}

const SIGNS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => SIGNS[sign] ?? sign)
