import { sameBytes, toHex } from '#lib/base/bytes'
import type { Clock } from '#lib/base/clock'
import type { DeviceId } from '#lib/base/ids'
import { err, ok, type Result } from '#lib/base/result'
import { createSerial } from '#lib/base/serial'
import type { DeviceAddition } from '#lib/host/add-own-device'
import type { Mailboxes } from '#lib/host/admission-desk'
import type { AppendFailure } from '#lib/host/host-protocol'
import {
  type KeptItem,
  keptItemRecord,
  MOST_RETIRED,
  noteTakenSlot,
  readKeptItem,
  readKit,
  takeKitSlot,
} from '#lib/host/kit-record'
import type { RelayKey } from '#lib/protocol/door'
import type { ProfileStorage, WorkspaceStore } from '#lib/storage/storage'
import type { ExchangePublicKey } from '#lib/workspace/keys'
import { KIT_SECONDS, type KitPublic, MAX_KIT_EPOCHS, sealKitItem } from '#lib/workspace/kit'
import { hasAtLeast } from '#lib/workspace/role'
import { secretsOfAnswer } from '#lib/workspace/secrets-of-answer'
import { doorLevelFor, signDoors } from '#lib/workspace/sign-doors'

/** How this workspace stands to its person's recovery kit. */
export type KitStanding =
  /** There is no kit. */
  | 'none'
  | 'kept'
  /** There is a kit, and this workspace is not in it: the root is on another device, or nothing could be written. */
  | 'not-here'

/** Keeps this workspace in its person's recovery kit (V2), if there is one: makes the item once, and renews its mailbox. */
export interface KitKeeper {
  standing(): KitStanding
  /** At the start, and when a kit was made. */
  ensure(): Promise<Result<void, AppendFailure>>
  /** The log changed: what could not be kept before may be now. */
  changed(): void
}

export interface KitKeeperOptions extends DeviceAddition {
  readonly store: WorkspaceStore
  readonly profile: ProfileStorage
  readonly clock: Clock
  readonly mailboxes: Pick<Mailboxes, 'open'>
  onChange(): void
}

/** What lies in a mailbox whose kit was replaced. */
const NOTHING = Uint8Array.of(0)

export function createKitKeeper(options: KitKeeperOptions): KitKeeper {
  const { replica, keys, genesis, store, profile, crypto, clock, random, mailboxes, append } = options
  const serial = createSerial()
  let standing: KitStanding = 'none'
  /** Hex of the kit's key, once its mailbox was opened in this run. */
  let opened = ''
  /** There is a kit that this workspace could be in and is not. */
  let isWanted = false

  function become(next: KitStanding): void {
    if (next === standing) return
    standing = next
    options.onChange()
  }

  async function ensure(): Promise<Result<void, AppendFailure>> {
    const kit = (await readKit(profile))?.kit
    const isDone = !kit || opened === toHex(kit.exchangeKey)
    isWanted = !isDone && keys.root !== undefined
    if (isDone) return ok(undefined)
    const present = await readKeptItem(store)
    const isOfKit = present !== undefined && sameBytes(present.exchangeKey, kit.exchangeKey)
    const item = isOfKit ? ok(present) : await makeItem(kit, present)
    become(item.ok ? 'kept' : 'not-here')
    if (!item.ok) return item
    place(item.value)
    opened = toHex(kit.exchangeKey)
    isWanted = false
    return ok(undefined)
  }

  /** Puts the item where the kit's words find it, and nothing where earlier ones did. */
  function place({ mailboxKey, slot, card, retired }: KeptItem): void {
    const nowSeconds = Math.floor(clock.now() / 1000)
    for (const key of retired) mailboxes.open({ key, expiresAtSeconds: nowSeconds + KIT_SECONDS, card: NOTHING })
    const onTaken = () => void serial(() => leaveSlot(slot))
    mailboxes.open({ key: mailboxKey, expiresAtSeconds: nowSeconds + KIT_SECONDS, card, onTaken })
  }

  /** Another browser of the person's was there first, with another workspace. */
  async function leaveSlot(slot: number): Promise<void> {
    const present = await readKeptItem(store)
    if (present?.slot !== slot || !(await noteTakenSlot(profile, slot))) return
    const next = await takeKitSlot(profile, keys.workspaceId)
    const mailboxKey = next === undefined ? undefined : (await readKit(profile))?.kit.mailboxKeys[next]
    if (next === undefined || !mailboxKey) return become('not-here')
    const item = { ...present, slot: next, mailboxKey }
    if ((await store.commit({ entries: [], records: [keptItemRecord(item)] })).ok) place(item)
  }

  /** Fresh paper keys, announced before the item that holds them is kept: an item without them would open no door. */
  async function makeItem(kit: KitPublic, before: KeptItem | undefined): Promise<Result<KeptItem, AppendFailure>> {
    const state = replica.membership.current()
    const person = state?.devices.get(toHex(keys.device.publicKey as DeviceId))?.person
    const role = person && state?.members.get(toHex(person))?.role
    const root = keys.root?.stored
    if (!state || !role || root?.kind !== 'seed') return err({ type: 'not-allowed' })
    const slot = await takeKitSlot(profile, keys.workspaceId)
    const mailboxKey = slot === undefined ? undefined : kit.mailboxKeys[slot]
    if (slot === undefined || !mailboxKey) return err({ type: 'storage-failed' })
    const [paperExchangeSeed, paperRelaySeed] = [random.bytes(32), random.bytes(32)]
    const exchangeKey = (await crypto.exchangeKey(paperExchangeSeed)).publicKey as ExchangePublicKey
    const relayKey = (await crypto.signingKey(paperRelaySeed)).publicKey as RelayKey
    const announced = await append(async (log) => {
      const now = log.state.members.get(toHex(person))
      if (!now) return err({ type: 'not-allowed' })
      const old =
        now.paper && hasAtLeast(now.role, 'admin') ? [{ key: now.paper.relayKey, level: 'none' } as const] : []
      const subjects = [{ key: relayKey, level: doorLevelFor(now.role, now.role) }, ...old]
      const doors = await signDoors(log.state, subjects, keys.relay)
      return ok({ operation: { type: 'profile.set', name: undefined, paper: { exchangeKey, relayKey, doors } } })
    })
    if (!announced.ok) return announced
    const secrets = secretsOfAnswer(state, replica.keys)
    const epochSecrets = [...secrets.slice(0, 1), ...secrets.slice(1).slice(1 - MAX_KIT_EPOCHS)]
    const { relays } = state
    const { workspaceId } = keys
    const plain = { workspaceId, genesis, epochSecrets, rootSeed: root.seed, paperExchangeSeed, paperRelaySeed, relays }
    const card = sealKitItem(plain, kit.exchangeKey, random)
    const retired = before ? [...before.retired, before.mailboxKey].slice(-MOST_RETIRED) : []
    const item = { exchangeKey: kit.exchangeKey, slot, card, mailboxKey, retired }
    const kept = await store.commit({ entries: [], records: [keptItemRecord(item)] })
    return kept.ok ? ok(item) : err({ type: 'storage-failed' })
  }

  return {
    standing: () => standing,
    ensure: () => serial(ensure),
    changed() {
      if (isWanted) void serial(ensure)
    },
  }
}
