import { createRoadReader, createRoadWriter, type RoadFrame } from '#lib/sync/relay-road'
import type { Link } from '#lib/transport/link'

/** What a relay sent to a link driven by hand. */
export interface HandLink {
  readonly link: Link
  readonly frames: RoadFrame[]
  closed: string | undefined
  send(frame: RoadFrame): void
  sendBytes(bytes: Uint8Array): void
  /** The frames of one type. */
  of<Type extends RoadFrame['type']>(type: Type): Extract<RoadFrame, { type: Type }>[]
}

/** Reads what comes over the link from now on; nothing answers by itself. */
export function driveByHand(link: Link): HandLink {
  const reader = createRoadReader()
  const frames: RoadFrame[] = []
  const held: HandLink = {
    link,
    frames,
    closed: undefined,
    send: createRoadWriter((bytes) => link.send(bytes)),
    sendBytes: (bytes) => link.send(bytes),
    of: (type) => frames.filter((frame) => frame.type === type) as never,
  }
  link.onFrame = (bytes) => {
    const frame = reader.read(bytes)
    if (frame.ok && frame.value) frames.push(frame.value)
  }
  link.onClose = (reason) => {
    held.closed = reason
  }
  return held
}
