import { toBase64Url } from '#lib/base/base64url'
import type { Cancel, Clock } from '#lib/base/clock'
import type { WorkspaceId } from '#lib/base/ids'
import type { Crypto, SigningKey } from '#lib/crypto/crypto'
import { secretOfWords } from '#lib/crypto/secret-words'
import type { Recovery, RecoveryProblem, RecoveryState } from '#lib/devices/recovery-state'
import { createWatchedValue } from '#lib/devices/watched-value'
import type { MailboxClient } from '#lib/sync/mailbox-client'
import type { RelayState } from '#lib/sync/relay-connection'
import {
  KIT_SECRET_BYTES,
  KIT_SLOTS,
  type KitItem,
  type KitKeys,
  type KitPublic,
  type KitSecret,
  kitKeys,
  openKitItem,
  publicHalves,
} from '#lib/workspace/kit'

/** A workspace as the kit's mailbox had it. */
export interface FoundItem {
  readonly slot: number
  readonly card: Uint8Array
  readonly item: KitItem
}

export interface RecoveryOptions {
  readonly crypto: Crypto
  readonly clock: Clock
  openMailbox(options: {
    readonly mailboxKey: SigningKey
    onState(state: RelayState): void
    onAnswer(bytes: Uint8Array): void
  }): Promise<MailboxClient>
  /** Lets a fresh device of this browser into the workspace and writes down what opens it; false where it could not. */
  bringBack(found: FoundItem, kit: KitPublic): Promise<boolean>
  /** Some have come back, in the order of their slots; the kit goes on. */
  finish(kit: KitPublic, back: readonly FoundItem[]): Promise<boolean>
}

/** Mailboxes that are asked for at once; a whole row of empty ones is the end of the kit. */
const ROW = 8
const PATIENCE_MS = 20_000

/** Brings a person back from 24 words alone (V2). Nothing is kept before a workspace has let the fresh device in. */
export function createRecovery(options: RecoveryOptions): Recovery {
  const { crypto, clock } = options
  const value = createWatchedValue<RecoveryState>({ type: 'asking', problem: undefined })
  let isOver = false

  const fail = (problem: RecoveryProblem): void => value.set({ type: 'asking', problem })

  async function recover(secret: KitSecret): Promise<void> {
    const keys = await kitKeys(crypto, secret)
    const found = await findItems(keys)
    if (isOver) return
    if (!found) return fail({ type: 'relay-away' })
    if (found.length === 0) return fail({ type: 'nothing-found' })
    const back: FoundItem[] = []
    for (const [done, one] of found.entries()) {
      value.set({ type: 'recovering', done, of: found.length })
      if (await options.bringBack(one, publicHalves(keys))) back.push(one)
      if (isOver) return
    }
    const [first] = back
    if (!first) return fail({ type: 'nothing-opened' })
    if (!(await options.finish(publicHalves(keys), back))) return fail({ type: 'storage-refused' })
    isOver = true
    const workspaceId: WorkspaceId = first.item.workspaceId
    value.set({
      type: 'recovered',
      workspaceId: toBase64Url(workspaceId),
      back: back.length,
      failed: found.length - back.length,
    })
  }

  /** Undefined where the relay does not answer. */
  async function findItems({ exchange, mailboxKeys }: KitKeys): Promise<readonly FoundItem[] | undefined> {
    const found: FoundItem[] = []
    for (let slot = 0; slot < KIT_SLOTS; slot += ROW) {
      const cards = await Promise.all(mailboxKeys.slice(slot, slot + ROW).map(readCard))
      if (cards.includes('away')) return undefined
      for (const [i, card] of cards.entries()) {
        const item = card && card !== 'away' ? await openKitItem(crypto, card, exchange) : undefined
        if (item?.ok && card && card !== 'away') found.push({ slot: slot + i, card, item: item.value })
      }
      if (cards.every((card) => card === undefined)) break
    }
    return found
  }

  /** Undefined where there is no such mailbox. */
  async function readCard(mailboxKey: SigningKey): Promise<Uint8Array | undefined | 'away'> {
    let stop: Cancel = () => {}
    let giveUp: () => void = () => {}
    const away = new Promise<'away'>((resolve) => {
      giveUp = () => resolve('away')
      stop = clock.after(PATIENCE_MS, giveUp)
    })
    const mailbox = await options.openMailbox({
      mailboxKey,
      onState: (state) => state === 'away' && giveUp(),
      onAnswer: () => {},
    })
    const card = await Promise.race([mailbox.readCard(), away])
    stop()
    mailbox.close()
    return card
  }

  return {
    state: value.get,
    subscribe: value.subscribe,
    begin(words) {
      if (isOver || value.get().type !== 'asking') return
      const secret = secretOfWords(words, KIT_SECRET_BYTES)
      if (!secret.ok) return fail(secret.error)
      value.set({ type: 'looking' })
      recover(secret.value as KitSecret).catch(() => fail({ type: 'storage-refused' }))
    },
    close() {
      isOver = true
    },
  }
}
