import { sameBytes, toHex } from '#lib/base/bytes'
import type { Clock } from '#lib/base/clock'
import type { EpochSecret, PersonId } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import { err, ok, type Result } from '#lib/base/result'
import type { Crypto } from '#lib/crypto/crypto'
import { isChainOf } from '#lib/host/is-chain-of'
import { openOfflineReplica } from '#lib/host/offline-replica'
import { createEpochOpening } from '#lib/host/open-epochs'
import { logChannelName } from '#lib/protocol/channel-name'
import { encodeDoorStatement, roomName } from '#lib/protocol/door'
import type { Replica } from '#lib/replica/replica'
import { createMemoryDisk, openMemoryStorage } from '#lib/storage/memory-storage'
import { createRelayClient, type RelayClient } from '#lib/sync/relay-client'
import type { Link } from '#lib/transport/link'
import { createFounderKeys, type FounderKeys, seededRoot } from '#lib/vault/device-keys'
import { createDeviceAdd, requestDevice } from '#lib/workspace/add-device'
import { secretsToHandOn } from '#lib/workspace/key-duties'
import type { KitItem } from '#lib/workspace/kit'
import type { RelayPlace } from '#lib/workspace/operation'
import { encodeOperation } from '#lib/workspace/operation-format'
import { secretsOfAnswer } from '#lib/workspace/secrets-of-answer'

/** What a fresh device has once the root let it in. */
export interface RescuedWorkspace {
  readonly keys: FounderKeys
  /** Oldest first. */
  readonly epochSecrets: readonly EpochSecret[]
  readonly relays: readonly RelayPlace[]
  readonly name: string
  readonly personName: string
  /** Active devices of the person, this one included. */
  readonly devices: number
}

/** `no-relay`: none let the kit in and gave all it has. `no-member`: the person was removed, or has left. */
export type RescueError =
  | { readonly type: 'no-relay' }
  | { readonly type: 'no-member' }
  | { readonly type: 'not-written' }

export interface RescueOptions {
  readonly crypto: Crypto
  readonly clock: Clock
  readonly random: Random
  connect(place: RelayPlace): Promise<Link>
}

const PATIENCE_MS = 30_000

/**
 * Brings a person back into a workspace by their kit alone (V2): reads it from its relays as the paper device, and has the
 * root sign a fresh device in. Works on a copy in memory; nothing is kept here.
 */
export async function rescueWorkspace(
  item: KitItem,
  options: RescueOptions,
): Promise<Result<RescuedWorkspace, RescueError>> {
  const { crypto, clock, random } = options
  const { workspaceId } = item
  const root = await seededRoot(crypto, item.rootSeed)
  const person = root.publicKey as PersonId
  const paperRelay = await crypto.signingKey(item.paperRelaySeed)
  const store = await openMemoryStorage(createMemoryDisk()).workspace(toHex(workspaceId))
  if (!store.ok || item.epochSecrets.length === 0) return err({ type: 'not-written' })
  const relays: RelayClient[] = []
  const replica: Replica = await openOfflineReplica({
    ...{ crypto, clock, random, store: store.value, device: root, workspaceId, secrets: item.epochSecrets },
    onStored: (run) =>
      isChainOf(replica, person, run[0]?.header.chain) && relays.forEach((relay) => void relay.committed(run)),
    onMembership: () => relays.forEach((relay) => void relay.doorChanged()),
  })
  const opening = createEpochOpening(replica, await crypto.exchangeKey(item.paperExchangeSeed))
  let heard: () => void = () => {}
  let isCaughtUp = false

  /** What the log says about a relay's door: nobody else may be left to bring it there. */
  function doorsAt({ origin, rootKey, random: number }: RelayPlace): readonly Uint8Array[] {
    const room = roomName(rootKey, number)
    const doors = replica.membership.current()?.doors ?? []
    return doors.filter((door) => door.origin === origin && sameBytes(door.room, room)).map(encodeDoorStatement)
  }

  /** False when it took too long. */
  const until = (holds: () => boolean): Promise<boolean> =>
    new Promise((resolve) => {
      const stop = clock.after(PATIENCE_MS, () => resolve(false))
      heard = () => {
        if (!holds()) return
        stop()
        resolve(true)
      }
      heard()
    })

  for (const place of item.relays) {
    const client = createRelayClient({
      connect: () => options.connect(place),
      origin: place.origin,
      room: place,
      relayKey: paperRelay,
      source: replica,
      isOwn: (chain) => isChainOf(replica, person, chain),
      memory: { load: async () => undefined, save: async () => {} },
      statements: () => doorsAt(place),
      clock,
      random,
      onAcknowledged: () => heard(),
      onCaughtUp() {
        isCaughtUp = true
        heard()
      },
    })
    relays.push(client)
  }

  async function bringBack(): Promise<Result<RescuedWorkspace, RescueError>> {
    if (!(await until(() => isCaughtUp))) return err({ type: 'no-relay' })
    while (await opening.open()) await replica.addEpoch()
    const state = replica.membership.current()
    const member = state?.members.get(toHex(person))
    if (!state || !member) return err({ type: 'no-member' })
    const keys = { ...(await createFounderKeys(crypto, random)), root }
    const requested = await requestDevice(workspaceId, person, keys)
    const written = await replica.appendMade<never>(async (log) => {
      const secrets = secretsToHandOn(log.state, replica.keys) ?? []
      const added = await createDeviceAdd(log.state, { ...requested, person }, paperRelay, secrets)
      return ok({ channel: logChannelName, ...encodeOperation(added) })
    })
    if (!written.ok) return err({ type: 'not-written' })
    const { chain, seq } = written.value.header
    const isThere = () => relays.some((relay) => relay.acknowledged(chain) >= seq)
    if (!(await until(isThere))) return err({ type: 'no-relay' })
    const epochSecrets = secretsOfAnswer(state, replica.keys)
    return ok({
      keys,
      epochSecrets,
      relays: state.relays,
      name: state.name,
      personName: member.name,
      devices: member.devices.length + 1,
    })
  }

  try {
    return await bringBack()
  } finally {
    await Promise.all(relays.map((relay) => relay.close()))
    await replica.close()
  }
}
