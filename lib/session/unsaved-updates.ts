import * as Y from 'yjs'
import { applyAccepted, applyAcceptedV2, createQuietDoc } from '#lib/document/quiet-doc'
import { besideState, createHolding } from '#lib/document/used-clocks'

/** The client ids under which an update (V1) writes: none where it only deletes. */
export const clientsOf = (update: Uint8Array): number[] => [...Y.parseUpdateMeta(update).to.keys()]

/** The longest start of `queue` that one entry may hold: what writes under one client id (E7). */
export function firstBatch(queue: readonly Uint8Array[]): readonly Uint8Array[] {
  if (queue.length < 2) return [...queue]
  const [writer] = queue.flatMap(clientsOf)
  const end = queue.findIndex((update, i) => i > 0 && clientsOf(update).some((client) => client !== writer))
  return end < 0 ? [...queue] : queue.slice(0, end)
}

/**
 * What of the updates a state (V2) does not cover yet (E12). Where a copied profile wrote something else at the clocks of
 * one (E2), that one is not covered, nor are those that follow it.
 */
export function uncovered(updates: readonly Uint8Array[], state: Uint8Array): Uint8Array[] {
  const held = Y.parseUpdateMetaV2(state).to
  const isHeldAsIs = createHolding(state)
  const apart = new Set<number>()
  return updates.filter((update) => {
    const { to } = Y.parseUpdateMeta(update)
    const isBeyond = [...to].some(([client, end]) => (held.get(client) ?? 0) < end || apart.has(client))
    if (to.size === 0 || isBeyond) return true
    if (isHeldAsIs(update)) return false
    for (const client of to.keys()) apart.add(client)
    return true
  })
}

/**
 * A document of a state (V2) and the updates, beside each other where the state holds something else at their clocks;
 * `undefined` where they build on more.
 */
export function stateWith(state: Uint8Array, updates: readonly Uint8Array[]): Y.Doc | undefined {
  const held = Y.parseUpdateMetaV2(state).to
  const follows = (update: Uint8Array): boolean =>
    [...Y.parseUpdateMeta(update).from].every(([client, start]) => start >= (held.get(client) ?? 0))
  const doc = createQuietDoc()
  const fitting = updates.every(follows) ? updates : [besideState(state, updates)]
  if (applyAcceptedV2(doc, state).ok && applyAccepted(doc, ...fitting).ok) return doc
  doc.destroy()
  return undefined
}
