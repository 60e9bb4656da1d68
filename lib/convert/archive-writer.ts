import { strToU8, Zip, ZipDeflate, ZipPassThrough } from 'fflate'
import { Fragment, type Node } from 'prosemirror-model'
import { docToMarkdown } from '#lib/convert/markdown'
import { createArchiveParser } from '#lib/convert/markdown-parser'
import { safeFileName } from '#lib/convert/safe-file-name'

/** Writes pages as Markdown files into one zip. Links between the pages lead from file to file. */
export interface ArchiveWriter {
  /** `page`: its place among those that were named. */
  add(page: number, title: string, doc: Node): void
  /** For the pages that come after it. `file`: how their nodes name it; `name`: with the ending of its kind. */
  addPicture(file: string, name: string, bytes: Uint8Array): void
  /** The whole archive. Nothing can be added afterwards. */
  end(): Uint8Array<ArrayBuffer>
}

/** `pages`: every page that will be there, and how the others' links call it. */
export function createArchiveWriter(
  pages: readonly { readonly title: string; readonly href: string }[],
): ArchiveWriter {
  const names = fileNames(pages.map(({ title }) => title))
  const nameByHref = new Map(pages.map(({ href }, at) => [href, names[at] ?? '']))
  const links = { hrefOf: same, hrefOfName: nowhere, pictureOf: nowhere, pictureOfName: nowhere, loseImage() {} }
  const archive = { parser: createArchiveParser(), links }
  const pathByFile = new Map<string, string>()
  const chunks: Uint8Array[] = []
  const zip = new Zip((error, chunk) => {
    if (error) throw error
    chunks.push(chunk)
  })
  const lead = (href: unknown): unknown => {
    const name = typeof href === 'string' ? nameByHref.get(href) : undefined
    return name === undefined ? href : encodeURIComponent(name)
  }
  return {
    add(page, title, doc) {
      const file = new ZipDeflate(names[page] ?? safeFileName(title, 'md'), { level: 6 })
      zip.add(file)
      file.push(strToU8(docToMarkdown(led(doc, lead, pathByFile), { title }, archive)), true)
    },
    addPicture(file, name, bytes) {
      const path = `pictures/${pathByFile.size + 1} ${safeFileName(name.replace(/\.[^.]*$/, ''), name.split('.').at(-1) ?? '')}`
      pathByFile.set(file, path)
      const picture = new ZipPassThrough(path)
      zip.add(picture)
      picture.push(bytes, true)
    },
    end() {
      zip.end()
      const whole = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0))
      let at = 0
      for (const chunk of chunks) {
        whole.set(chunk, at)
        at += chunk.length
      }
      return whole
    },
  }
}

const same = (address: string): string => address
const nowhere = (): undefined => undefined

/** Each name once, also where a file system knows no capital letters. */
function fileNames(titles: readonly string[]): readonly string[] {
  const taken = new Set<string>()
  const countByName = new Map<string, number>()
  return titles.map((title) => {
    const first = safeFileName(title, 'md')
    let name = first
    while (taken.has(name.toLowerCase())) {
      const again = (countByName.get(first.toLowerCase()) ?? 1) + 1
      countByName.set(first.toLowerCase(), again)
      name = `${first.slice(0, -'.md'.length)} ${again}.md`
    }
    taken.add(name.toLowerCase())
    return name
  })
}

/** The page with its links led elsewhere, and its pictures called by where they are. */
function led(node: Node, lead: (href: unknown) => unknown, pathByFile: ReadonlyMap<unknown, string>): Node {
  if (node.isInline) {
    const marks = node.marks.map((mark) =>
      mark.type.name === 'link' ? mark.type.create({ href: lead(mark.attrs.href) }) : mark,
    )
    return node.mark(marks)
  }
  const content = Fragment.from(node.content.content.map((child) => led(child, lead, pathByFile)))
  const path = node.type.name === 'image' ? pathByFile.get(node.attrs.file) : undefined
  return path === undefined ? node.copy(content) : node.type.create({ ...node.attrs, name: path }, content)
}
