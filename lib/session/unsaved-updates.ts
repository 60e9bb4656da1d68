import * as Y from 'yjs'
import { applyAccepted, applyAcceptedV2, createQuietDoc } from '#lib/document/quiet-doc'

/** The client ids under which an update (V1) writes: none where it only deletes. */
export const clientsOf = (update: Uint8Array): number[] => [...Y.parseUpdateMeta(update).to.keys()]

/** The longest start of `queue` that one entry may hold: what writes under one client id (E7). */
export function firstBatch(queue: readonly Uint8Array[]): readonly Uint8Array[] {
  const [writer] = queue.flatMap(clientsOf)
  const end = queue.findIndex((update, i) => i > 0 && clientsOf(update).some((client) => client !== writer))
  return end < 0 ? [...queue] : queue.slice(0, end)
}

/** What of the updates a state (V2) does not cover yet (E12). */
export function uncovered(updates: readonly Uint8Array[], state: Uint8Array): Uint8Array[] {
  const held = Y.parseUpdateMetaV2(state).to
  return updates.filter((update) => {
    const { to } = Y.parseUpdateMeta(update)
    return to.size === 0 || [...to].some(([client, end]) => (held.get(client) ?? 0) < end)
  })
}

/**
 * A document of exactly a state (V2) and the updates; `undefined` where they do not follow it: they build on more, or the
 * state holds something else under their client ids.
 */
export function stateWith(state: Uint8Array, updates: readonly Uint8Array[]): Y.Doc | undefined {
  const held = Y.parseUpdateMetaV2(state).to
  const follows = (update: Uint8Array): boolean =>
    [...Y.parseUpdateMeta(update).from].every(([client, start]) => start >= (held.get(client) ?? 0))
  const doc = createQuietDoc()
  if (updates.every(follows) && applyAcceptedV2(doc, state).ok && applyAccepted(doc, ...updates).ok) return doc
  doc.destroy()
  return undefined
}
