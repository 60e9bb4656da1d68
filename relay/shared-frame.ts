import { type RoadFrame, roadFrames } from '#lib/sync/relay-road'

/**
 * A frame for many readers, encoded once for all of them, whose bytes are `parts` one after the other; unless it goes in slices, which each
 * road numbers by itself. `message` is what their links made of it, once for all as well.
 */
export type SharedFrame =
  | { readonly type: RoadFrame['type']; readonly parts: readonly Uint8Array[]; message?: readonly Uint8Array[] }
  | { readonly type: RoadFrame['type']; readonly sliced: RoadFrame }

export function shareFrame(frame: RoadFrame): SharedFrame {
  const { type } = frame
  const [bytes, more] = roadFrames(frame, 0)
  return bytes !== undefined && more === undefined ? { type, parts: [bytes] } : { type, sliced: frame }
}
