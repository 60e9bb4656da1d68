/**
 * Frames of one link: greets, decodes, puts slices together, watches that the link lives, and closes it at the first
 * frame that breaks the protocol. What passes is well formed; what it says is the peer's business.
 */

import type { Clock } from '#lib/base/clock'
import { type Random, randomBelow } from '#lib/base/random'
import { HELLO, type HelloFrame, PROTOCOL_VERSION } from '#lib/protocol/frame-hello'
import { decodeFrame, encodeFrame, type Frame, type SliceFrame, type UnknownFrame } from '#lib/protocol/frames'
import { MAX_OBJECT_BYTES } from '#lib/protocol/limits'
import { createSliceReader } from '#lib/protocol/slice'
import { createKeepAlive } from '#lib/sync/keep-alive'
import type { SyncFault } from '#lib/sync/sync-fault'
import type { SyncSettings } from '#lib/sync/sync-settings'
import type { Link } from '#lib/transport/link'

/** Frames that are not the wire's own. */
export type PeerFrame = Exclude<Frame, { type: 'hello' | 'slice' | 'ping' | 'pong' | 'bye' }>

export interface WireEvents {
  /** `bytes` is the length of the frame, or of the object that came in slices. */
  onFrame(frame: PeerFrame, bytes: number, sliced: boolean): void
  /** Once; the link is closed. `fault` says what its other end did wrong, if anything. */
  onClose(reason: string, fault: SyncFault | undefined): void
}

export interface PeerWire {
  send(frame: Frame): void
  /** For frames that are encoded already. */
  readonly road: Pick<Link, 'send' | 'queuedBytes' | 'drained'>
  fault(fault: SyncFault): void
  close(reason: string): void
}

/** Takes the link's listeners. HELLO goes before whatever is sent first. */
export function createPeerWire(
  link: Link,
  ports: { readonly clock: Clock; readonly random: Random },
  settings: SyncSettings,
  events: WireEvents,
): PeerWire {
  const slices = createSliceReader()
  let greeted = false
  let saidHello = false
  let open = true

  const sendBytes = (bytes: Uint8Array) => {
    if (open && !saidHello) {
      saidHello = true
      link.send(encodeFrame(HELLO))
    }
    if (open) link.send(bytes)
  }

  const send = (frame: Frame) => sendBytes(encodeFrame(frame))

  const end = (reason: string, fault?: SyncFault) => {
    if (!open) return
    open = false
    keepAlive.close()
    link.onFrame = undefined
    link.onClose = undefined
    link.close(reason)
    events.onClose(reason, fault)
  }

  const close = (reason: string) => {
    send({ type: 'bye', reason })
    end(reason)
  }

  const fault = (cause: SyncFault) => {
    send({ type: 'bye', reason: cause.type })
    end(cause.type, cause)
  }

  const checkHello = (frame: HelloFrame) => {
    const hasCommonVersion = frame.lowestVersion <= PROTOCOL_VERSION && frame.highestVersion >= PROTOCOL_VERSION
    const demandsMore = frame.tail.some(({ type }) => type % 2 === 1)
    if (!hasCommonVersion || demandsMore) return fault({ type: 'unsupported-version' })
    greeted = true
  }

  const putTogether = (slice: SliceFrame) => {
    const object = slices.add(slice)
    if (!object.ok) return fault(object.error)
    if (!object.value) return
    const frame = decodeFrame(object.value, MAX_OBJECT_BYTES)
    if (!frame.ok) return fault(frame.error)
    if (frame.value.type === 'slice') return fault({ type: 'slice-out-of-order' })
    take(frame.value, object.value.length, true)
  }

  const take = (frame: Frame | UnknownFrame, bytes: number, sliced: boolean) => {
    if (greeted === (frame.type === 'hello')) return fault({ type: 'misplaced-hello' })
    switch (frame.type) {
      case 'hello':
        return checkHello(frame)
      case 'slice':
        return putTogether(frame)
      case 'ping':
        return send({ type: 'pong', nonce: frame.nonce })
      case 'bye':
        return end(`bye: ${frame.reason}`)
      case 'pong':
      case 'unknown':
        return
      default:
        return events.onFrame(frame, bytes, sliced)
    }
  }

  const keepAlive = createKeepAlive(ports, settings, {
    ping: () => send({ type: 'ping', nonce: randomBelow(ports.random, 2 ** 32) }),
    onSilent: () => end('silent'),
  })

  link.onFrame = (bytes) => {
    keepAlive.heard()
    const frame = decodeFrame(bytes)
    if (!frame.ok) return fault(frame.error)
    take(frame.value, bytes.length, false)
  }
  link.onClose = (reason) => end(reason)

  return {
    send,
    road: { send: sendBytes, queuedBytes: () => link.queuedBytes(), drained: () => link.drained() },
    fault,
    close,
  }
}
