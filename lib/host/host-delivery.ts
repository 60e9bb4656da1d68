import { sameBytes, toHex } from '#lib/base/bytes'
import type { Cancel } from '#lib/base/clock'
import type { ChainTag, DeviceId, EpochTag } from '#lib/base/ids'
import { keepLast } from '#lib/base/keep-last'
import { connectionDueAt, firstConnection, stepConnection } from '#lib/delivery/connection-state'
import {
  type DeliveryFacts,
  type DeliveryMember,
  deliveryView,
  type HeldChain,
  waitingEdits,
} from '#lib/delivery/delivery-state'
import type { DeliveryView } from '#lib/delivery/delivery-view'
import { createEarlyReceipts } from '#lib/delivery/early-receipts'
import { type JudgedState, judgedState } from '#lib/delivery/judged-state'
import { createReceiptBook } from '#lib/delivery/receipt-book'
import { decodeReceiptBook, encodeReceiptBook } from '#lib/delivery/receipt-book-bytes'
import { createReceiptSender, type ReceiptListeners } from '#lib/delivery/receipt-sender'
import { type StorageFacts, storageDueAt, storageState } from '#lib/delivery/storage-state'
import type { Platform } from '#lib/host/browser-platform'
import { colourOf } from '#lib/host/face-of'
import { isChainOf } from '#lib/host/is-chain-of'
import { newestEpochs } from '#lib/host/newest-epochs'
import { createReceiptListeners } from '#lib/host/receipt-listeners'
import { receiptKey } from '#lib/protocol/derive'
import { openReceipt, sealReceipt } from '#lib/protocol/receipt'
import type { Replica } from '#lib/replica/replica'
import type { WorkspaceStore } from '#lib/storage/storage'
import type { WorkspaceKeys } from '#lib/vault/workspace-keys'
import type { MembershipState } from '#lib/workspace/membership-state'

/** Who has what, from commits and receipts only (R10): sends this device's, keeps the others', and says what follows. */
export interface HostDelivery {
  /** A sealed receipt, from a link or the relay. */
  heard(sealed: Uint8Array): void
  /** Something was judged here; `foreign` when others wrote it. */
  judged(foreign: boolean): void
  /** Something came to disk, judged or not. */
  stored(): void
  /** The log names others than before: receipts that came too early may count now. */
  membershipChanged(): void
  /** A link or the relay's road opened. */
  greet(): void
  notePending(tab: string, count: number): void
  /** Other devices (hex) whose newest receipt is sealed under that epoch: they have its secret. */
  spokeUnder(epoch: EpochTag): ReadonlySet<string>
  view(roads: Pick<DeliveryFacts, 'relay' | 'direct' | 'atRelay'>): DeliveryView
  close(): void
}

export interface HostDeliveryOptions {
  readonly replica: Replica
  readonly keys: WorkspaceKeys
  readonly store: WorkspaceStore
  readonly platform: Platform
  /** Along the links to these. */
  send(sealed: Uint8Array, to: ReceiptListeners): void
  /** To the relays, in place of the one before. */
  keep(sealed: Uint8Array): void
  /** Newest own number that a relay has on disk. */
  acknowledged(chain: ChainTag): number
  /** Whether one relay has all of these on disk. */
  relayHolds(chains: readonly HeldChain[]): boolean
  /** Refused changes that nobody put away. */
  blocked(): number
  /** Files that a relay lacks. */
  filesWaiting(): boolean
  storage(): Omit<StorageFacts, 'nowMs'>
  onChange(): void
}

const RECORD = 'receipts'
const SAVE_AFTER_MS = 2000
/** A batch and its commit take less than this; whatever takes longer is told. */
const SAVING_MS = 300
/** Entries come beside their segments without a word (S0): until all are there, what was checked is counted this often. */
const COUNT_EVERY_MS = 5000

export async function createHostDelivery(options: HostDeliveryOptions): Promise<HostDelivery> {
  const { replica, keys, store, platform, onChange } = options
  const { clock, crypto, random } = platform
  const device = keys.device.publicKey as DeviceId
  const kept = await store.record(RECORD)
  const decoded = kept.ok && kept.value ? decodeReceiptBook(kept.value) : undefined
  const pending = new Map<string, { count: number; sinceMs: number }>()
  let connection = firstConnection(clock.now())
  let received = 0
  let judged: JudgedState | undefined
  let stopSaving: Cancel | undefined
  let stopWaiting: Cancel | undefined

  const book = createReceiptBook({
    device,
    isOwn(chain, seq, idPrefix) {
      return isChainOf(replica, device, chain) && replica.holds({ chain, seq, idPrefix }) === true
    },
    ...(decoded?.ok ? { kept: decoded.value } : {}),
  })
  /** Receipts are sealed under the newest epoch that this device holds, and opened under any. */
  const receiptKeys = () =>
    newestEpochs(replica).map(({ tag, secret }) => ({ tag, key: receiptKey(secret, keys.workspaceId) }))
  /** By device (hex): the epoch under which it spoke last. */
  const spokenUnder = new Map<string, EpochTag>()
  const countActive = keepLast(
    ({ devices }: MembershipState) => [...devices.values()].filter(({ active }) => active).length,
  )
  const sender = createReceiptSender({
    clock,
    device,
    heads: () => replica.judgedHeads(),
    others() {
      const state = replica.membership.current()
      return state === undefined ? 0 : countActive(state) - 1
    },
    listeners: createReceiptListeners({
      device,
      epoch: () => newestEpochs(replica)[0]?.tag,
      authorOf: replica.deviceOf,
    }),
    seal: (receipt) => sealReceipt(receipt, keys.device, receiptKeys()[0]?.key ?? new Uint8Array(32), random),
    send: options.send,
    keep: options.keep,
  })

  const early = createEarlyReceipts()
  const isActive = (one: DeviceId) => replica.membership.current()?.devices.get(toHex(one))?.active === true

  async function hear(sealed: Uint8Array): Promise<void> {
    for (const { tag, key } of receiptKeys()) {
      const receipt = await openReceipt(sealed, key, crypto)
      if (!receipt.ok) continue
      early.keep({ receipt: receipt.value, epoch: tag })
      return takeKnown()
    }
  }

  function takeKnown(): void {
    for (const { receipt, epoch } of early.take(isActive)) {
      if (!book.add(receipt, clock.now())) continue
      spokenUnder.set(toHex(receipt.device), epoch)
      stopSaving ??= clock.after(SAVE_AFTER_MS, save)
      onChange()
    }
  }

  function save(): void {
    stopSaving = undefined
    void store.commit({ entries: [], records: [{ key: RECORD, value: encodeReceiptBook(book.all()) }] })
  }

  function members(): readonly DeliveryMember[] {
    const state = replica.membership.current()
    return [...(state?.members.values() ?? [])].map((member) => ({
      person: member.person,
      name: member.name,
      colour: colourOf(member.joinOrder),
      devices: member.devices.map((record) => record.device),
    }))
  }

  const isOwn = (chain: ChainTag) => isChainOf(replica, device, chain)

  /** Chains as far as they count, and of forked ones the branches that do: what is held back waits for nobody. */
  function chainsOf(wanted: 'content' | 'log', isMeant: (chain: ChainTag) => boolean): readonly HeldChain[] {
    const counted = new Set(replica.judgedHeads().map(({ chain }) => toHex(chain)))
    return replica
      .heads()
      .filter(({ lane, chain, from }) => lane === wanted && isMeant(chain) && (!from || counted.has(toHex(chain))))
      .map(({ chain, seq, from = 1 }) => ({
        chain,
        newest: Math.min(seq, replica.heldBackAfter(chain) ?? seq),
        before: from - 1,
        relayed: options.acknowledged(chain),
      }))
      .filter(({ newest, before }) => newest > before)
  }

  function verified(): DeliveryView['verified'] {
    const content = replica.judgedHeads().filter((head) => head.lane === 'content')
    const authors = new Set(content.map((head) => toHex(replica.deviceOf(head) ?? new Uint8Array())))
    const people = new Set(
      [...authors].map((author) =>
        toHex(replica.membership.current()?.devices.get(author)?.person ?? new Uint8Array()),
      ),
    )
    const unchecked = replica.unchecked()
    const held = content.reduce((sum, { seq, from = 1 }) => sum + seq - from + 1, 0)
    return { edits: Math.max(0, held - unchecked), people: Math.max(1, people.size), unchecked }
  }

  /** Looks again when what is shown would change by time alone. */
  function lookAgainAt(moments: readonly (number | undefined)[], nowMs: number): void {
    stopWaiting?.()
    const atMs = Math.min(...moments.filter((moment) => moment !== undefined))
    stopWaiting = atMs === Number.POSITIVE_INFINITY ? undefined : clock.after(Math.max(0, atMs - nowMs), onChange)
  }

  function stateChanged(): void {
    judged = undefined
    sender.changed()
  }

  return {
    heard: (sealed) => void hear(sealed),
    spokeUnder(epoch) {
      const spoke = [...spokenUnder].filter(([, tag]) => sameBytes(tag, epoch))
      return new Set(spoke.map(([key]) => key))
    },
    judged(foreign) {
      if (foreign) received++
      stateChanged()
    },
    stored: stateChanged,
    membershipChanged: takeKnown,
    greet: () => sender.greet(),
    notePending(tab, count) {
      const before = pending.get(tab)
      if (count === 0) pending.delete(tab)
      else pending.set(tab, { count, sinceMs: before?.sinceMs ?? clock.now() })
      if (count > 0 && !before) clock.after(SAVING_MS, onChange)
      if (count === 0 && before) onChange()
    },
    view({ relay, direct, atRelay }) {
      const nowMs = clock.now()
      judged ??= judgedState(replica.judgedHeads())
      const facts = { device, members: members(), ownChains: chainsOf('content', isOwn), proofOf: book.proofOf, judged }
      connection = stepConnection(connection, {
        nowMs,
        relay,
        directPeers: direct.size,
        online: navigator.onLine,
        waiting: waitingEdits(facts),
        received,
      })
      const storage = { ...options.storage(), nowMs }
      const checked = verified()
      const countAt = checked.unchecked > 0 ? nowMs + COUNT_EVERY_MS : undefined
      lookAgainAt([connectionDueAt(connection, nowMs), storageDueAt(storage), countAt], nowMs)
      const waiting = [...pending.values()]
      const late = waiting.filter(({ sinceMs }) => nowMs - sinceMs >= SAVING_MS)
      return deliveryView({
        ...facts,
        nowMs,
        relay,
        direct,
        atRelay,
        connection,
        draft: false,
        ownLog: chainsOf('log', isOwn),
        everyChain: () => (['content', 'log'] as const).flatMap((lane) => chainsOf(lane, () => true)),
        relayHolds: options.relayHolds,
        pending: waiting.reduce((sum, { count }) => sum + count, 0),
        late: late.reduce((sum, { count }) => sum + count, 0),
        storage: storageState(storage),
        blocked: options.blocked(),
        filesWaiting: options.filesWaiting(),
        verified: checked,
      })
    },
    close() {
      sender.close()
      stopWaiting?.()
      if (stopSaving) {
        stopSaving()
        save()
      }
    },
  }
}
