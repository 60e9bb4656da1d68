import * as Y from 'yjs'
import { FIRST_VERSION, SCHEMA_VERSION } from '#lib/schema/schema'

/**
 * What a new document starts with. Its creator writes this once, as the channel's first content; everybody else builds on
 * it, so that two people who open an empty page never make two first paragraphs.
 */

/** Name of the root that the editor binds to. */
export const BODY_ROOT = 'body'
/** Name of the root map that holds `schema`. */
export const META_ROOT = 'meta'

/** `empty`: the first structure has not arrived yet, so there is nothing to bind an editor to. */
export type DocumentVersion = 'current' | 'older' | 'newer' | 'empty'

/** Gives a new page its one empty paragraph. */
export function writeFirstBody(doc: Y.Doc): void {
  doc.transact(() => {
    doc.getXmlFragment(BODY_ROOT).insert(0, [new Y.XmlElement('paragraph')])
    doc.getMap(META_ROOT).set('schema', FIRST_VERSION)
  })
}

/** Gives a new workspace index or discussion its version. */
export function writeFirstMeta(doc: Y.Doc): void {
  doc.getMap(META_ROOT).set('schema', FIRST_VERSION)
}

/** How a document relates to this client (D14): a newer one is shown read-only. Anything unreadable counts as newer. */
export function readVersion(doc: Y.Doc): DocumentVersion {
  const version = doc.getMap(META_ROOT).get('schema')
  if (version === undefined) return 'empty'
  if (version === SCHEMA_VERSION) return 'current'
  const isOlder = typeof version === 'number' && Number.isInteger(version) && version >= 1 && version < SCHEMA_VERSION
  return isOlder ? 'older' : 'newer'
}
