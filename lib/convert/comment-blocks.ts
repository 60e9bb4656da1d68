import type { Node } from 'prosemirror-model'
import { schema } from '#lib/schema/schema'

/** A thread of comments as it leaves with its page. */
export interface ExportedThread {
  /** The words that it is about. */
  readonly quote: string
  readonly resolved: boolean
  readonly remarks: readonly { readonly by: string; readonly at: number; readonly text: string }[]
}

/** The page with its comments below it, as blocks that every format can say; the page as it is where it has none. */
export function withComments(doc: Node, threads: readonly ExportedThread[]): Node {
  if (threads.length === 0) return doc
  const blocks = [
    schema.node('horizontal_rule'),
    schema.node('heading', { level: 2 }, [schema.text('Comments')]),
    ...threads.flatMap(({ quote, resolved, remarks }) => [
      schema.node('blockquote', null, [paragraph(resolved ? `${quote} (resolved)` : quote)]),
      ...remarks.map(({ by, at, text }) => {
        const [first = '', ...rest] = text.split('\n').filter((line) => line.trim() !== '')
        const head = [schema.text(by, [schema.marks.bold.create()]), schema.text(`, ${dayOf(at)}: ${first}`)]
        return schema.node('list', { kind: 'bullet' }, [schema.node('paragraph', null, head), ...rest.map(paragraph)])
      }),
    ]),
  ]
  return doc.copy(doc.content.append(schema.node('doc', null, blocks).content))
}

const paragraph = (text: string): Node => schema.node('paragraph', null, text ? [schema.text(text)] : [])

/** Of the world's clock, so that a file says the same wherever it was made. */
function dayOf(at: number): string {
  const date = new Date(at)
  return Number.isNaN(date.getTime()) ? '?' : date.toISOString().slice(0, 10)
}
