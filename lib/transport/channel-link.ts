import { MAX_FRAME_BYTES } from '#lib/protocol/limits'
import type { Link } from '#lib/transport/link'

/**
 * A `Link` over one WebRTC data channel. The platform's own queue is kept short, because it fails when it is full
 * (16 MB in Chromium) and cannot be looked into; whatever waits beyond that waits here. Frames are binary messages;
 * text messages are the link's own sign of life.
 */
export interface ChannelLink {
  readonly link: Link
  /** Frames that came before this wait for it; set `link.onFrame` first. */
  start(): void
  /** Asks for a sign of life; false when the channel is no longer open, or `SILENT_PINGS` in a row went unanswered. */
  ping(): boolean
  /** Past use, without telling `onEnd`; `link.onClose` hears `reason`. */
  finish(reason: string): void
}

export interface ChannelLinkOptions {
  readonly channel: RTCDataChannel
  /** So many messages from the beginning go to `onFirst` and not to the link. */
  readonly firstMessages: number
  onFirst(message: Uint8Array): void
  onOpen(): void
  /** The channel has closed, the other side broke a rule, or the link was closed here; called once. */
  onEnd(reason: string): void
}

/** What may lie in the platform's queue. */
const PLATFORM_QUEUE_BYTES = 1_048_576
/** A queue shorter than this counts as drained. */
const LOW_WATER_BYTES = 262_144
/** Who queues more than this has not looked at `queuedBytes`. */
const MAX_QUEUED_BYTES = 67_108_864
/** What the other side may send before this side knows who it is. */
const MAX_EARLY_BYTES = 1_048_576
export const SILENT_PINGS = 3

export function createChannelLink(options: ChannelLinkOptions): ChannelLink {
  const { channel } = options
  const queue: Uint8Array[] = []
  const early: Uint8Array[] = []
  const waiting: (() => void)[] = []
  let queuedHere = 0
  let earlyBytes = 0
  let firstLeft = options.firstMessages
  let unanswered = 0
  let started = false
  let open = true

  function finish(reason: string): void {
    if (!open) return
    open = false
    queue.length = 0
    early.length = 0
    queuedHere = 0
    for (const wake of waiting.splice(0)) wake()
    link.onClose?.(reason)
  }

  function end(reason: string): void {
    if (!open) return
    finish(reason)
    options.onEnd(reason)
  }

  const queuedBytes = () => (open ? queuedHere + channel.bufferedAmount : 0)

  function pump(): void {
    while (open && channel.readyState === 'open' && channel.bufferedAmount < PLATFORM_QUEUE_BYTES) {
      const frame = queue.shift()
      if (!frame) break
      queuedHere -= frame.length
      transmit(frame)
    }
    if (queuedBytes() <= LOW_WATER_BYTES) for (const wake of waiting.splice(0)) wake()
  }

  function transmit(message: Uint8Array | string): void {
    try {
      if (typeof message === 'string') channel.send(message)
      else channel.send(message as Uint8Array<ArrayBuffer>)
    } catch {
      end('send-failed')
    }
  }

  function hear(data: unknown): void {
    if (!open) return
    unanswered = 0
    if (data === 'ping') transmit('pong')
    if (!(data instanceof ArrayBuffer)) return
    const message = new Uint8Array(data)
    if (message.length > MAX_FRAME_BYTES) end('frame-too-long')
    else if (firstLeft > 0) {
      firstLeft--
      options.onFirst(message)
    } else if (started) link.onFrame?.(message)
    else keep(message)
  }

  function keep(message: Uint8Array): void {
    earlyBytes += message.length
    if (earlyBytes > MAX_EARLY_BYTES) end('too-much-too-early')
    else early.push(message)
  }

  channel.binaryType = 'arraybuffer'
  channel.bufferedAmountLowThreshold = LOW_WATER_BYTES
  channel.addEventListener('message', ({ data }) => hear(data))
  channel.addEventListener('bufferedamountlow', pump)
  channel.addEventListener('close', () => end('closed'))
  channel.addEventListener('open', () => {
    options.onOpen()
    pump()
  })

  const link: Link = {
    kind: 'direct',
    send(frame) {
      if (!open) return
      if (frame.length > MAX_FRAME_BYTES) throw new Error('A frame is 64 KiB at most')
      queue.push(frame)
      queuedHere += frame.length
      pump()
      if (queuedHere > MAX_QUEUED_BYTES) end('queue-overflow')
    },
    queuedBytes,
    drained: () =>
      new Promise((resolve) => {
        waiting.push(resolve)
        pump()
      }),
    onFrame: undefined,
    onClose: undefined,
    close: end,
  }

  return {
    link,
    start() {
      started = true
      for (const frame of early.splice(0)) if (open) link.onFrame?.(frame)
    },
    ping() {
      if (!open || channel.readyState !== 'open' || unanswered >= SILENT_PINGS) return false
      unanswered++
      transmit('ping')
      return true
    },
    finish,
  }
}
