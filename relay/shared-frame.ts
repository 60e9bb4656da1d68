import { type RoadFrame, roadFrames } from '#lib/sync/relay-road'

/** A frame for many readers, encoded once for all of them. */
export interface SharedFrame {
  readonly frame: RoadFrame
  /** Absent where it goes in slices, which each road numbers by itself. */
  readonly bytes: Uint8Array | undefined
}

export function shareFrame(frame: RoadFrame): SharedFrame {
  const [bytes, more] = roadFrames(frame, 0)
  return { frame, bytes: more === undefined ? bytes : undefined }
}
