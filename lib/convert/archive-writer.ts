import { strToU8, Zip, ZipDeflate, ZipPassThrough } from 'fflate'
import { Fragment, type Node } from 'prosemirror-model'
import type { FileLinks } from '#lib/convert/archive-links'
import { ATTACHED_FOLDER } from '#lib/convert/enclosed-files'
import { docToMarkdown } from '#lib/convert/markdown'
import { createArchiveParser } from '#lib/convert/markdown-parser'
import { safeFileName } from '#lib/convert/safe-file-name'
import { mentionFrom, mentionText } from '#lib/schema/mention-node'
import { schema } from '#lib/schema/schema'

/** Writes pages as Markdown files into one zip. Links between the pages lead from file to file. */
export interface ArchiveWriter {
  /** `page`: its place among those that were named. */
  add(page: number, title: string, doc: Node): void
  /** For the pages that come after it. */
  addFile(file: ArchivedFile, bytes: Uint8Array): void
  /** The whole archive. Nothing can be added afterwards. */
  end(): Uint8Array<ArrayBuffer>
}

/** A picture or another file of a page. */
export interface ArchivedFile {
  readonly node: 'image' | 'file'
  /** How nodes name it. */
  readonly file: string
  /** With the ending of its kind. */
  readonly name: string
}

const FOLDERS = { image: 'pictures', file: ATTACHED_FOLDER } as const

/** A page that will be there, and how the others call it. */
export interface ArchivedPage {
  readonly title: string
  /** In links. */
  readonly href: string
  /** In mentions. */
  readonly id: string
}

/** `pages`: all of them, in their order. */
export function createArchiveWriter(pages: readonly ArchivedPage[]): ArchiveWriter {
  const nameOnce = createNaming()
  const names = pages.map(({ title }) => nameOnce('', title, 'md'))
  const nameByHref = new Map(pages.map(({ href }, at) => [href, names[at] ?? '']))
  const hrefById = new Map(pages.map(({ id, href }) => [id, href]))
  const pathByFile = new Map<unknown, string>()
  const archive = { parser: createArchiveParser(), links: AS_IT_IS, pathOf: (file: unknown) => pathByFile.get(file) }
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
      file.push(strToU8(docToMarkdown(led(asLinks(doc, hrefById), lead), { title }, archive)), true)
    },
    addFile({ node, file, name }, bytes) {
      const [, stem = name, ending = ''] = /^(.*)\.([A-Za-z0-9]{1,16})$/.exec(name) ?? []
      const path = nameOnce(`${FOLDERS[node]}/`, stem, ending)
      pathByFile.set(file, path)
      const stored = new ZipPassThrough(path)
      zip.add(stored)
      stored.push(bytes, true)
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

/** What is written is read back with links that lead where they say. */
const AS_IT_IS: FileLinks = {
  hrefOf: (address) => address,
  hrefOfName: () => undefined,
  pictureOf: () => undefined,
  pictureOfName: () => undefined,
  fileOf: () => undefined,
  loseImage() {},
}

/** Names each path once, also where a file system knows no capital letters. */
function createNaming(): (folder: string, name: string, ending: string) => string {
  const taken = new Set<string>()
  const countByPath = new Map<string, number>()
  return (folder, name, ending) => {
    const first = folder + safeFileName(name, ending)
    const end = ending ? ending.length + 1 : 0
    let path = first
    while (taken.has(path.toLowerCase())) {
      const again = (countByPath.get(first.toLowerCase()) ?? 1) + 1
      countByPath.set(first.toLowerCase(), again)
      path = `${first.slice(0, first.length - end)} ${again}${first.slice(first.length - end)}`
    }
    taken.add(path.toLowerCase())
    return path
  }
}

/** The page with links in place of mentions of pages: what they are called here, nobody knows elsewhere. */
function asLinks(node: Node, hrefById: ReadonlyMap<string, string>): Node {
  const mention = node.type.name === 'mention' ? mentionFrom(node.attrs) : undefined
  const href = mention?.kind === 'page' ? hrefById.get(mention.id) : undefined
  if (mention && href) {
    const link = schema.marks.link.create({ href })
    return schema.text(mentionText(mention), link.addToSet(node.marks))
  }
  return node.isLeaf ? node : node.copy(Fragment.from(node.content.content.map((child) => asLinks(child, hrefById))))
}

/** The page with its links led elsewhere. */
function led(node: Node, lead: (href: unknown) => unknown): Node {
  if (!node.isInline) return node.copy(Fragment.from(node.content.content.map((child) => led(child, lead))))
  const marks = node.marks.map((mark) =>
    mark.type.name === 'link' ? mark.type.create({ href: lead(mark.attrs.href) }) : mark,
  )
  return node.mark(marks)
}
