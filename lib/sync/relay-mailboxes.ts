/** A member's side of mailboxes (protocol.md I1): wishes are kept and said again on every new connection. */
import { toHex } from '#lib/base/bytes'
import type { Clock } from '#lib/base/clock'
import type { AnsweredFrame, DepositFoundFrame, MailboxOpenedFrame } from '#lib/protocol/mailbox-frames'
import { mailboxName } from '#lib/protocol/relay-proof'
import type { RoadFrame } from '#lib/sync/relay-road'

/** A mailbox as a member opens it. */
export interface MailboxToOpen {
  /** Ed25519 public key, 32 bytes. */
  readonly key: Uint8Array
  /** Seconds since 1970. */
  readonly expiresAtSeconds: number
  /** Sealed, at most 4 KiB. */
  readonly card: Uint8Array
  /** The mailbox is in another room, as its members opened it before. */
  onTaken?(): void
}

type Listener = (bytes: Uint8Array, number: number) => void

export interface RelayMailboxes {
  /** Opens it, or renews its card and end. */
  open(mailbox: MailboxToOpen): void
  /**
   * Tells every deposit that nobody answered, maybe several times, until the returned function is called; and of each that
   * another member answered meanwhile.
   */
  listen(mailboxKey: Uint8Array, onDeposit: Listener, onAnswered?: (number: number) => void): () => void
  /** Leaves an answer of at most 32 KiB; with the deposit's number, the relay drops the deposit. */
  answer(mailboxKey: Uint8Array, bytes: Uint8Array, number?: number): void
}

export interface RelayMailboxDesk extends RelayMailboxes {
  start(): void
  handle(frame: MailboxOpenedFrame | DepositFoundFrame | AnsweredFrame): void
}

interface Listening {
  readonly name: Uint8Array
  /** Each with what is told of answers. */
  readonly all: Map<Listener, ((number: number) => void) | undefined>
  retryMs: number
}

interface Answer {
  readonly name: Uint8Array
  readonly number: number
  readonly bytes: Uint8Array
}

/** A link may be known before whoever made it has opened its mailbox: asked again after this, then twice as long, up to a minute. */
const FIRST_RETRY_MS = 1000
const LAST_RETRY_MS = 60_000

export function createRelayMailboxes(send: (frame: RoadFrame) => void, clock: Clock): RelayMailboxDesk {
  const opened = new Map<string, MailboxToOpen>()
  const listeners = new Map<string, Listening>()
  let answers: Answer[] = []

  const sendOpen = ({ key, expiresAtSeconds, card }: MailboxToOpen) =>
    send({ type: 'open-mailbox', publicKey: key, expiresAt: expiresAtSeconds, card })
  const sendListen = (name: Uint8Array) => send({ type: 'listen-mailbox', name })
  const sendAnswer = (answer: Answer) => send({ type: 'answer', ...answer })

  function taken(name: string): void {
    const mailbox = [...opened.values()].find(({ key }) => toHex(mailboxName(key)) === name)
    if (!mailbox) return
    opened.delete(toHex(mailbox.key))
    mailbox.onTaken?.()
  }

  return {
    open(mailbox) {
      opened.set(toHex(mailbox.key), mailbox)
      sendOpen(mailbox)
    },
    listen(mailboxKey, onDeposit, onAnswered) {
      const name = mailboxName(mailboxKey)
      const listening = listeners.get(toHex(name)) ?? { name, all: new Map(), retryMs: FIRST_RETRY_MS }
      listeners.set(toHex(name), listening)
      listening.all.set(onDeposit, onAnswered)
      sendListen(name)
      return () => {
        listening.all.delete(onDeposit)
        if (listening.all.size === 0) listeners.delete(toHex(name))
      }
    },
    answer(mailboxKey, bytes, number = 0) {
      const answer = { name: mailboxName(mailboxKey), number, bytes }
      answers.push(answer)
      sendAnswer(answer)
    },
    start() {
      for (const mailbox of opened.values()) sendOpen(mailbox)
      for (const { name } of listeners.values()) sendListen(name)
      for (const answer of answers) sendAnswer(answer)
    },
    handle(frame) {
      const name = toHex(frame.name)
      if (frame.type === 'deposit-found') {
        for (const onDeposit of listeners.get(name)?.all.keys() ?? []) onDeposit(frame.bytes, frame.number)
      } else if (frame.type === 'mailbox-opened') {
        if (frame.outcome === 'not-allowed') taken(name)
        const listening = listeners.get(name)
        if (!listening || frame.outcome !== 'no-mailbox') return
        clock.after(listening.retryMs, () => listeners.get(name) === listening && sendListen(listening.name))
        listening.retryMs = Math.min(2 * listening.retryMs, LAST_RETRY_MS)
      } else if (frame.type === 'answered') {
        const confirmed = answers.find((answer) => answer.number === frame.number && toHex(answer.name) === name)
        answers = answers.filter((answer) => answer !== confirmed)
        if (confirmed) return
        for (const onAnswered of listeners.get(name)?.all.values() ?? []) onAnswered?.(frame.number)
      }
    },
  }
}
