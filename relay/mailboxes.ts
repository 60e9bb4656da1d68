/**
 * Mailboxes (protocol.md I1): a member of a room opens one, whoever holds its key leaves small deposits and reads the
 * answers, members listen and answer. Both ways live, and from the store for who comes later.
 */
import { fromHex, sameBytes, toHex } from '#lib/base/bytes'
import type { Clock } from '#lib/base/clock'
import type { RoomName } from '#lib/protocol/door'
import type { MailboxOutcome, OpenMailboxFrame } from '#lib/protocol/mailbox-frames'
import { mailboxName } from '#lib/protocol/relay-proof'
import type { RoadFrame } from '#lib/sync/relay-road'
import type { CommitQueue } from '#relay/commit-queue'
import { isRefused, type LogStore, type MailboxItem, type MailboxRecord } from '#relay/log-store'
import type { StoreNews } from '#relay/store-news'
import type { SyncLimits } from '#relay/sync-limits'

/** Somebody who is told what happens in a mailbox. */
export interface MailboxListener {
  send(frame: RoadFrame): void
}

export interface Mailboxes {
  open(room: RoomName, request: OpenMailboxFrame): Promise<MailboxOutcome>
  /** Tells `member` of all deposits that nobody answered, and of those to come. */
  listen(room: RoomName, name: Uint8Array, member: MailboxListener): Promise<MailboxOutcome>
  /** The other members hear that a deposit has its answer; `by` is told by the outcome. */
  answer(room: RoomName, name: Uint8Array, item: MailboxItem, by: MailboxListener): Promise<MailboxOutcome>
  /** Shows a mailbox to the holder of its key, with the answers so far and to come; false when there is none. */
  enter(name: Uint8Array, joiner: MailboxListener): Promise<boolean>
  deposit(name: Uint8Array, bytes: Uint8Array): Promise<MailboxOutcome>
  /** Another node has changed what the store has. */
  hear(news: StoreNews): void
  /** Forgets a listener everywhere. */
  leave(listener: MailboxListener): void
}

interface Audience {
  readonly members: Set<MailboxListener>
  readonly joiners: Set<MailboxListener>
}

export function createMailboxes(store: LogStore, queue: CommitQueue, clock: Clock, limits: SyncLimits): Mailboxes {
  const audiences = new Map<string, Audience>()
  const namesByListener = new Map<MailboxListener, Set<string>>()
  const nowSeconds = () => Math.floor(clock.now() / 1000)

  const find = async (name: Uint8Array): Promise<MailboxRecord | undefined> => {
    const record = await store.mailbox(name)
    return record !== undefined && record.expiresAt > nowSeconds() ? record : undefined
  }
  const findIn = async (room: RoomName, name: Uint8Array) => {
    const record = await find(name)
    return record !== undefined && sameBytes(record.room, room) ? record : undefined
  }
  const join = (name: Uint8Array, as: keyof Audience, listener: MailboxListener) => {
    const key = toHex(name)
    const audience = audiences.get(key) ?? { members: new Set(), joiners: new Set() }
    audiences.set(key, audience)
    audience[as].add(listener)
    const names = namesByListener.get(listener) ?? new Set()
    namesByListener.set(listener, names.add(key))
  }
  const tell = (listeners: Iterable<MailboxListener> | undefined, frame: RoadFrame) => {
    for (const listener of listeners ?? []) listener.send(frame)
  }

  const tellAnswered = (name: Uint8Array, number: number, by?: MailboxListener) => {
    const members = number > 0 ? audiences.get(toHex(name))?.members : undefined
    const others = [...(members ?? [])].filter((member) => member !== by)
    tell(others, { type: 'answered', name, number, outcome: 'done' })
  }

  /** Tells of one deposit or answer that came through another node, or of all. */
  const tellAgain = async (name: Uint8Array, type: 'deposit' | 'answer', number?: number) => {
    const audience = audiences.get(toHex(name))
    const listeners = type === 'deposit' ? audience?.members : audience?.joiners
    if (listeners === undefined || listeners.size === 0) return
    const items = await (type === 'deposit' ? store.deposits(name) : store.answers(name))
    for (const item of items.filter((each) => number === undefined || each.number === number)) {
      tell(listeners, { type: type === 'deposit' ? 'deposit-found' : 'answer', name, ...item })
    }
  }
  const hear = async (news: StoreNews) => {
    if (news.type === 'answer') tellAnswered(news.mailbox, news.number)
    if (news.type === 'deposit' || news.type === 'answer') return tellAgain(news.mailbox, news.type, news.number)
    if (news.type !== 'missed') return
    for (const name of [...audiences.keys()].flatMap((key) => fromHex(key) ?? [])) {
      await tellAgain(name, 'deposit')
      await tellAgain(name, 'answer')
    }
  }

  return {
    /** A store that does not answer is noticed, and told again after, by whoever brings news of it. */
    hear: (news) => void hear(news).catch(() => {}),
    async open(room, { publicKey, expiresAt, card }) {
      const name = mailboxName(publicKey)
      const known = await store.mailbox(name)
      if (known !== undefined && !sameBytes(known.room, room)) return 'not-allowed'
      const latest = nowSeconds() + limits.mailboxSeconds
      const record = { name, room, publicKey, expiresAt: Math.min(expiresAt, latest), card }
      const placed = await queue.add({ type: 'mailbox', record, mostInRoom: limits.mailboxesPerRoom })
      return isRefused(placed) ? 'full' : 'done'
    },
    async listen(room, name, member) {
      if ((await findIn(room, name)) === undefined) return 'no-mailbox'
      join(name, 'members', member)
      for (const item of await store.deposits(name)) member.send({ type: 'deposit-found', name, ...item })
      return 'done'
    },
    async answer(room, name, { number, bytes }, by) {
      if ((await findIn(room, name)) === undefined) return 'no-mailbox'
      const answer = { type: 'answer', mailbox: name, number, bytes, mostBytes: limits.mailboxAnswerBytes } as const
      if (isRefused(await queue.add(answer))) return 'full'
      tell(audiences.get(toHex(name))?.joiners, { type: 'answer', name, number, bytes })
      tellAnswered(name, number, by)
      return 'done'
    },
    async enter(name, joiner) {
      const record = await find(name)
      if (record === undefined) return false
      join(name, 'joiners', joiner)
      joiner.send({ type: 'mailbox', expiresAt: record.expiresAt, card: record.card })
      for (const item of await store.answers(name)) joiner.send({ type: 'answer', name, ...item })
      return true
    },
    async deposit(name, bytes) {
      if ((await find(name)) === undefined) return 'no-mailbox'
      const placed = await queue.add({ type: 'deposit', mailbox: name, bytes, mostWaiting: limits.mailboxDeposits })
      if (isRefused(placed)) return 'full'
      tell(audiences.get(toHex(name))?.members, { type: 'deposit-found', name, number: placed.position, bytes })
      return 'done'
    },
    leave(listener) {
      for (const name of namesByListener.get(listener) ?? []) {
        const { members, joiners } = audiences.get(name) ?? { members: new Set(), joiners: new Set() }
        members.delete(listener)
        joiners.delete(listener)
        if (members.size === 0 && joiners.size === 0) audiences.delete(name)
      }
      namesByListener.delete(listener)
    },
  }
}
