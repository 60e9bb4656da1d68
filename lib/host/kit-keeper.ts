import { sameBytes, toHex } from '#lib/base/bytes'
import type { Clock } from '#lib/base/clock'
import type { DeviceId, EntryId } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import { err, ok, type Result } from '#lib/base/result'
import { createSerial } from '#lib/base/serial'
import type { Crypto } from '#lib/crypto/crypto'
import type { Mailboxes } from '#lib/host/admission-desk'
import type { AppendFailure } from '#lib/host/host-protocol'
import { type KeptItem, keptItemRecord, readKeptItem, readKit, takeKitSlot } from '#lib/host/kit-record'
import type { MakeOperation } from '#lib/host/write-operation'
import type { RelayKey } from '#lib/protocol/door'
import type { Replica } from '#lib/replica/replica'
import type { ProfileStorage, WorkspaceStore } from '#lib/storage/storage'
import type { WorkspaceKeys } from '#lib/vault/workspace-keys'
import type { ExchangePublicKey } from '#lib/workspace/keys'
import { KIT_SECONDS, type KitPublic, MAX_KIT_EPOCHS, sealKitItem } from '#lib/workspace/kit'
import type { Genesis, Operation } from '#lib/workspace/operation'
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

export interface KitKeeperOptions {
  readonly replica: Replica
  readonly keys: WorkspaceKeys
  readonly genesis: Genesis
  readonly store: WorkspaceStore
  readonly profile: ProfileStorage
  readonly crypto: Crypto
  readonly clock: Clock
  readonly random: Random
  readonly mailboxes: Pick<Mailboxes, 'open'>
  append(operation: Operation | MakeOperation): Promise<Result<EntryId, AppendFailure>>
  onChange(): void
}

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
    const item = isOfKit ? ok(present) : await makeItem(kit)
    become(item.ok ? 'kept' : 'not-here')
    if (!item.ok) return item
    const key = kit.mailboxKeys[item.value.slot]
    if (!key) return err({ type: 'not-allowed' })
    mailboxes.open({ key, expiresAtSeconds: Math.floor(clock.now() / 1000) + KIT_SECONDS, card: item.value.card })
    opened = toHex(kit.exchangeKey)
    isWanted = false
    return ok(undefined)
  }

  /** Fresh paper keys, announced before the item that holds them is kept: an item without them would open no door. */
  async function makeItem(kit: KitPublic): Promise<Result<KeptItem, AppendFailure>> {
    const state = replica.membership.current()
    const person = state?.devices.get(toHex(keys.device.publicKey as DeviceId))?.person
    const role = person && state?.members.get(toHex(person))?.role
    const root = keys.root?.stored
    if (!state || !role || root?.kind !== 'seed') return err({ type: 'not-allowed' })
    const slot = await takeKitSlot(profile, keys.workspaceId)
    if (slot === undefined) return err({ type: 'storage-failed' })
    const [paperExchangeSeed, paperRelaySeed] = [random.bytes(32), random.bytes(32)]
    const exchangeKey = (await crypto.exchangeKey(paperExchangeSeed)).publicKey as ExchangePublicKey
    const relayKey = (await crypto.signingKey(paperRelaySeed)).publicKey as RelayKey
    const announced = await append(async (log) => {
      const now = log.state.members.get(toHex(person))?.role
      if (!now) return err({ type: 'not-allowed' })
      const doors = await signDoors(log.state, [{ key: relayKey, level: doorLevelFor(now, now) }], keys.relay)
      return ok({ operation: { type: 'profile.set', name: undefined, paper: { exchangeKey, relayKey, doors } } })
    })
    if (!announced.ok) return announced
    const secrets = secretsOfAnswer(state, replica.keys)
    const epochSecrets = [...secrets.slice(0, 1), ...secrets.slice(1).slice(1 - MAX_KIT_EPOCHS)]
    const { relays } = state
    const { workspaceId } = keys
    const plain = { workspaceId, genesis, epochSecrets, rootSeed: root.seed, paperExchangeSeed, paperRelaySeed, relays }
    const card = sealKitItem(plain, kit.exchangeKey, random)
    const item = { exchangeKey: kit.exchangeKey, slot, card }
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
