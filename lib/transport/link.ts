/** A two-way road for frames of at most 64 KiB (E10); in order, unreliable only by closing. */
export interface Link {
  readonly kind: 'direct' | 'relay' | 'memory'
  /** Queues one frame. The link copies nothing: do not change the bytes afterwards. Ignored once closed. */
  send(frame: Uint8Array): void
  /** Bytes accepted by `send` that have not left yet. */
  queuedBytes(): number
  /** Resolves when the queue is short again, or the link has closed. */
  drained(): Promise<void>
  /** One listener each; set before the first await after receiving the link. */
  onFrame: ((frame: Uint8Array) => void) | undefined
  onClose: ((reason: string) => void) | undefined
  close(reason: string): void
}
