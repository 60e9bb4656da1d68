import * as Y from 'yjs'
import { META_ROOT } from '#lib/document/first-structure'
import { FIRST_VERSION, versionOf } from '#lib/schema/schema'

/**
 * Notes in a page the schema version that what was just written needs (D14): a page that holds nothing new stays open to
 * older clients. To be called inside the transaction that wrote, whose own new structs alone are looked at.
 */
export function raiseVersion(transaction: Y.Transaction): void {
  const { doc, beforeState } = transaction
  const structs = doc.store.clients.get(doc.clientID) ?? []
  const begin = beforeState.get(doc.clientID) ?? 0
  let needed = FIRST_VERSION
  for (let index = structs.length - 1; index >= 0; index--) {
    const struct = structs[index]
    if (!struct || struct.id.clock + struct.length <= begin) break
    if (struct instanceof Y.Item) needed = Math.max(needed, versionOf(nameOf(struct.content)))
  }
  if (needed === FIRST_VERSION) return
  const meta = doc.getMap(META_ROOT)
  const noted = meta.get('schema')
  if (typeof noted !== 'number' || noted < needed) meta.set('schema', needed)
}

/** The node or mark that a piece of content is, or '' for plain characters and values. */
function nameOf(content: Y.Item['content']): string {
  if (content instanceof Y.ContentFormat) return content.key
  return content instanceof Y.ContentType && content.type instanceof Y.XmlElement ? content.type.nodeName : ''
}
