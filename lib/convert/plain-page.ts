import type { Node } from 'prosemirror-model'
import { schema } from '#lib/schema/schema'

/** Text as it stands: a paragraph for each stretch of lines, parted by breaks; an empty line ends one. */
export function textToDoc(text: string): Node {
  const { paragraph, hard_break: lineBreak } = schema.nodes
  const stretches = text
    .replace(/\r\n?/g, '\n')
    .split(/\n(?:[ \t]*\n)+/)
    .map((stretch) => stretch.replace(/^\n|\n$/g, ''))
    .filter((stretch) => stretch.trim() !== '')
  const blocks = stretches.map((stretch) =>
    paragraph.create(
      null,
      stretch
        .split('\n')
        .flatMap((line, at) => [...(at > 0 ? [lineBreak.create()] : []), ...(line ? [schema.text(line)] : [])]),
    ),
  )
  return schema.node('doc', null, blocks.length > 0 ? blocks : [paragraph.create()])
}
