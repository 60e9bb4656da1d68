/**
 * A joiner's half of the road to a relay (protocol.md I1, I2): with the mailbox key from the link alone, reads the card,
 * leaves the join and waits for the answer, through losses of the connection.
 */
import { toHex } from '#lib/base/bytes'
import type { Clock } from '#lib/base/clock'
import type { Random } from '#lib/base/random'
import { err, ok, type Result } from '#lib/base/result'
import type { SigningKey } from '#lib/crypto/crypto'
import { hash } from '#lib/crypto/hash'
import type { MailboxOutcome } from '#lib/protocol/mailbox-frames'
import { mailboxName, mailboxProof } from '#lib/protocol/relay-proof'
import { createRelayConnection, type RelayConnectionOptions, type RelayState } from '#lib/sync/relay-connection'
import type { RoadFrame } from '#lib/sync/relay-road'
import type { Link } from '#lib/transport/link'

/** The mailbox holds all the deposits it may, or is no longer there. */
export type DepositError = { readonly type: 'mailbox-full' } | { readonly type: 'no-mailbox' }

export interface MailboxClient {
  /** `refused`: the relay has no such mailbox (any more). */
  state(): RelayState
  /** What members left for whoever holds the link, sealed; `undefined` when there is no such mailbox. Waits for the relay. */
  readCard(): Promise<Uint8Array | undefined>
  /** Leaves up to 8 KiB; resolves once the relay has it on disk. Said again should the relay have lost it. */
  deposit(bytes: Uint8Array): Promise<Result<void, DepositError>>
  /** Tries now instead of at the end of a pause. */
  wake(): void
  close(): void
}

export interface MailboxClientOptions {
  readonly connect: () => Promise<Link>
  readonly origin: string
  readonly mailboxKey: SigningKey
  readonly clock: Clock
  readonly random: Random
  readonly onState?: (state: RelayState) => void
  readonly onWake?: RelayConnectionOptions['onWake']
  /** An answer to somebody with this link, each once: whether it is for this device shows when it is opened. */
  readonly onAnswer: (bytes: Uint8Array) => void
}

interface Deposit {
  readonly bytes: Uint8Array
  readonly settle: (result: Result<void, DepositError>) => void
  /** Hex of the store that confirmed it. */
  keptBy: string | undefined
}

function resultOf(outcome: MailboxOutcome): Result<void, DepositError> {
  if (outcome === 'done') return ok(undefined)
  return err({ type: outcome === 'full' ? 'mailbox-full' : 'no-mailbox' })
}

export function createMailboxClient(options: MailboxClientOptions): MailboxClient {
  const name = mailboxName(options.mailboxKey.publicKey)
  const deposits = new Map<string, Deposit>()
  const seen = new Set<string>()
  let card: Uint8Array | undefined
  let readers: ((card: Uint8Array | undefined) => void)[] = []
  let store = ''
  let isInside = false

  const tellReaders = () => {
    for (const resolve of readers) resolve(card)
    readers = []
  }
  const sendDeposit = (deposit: Deposit) => {
    if (isInside && deposit.keptBy !== store) connection.send({ type: 'deposit', bytes: deposit.bytes })
  }

  const handle = (frame: RoadFrame) => {
    switch (frame.type) {
      case 'mailbox':
        isInside = true
        connection.established()
        card = frame.card
        tellReaders()
        for (const deposit of deposits.values()) sendDeposit(deposit)
        return
      case 'deposited': {
        const deposit = deposits.get(toHex(frame.hash))
        if (deposit === undefined) return
        if (frame.outcome === 'done') deposit.keptBy = store
        deposit.settle(resultOf(frame.outcome))
        return
      }
      case 'answer': {
        const key = toHex(hash(frame.bytes))
        if (seen.has(key)) return
        seen.add(key)
        options.onAnswer(frame.bytes)
      }
    }
  }

  const connection = createRelayConnection({
    connect: options.connect,
    clock: options.clock,
    random: options.random,
    async answer(challenge) {
      store = toHex(challenge.store)
      const signature = await options.mailboxKey.sign(mailboxProof(options.origin, challenge.nonce, name))
      const { publicKey } = options.mailboxKey
      return { type: 'enter-mailbox', origin: options.origin, publicKey, signature }
    },
    onFrame: handle,
    onLost() {
      isInside = false
    },
    onState(state) {
      if (state === 'refused') tellReaders()
      options.onState?.(state)
    },
    onWake: options.onWake,
  })

  return {
    state: () => connection.state(),
    readCard: () =>
      new Promise((resolve) => {
        readers.push(resolve)
        if (card !== undefined || connection.state() === 'refused') tellReaders()
      }),
    deposit: (bytes) =>
      new Promise((settle) => {
        const deposit = { bytes, settle, keptBy: undefined }
        deposits.set(toHex(hash(bytes)), deposit)
        sendDeposit(deposit)
      }),
    wake: () => connection.wake(),
    close: () => connection.close(),
  }
}
