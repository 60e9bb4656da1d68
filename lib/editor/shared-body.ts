import type { Node } from 'prosemirror-model'
import { updateYFragment } from 'y-prosemirror'
import * as Y from 'yjs'
import { BODY_ROOT } from '#lib/document/first-structure'
import { raiseVersion } from '#lib/document/raise-version'
import { giveTexts } from '#lib/editor/own-texts'
import { createProjection, type SharedMapping } from '#lib/editor/projection'
import { schema } from '#lib/schema/schema'

/** The page that a shared body shows, without an editor; reading never writes (E11). */
export const bodyNode = (doc: Y.Doc): Node =>
  schema.node('doc', null, [...createProjection(doc.getXmlFragment(BODY_ROOT), schema).blocks()])

/** Whether nothing stands in a shared body but one empty paragraph; looks at one block only. */
export function isEmptyBody(doc: Y.Doc): boolean {
  const body = doc.getXmlFragment(BODY_ROOT)
  return body.length <= 1 && /^(<paragraph[^>]*><\/paragraph>)?$/.test(String(body.toArray()[0] ?? ''))
}

/** Makes a shared body show `page`, by the smallest change that y-prosemirror finds. Call it inside a person's edit. */
export function writeBody(doc: Y.Doc, page: Node): void {
  doc.transact((transaction) => {
    const mapping: SharedMapping = new Map()
    updateYFragment(doc, doc.getXmlFragment(BODY_ROOT), page, { mapping, isOMark: new Map() })
    giveTexts(transaction, schema, mapping)
    raiseVersion(transaction)
  })
}

/** Adds the blocks of `page` after what a shared body shows, whatever others do to it. Call it inside a person's edit. */
export function appendBody(doc: Y.Doc, page: Node): void {
  const draft = new Y.Doc()
  writeBody(draft, page)
  const body = doc.getXmlFragment(BODY_ROOT)
  doc.transact((transaction) => {
    body.push(
      draft
        .getXmlFragment(BODY_ROOT)
        .toArray()
        .flatMap((block) => (block instanceof Y.XmlElement ? [block.clone()] : [])),
    )
    raiseVersion(transaction)
  })
}
