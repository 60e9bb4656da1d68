import { type Mention, mentionFrom } from '#lib/schema/mention-node'

/**
 * Whom a remark mentions. Its text has their names as anybody reads them; beside it stands, in the order of the text, whose
 * each name is. A screen that knows the person shows today's name instead.
 */

/** More of them are passed over. */
const MAX_MENTIONS = 100

/** What a remark's field says about its mentions, for any value that an edit may carry. */
export const mentionsFrom = (value: unknown): readonly Mention[] =>
  Array.isArray(value)
    ? value.slice(0, MAX_MENTIONS).flatMap((one: unknown) => {
        const mention = typeof one === 'object' && one !== null ? mentionFrom({ ...one, kind: 'person' }) : undefined
        return mention && mention.name !== '' ? [mention] : []
      })
    : []

/** The same as a plain value, for a remark's field. */
export const mentionsAsValue = (mentions: readonly Mention[]): readonly unknown[] =>
  mentions.slice(0, MAX_MENTIONS).map(({ id, name }) => ({ id, name }))

/** A text in pieces: words, and the mentions that stand between them. What is listed and not in the text is passed over. */
export function splitRemark(text: string, mentions: readonly Mention[]): readonly (string | Mention)[] {
  const pieces: (string | Mention)[] = []
  let end = 0
  for (const mention of mentions) {
    const written = writtenAs(mention)
    const from = text.indexOf(written, end)
    if (from < 0) continue
    if (from > end) pieces.push(text.slice(end, from))
    pieces.push(mention)
    end = from + written.length
  }
  if (end < text.length) pieces.push(text.slice(end))
  return pieces
}

/** How a mention stands in the text of a remark. */
export const writtenAs = ({ name }: Pick<Mention, 'name'>): string => `@${name}`

/** The text with today's names; `nameOf` returns `undefined` for whom nobody knows. */
export const withTodaysNames = (
  text: string,
  mentions: readonly Mention[],
  nameOf: (person: string) => string | undefined,
): string =>
  splitRemark(text, mentions)
    .map((piece) => (typeof piece === 'string' ? piece : writtenAs({ name: nameOf(piece.id) || piece.name })))
    .join('')
