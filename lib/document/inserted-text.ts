import * as Y from 'yjs'
import { readUpdate } from '#lib/document/update-reader'

/**
 * The words that updates (V1) brought and did not take back, in the order in which they were written, at most `maxLength`
 * UTF-16 units: a glance at edits that are not in a document. Hostile updates are left out.
 */
export function insertedText(updates: readonly Uint8Array[], maxLength: number): string {
  const sound = updates
    .filter((update) => typeof readUpdate(update) !== 'string')
    .map((update) => Y.decodeUpdate(update))
  const deleted = Y.mergeDeleteSets(sound.map(({ ds }) => ds))
  let text = ''
  for (const struct of sound.flatMap(({ structs }) => structs)) {
    if (!(struct instanceof Y.Item)) continue
    const { client, clock } = struct.id
    const { content } = struct
    if (content instanceof Y.ContentType && text !== '' && !text.endsWith(' ')) text += ' '
    if (!(content instanceof Y.ContentString)) continue
    for (let i = 0; i < content.str.length; i++) {
      if (!Y.isDeleted(deleted, Y.createID(client, clock + i))) text += content.str.charAt(i)
    }
    if (text.length > maxLength) return `${text.slice(0, maxLength).trimEnd()}…`
  }
  return text.trim()
}
