import type { ContentIndex } from '#lib/document/content-index'
import { type Reference, readUpdate } from '#lib/document/update-reader'

/**
 * Where what stands under edits of this device, or those edits themselves, may lie as entries that the judged copy (`index`)
 * lacks: the newest clock that they refer to of each other client, and of the clients they write under what precedes each
 * edit and its begin. An edit that cannot be read says nothing.
 */
export function missingUnder(
  edits: readonly Uint8Array[],
  index: Pick<ContentIndex, 'nextClock'>,
): readonly Reference[] {
  const views = edits.map(readUpdate).filter((view) => typeof view !== 'string')
  const own = views.flatMap(({ blocks }) =>
    blocks.map(({ client, structs }) => ({ client, clock: structs[0]?.clock ?? 0 })),
  )
  const writers = new Set(own.map(({ client }) => client))
  const referred = new Map<number, number>()
  const refer = (client: number, clock: number): void => {
    if (!writers.has(client)) referred.set(client, Math.max(clock, referred.get(client) ?? 0))
  }
  for (const { blocks, deletes } of views) {
    for (const { origin, rightOrigin, parent } of blocks.flatMap(({ structs }) => structs)) {
      for (const place of [origin, rightOrigin, parent])
        if (place && !('root' in place)) refer(place.client, place.clock)
    }
    for (const { client, clock, length } of deletes) refer(client, clock + length - 1)
  }
  const before = own.map(({ client, clock }) => ({ client, clock: clock - 1 }))
  const others = [...referred].map(([client, clock]) => ({ client, clock }))
  return [...others, ...before, ...own].filter(({ client, clock }) => clock >= index.nextClock(client))
}
