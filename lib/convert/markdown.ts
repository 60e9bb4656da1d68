import type { MarkdownParser } from 'prosemirror-markdown'
import { Fragment, type Node } from 'prosemirror-model'
import { err, ok, type Result } from '#lib/base/result'
import type { FileLinks } from '#lib/convert/archive-links'
import { writeBlocks } from '#lib/convert/markdown-blocks'
import { markdownParser } from '#lib/convert/markdown-parser'
import type { ReadingNotes } from '#lib/convert/markdown-tokens'
import { type TitledPage, titledPage } from '#lib/convert/titled-page'
import { schema } from '#lib/schema/schema'

/**
 * Markdown in and out: CommonMark with strikethrough and task lists. What comes out reads back as the same page, but for
 * what Markdown cannot say: empty paragraphs go, a style does not begin or end on a space. Underline, which Markdown
 * lacks, is `<u>`. The title is a first heading of level 1, and only that.
 */

const LIMIT_MEGABYTES = 12
/** Longest Markdown text that is read, in UTF-16 units; a UTF-8 file has at least as many bytes. */
export const MAX_MARKDOWN_LENGTH = LIMIT_MEGABYTES * 1024 * 1024

export type MarkdownError =
  | { readonly type: 'too-large'; readonly limitMegabytes: number }
  /** Quotes or lists nested so deep that part of the text would be dropped. */
  | { readonly type: 'too-deep' }

/** How a file that came with others is read: see createArchiveParser. */
export interface ArchiveReading {
  readonly parser: MarkdownParser
  readonly links: FileLinks
}

/** Reads any text, hostile text too; no link or image in the result makes a browser fetch or run anything. */
export function markdownToBody(text: string, archive?: ArchiveReading): Result<Node, MarkdownError> {
  if (text.length > MAX_MARKDOWN_LENGTH) return err({ type: 'too-large', limitMegabytes: LIMIT_MEGABYTES })
  const notes: ReadingNotes = archive ? { links: archive.links } : {}
  const doc = plainBreaks((archive?.parser ?? markdownParser).parse(text, notes))
  return notes.tooDeep ? err({ type: 'too-deep' }) : ok(doc)
}

/** Reads a whole file: as {@link markdownToBody}, but a first heading becomes the title. */
export function markdownToDoc(text: string, archive?: ArchiveReading): Result<TitledPage, MarkdownError> {
  const { body, title } = withoutFrontMatter(text.replace(/^\ufeff/, ''))
  const read = markdownToBody(body, archive)
  if (!read.ok) return read
  return ok(title === undefined ? titledPage(read.value) : { doc: read.value, title })
}

/** How a page is written that goes out with others. */
export interface ArchiveWriting extends ArchiveReading {
  /** Where a picture or another file is that comes along, by how its node names it. */
  pathOf(file: unknown): string | undefined
}

/** A page as Markdown, ending in a line break; '' for an empty page. `archive`: the files that it goes out with. */
export function docToMarkdown(doc: Node, page: { readonly title: string }, archive?: ArchiveWriting): string {
  const heading = schema.node('heading', { level: 1 }, page.title ? [schema.text(page.title)] : [])
  const startsWithTitle = doc.firstChild?.type.name === 'heading' && doc.firstChild.attrs.level === 1
  const whole = page.title || startsWithTitle ? schema.node('doc', null, doc.content.addToStart(heading)) : doc
  const lines = writeBlocks(whole, {
    readBack: (markdown) =>
      plainBreaks((archive?.parser ?? markdownParser).parse(markdown, archive ? { links: archive.links } : {})),
    pathOf: archive?.pathOf ?? (() => undefined),
  })
  return lines.length > 0 ? `${lines.join('\n')}\n` : ''
}

/** Settings in YAML at the head of the file, as other editors write them: only the title is kept. */
function withoutFrontMatter(text: string): { body: string; title?: string } {
  const front =
    /^---[ \t]*\r?\n((?:[A-Za-z][\w-]{0,60}:.*\r?\n|[ \t]+\S.*\r?\n|- .*\r?\n|#.*\r?\n){1,200})(?:---|\.\.\.)[ \t]*(?:\r?\n|$)/.exec(
      text,
    )
  if (!front) return { body: text }
  const title = /^title:[ \t]*(?:"([^"\n]*)"|'([^'\n]*)'|([^\n\r]*))/im.exec(front[1] ?? '')
  const body = text.slice(front[0].length)
  const words = title ? (title[1] ?? title[2] ?? title[3] ?? '').trim() : ''
  return words ? { body, title: words } : { body }
}

/** y-prosemirror keeps no style on a line break. */
function plainBreaks(doc: Node): Node {
  const content = mapNodes(doc.content)
  return content === doc.content ? doc : doc.copy(content)
}

function mapNodes(content: Fragment): Fragment {
  const nodes: Node[] = []
  let changed = false
  content.forEach((node) => {
    const next = node.isText ? node : node.isInline ? node.mark([]) : node.copy(mapNodes(node.content))
    changed ||= next !== node
    nodes.push(next)
  })
  return changed ? Fragment.from(nodes) : content
}
