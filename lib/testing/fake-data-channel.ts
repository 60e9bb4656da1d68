/** A data channel as the platform shows it; its queue empties when told to, or it leads to another one. */
export class FakeDataChannel extends EventTarget {
  readyState = 'connecting'
  binaryType = ''
  bufferedAmount = 0
  bufferedAmountLowThreshold = 0
  readonly sent: unknown[] = []
  #other: FakeDataChannel | undefined

  asChannel(): RTCDataChannel {
    return this as unknown as RTCDataChannel
  }

  /** From now on what either sends the other hears, at once. */
  joinTo(other: FakeDataChannel): void {
    this.#other = other
    other.#other = this
  }

  send(data: string | Uint8Array): void {
    if (this.readyState !== 'open') throw new Error('InvalidStateError')
    this.sent.push(data)
    const other = this.#other
    if (!other) this.bufferedAmount += data.length
    else queueMicrotask(() => other.hear(typeof data === 'string' ? data : data.slice().buffer))
  }

  open(): void {
    this.readyState = 'open'
    this.dispatchEvent(new Event('open'))
  }

  hear(data: unknown): void {
    this.dispatchEvent(new MessageEvent('message', { data }))
  }

  /** Everything in the queue has left. */
  leave(): void {
    this.bufferedAmount = 0
    this.dispatchEvent(new Event('bufferedamountlow'))
  }
}
