/** alice's workspace with a link, and bob who holds it; real keys, all from one seed. */
import type { EntryId, EpochSecret, PersonId, WorkspaceId } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import type { Crypto, ExchangeKey, SigningKey } from '#lib/crypto/crypto'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { epochTag } from '#lib/protocol/derive'
import type { RelayKey } from '#lib/protocol/door'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { checkOperation } from '#lib/workspace/check-operation'
import { createGenesis } from '#lib/workspace/genesis'
import { createInvite, type LinkKeys } from '#lib/workspace/invitation'
import type { InviteSecret } from '#lib/workspace/invite-link'
import { createJoin } from '#lib/workspace/join'
import type { DeviceKeys, ExchangePublicKey } from '#lib/workspace/keys'
import { createMembershipLog, type MembershipLog } from '#lib/workspace/membership-log'
import type { Genesis, InviteCreate, JoinRecord, Operation, RelayPlace } from '#lib/workspace/operation'

/** All private keys of one person with one device. */
export interface KeyChain {
  readonly root: SigningKey
  readonly device: SigningKey
  readonly exchange: ExchangeKey
  readonly relay: SigningKey
  readonly keys: DeviceKeys
}

export interface Invited {
  readonly crypto: Crypto
  readonly random: Random
  readonly workspaceId: WorkspaceId
  readonly firstSecret: EpochSecret
  readonly genesis: Genesis
  readonly relayPlace: RelayPlace
  readonly alice: KeyChain
  readonly bob: KeyChain
  readonly invite: EntryId
  readonly operation: InviteCreate
  readonly secret: InviteSecret
  readonly linkKeys: LinkKeys
  readonly join: JoinRecord
  readonly log: MembershipLog
  /** Appends an operation of `by`'s to the log, its proofs checked as a replica does. */
  write(by: KeyChain, operation: Operation): Promise<EntryId>
}

export const EXPIRES_AT_SECONDS = 1_900_000_000

export async function createKeyChain(crypto: Crypto, random: Random): Promise<KeyChain> {
  const [root, device, relay] = await Promise.all([1, 2, 3].map(() => crypto.signingKey(random.bytes(32))))
  const exchange = await crypto.exchangeKey(random.bytes(32))
  if (!root || !device || !relay) throw new Error('No keys')
  const keys = {
    device: device.publicKey as DeviceKeys['device'],
    exchangeKey: exchange.publicKey as ExchangePublicKey,
    relayKey: relay.publicKey as RelayKey,
  }
  return { root, device, exchange, relay, keys }
}

export async function createInvited(seed = 1): Promise<Invited> {
  const crypto = createNodeCrypto()
  const random = createSeededRandom(seed)
  const [alice, bob] = [await createKeyChain(crypto, random), await createKeyChain(crypto, random)]
  const firstSecret = random.bytes(32) as EpochSecret
  const plan = { keys: alice.keys, paper: undefined, firstSecret, seconds: 1_800_000_000 }
  const { genesis, workspaceId } = await createGenesis(alice.root, plan, random)
  const relayPlace = { origin: 'https://relay.example', rootKey: alice.keys.relayKey, random: random.bytes(32) }
  const log = createMembershipLog(workspaceId, epochTag(workspaceId, firstSecret))

  async function write(by: KeyChain, operation: Operation): Promise<EntryId> {
    const id = random.bytes(32) as EntryId
    const proofsValid = await checkOperation(crypto, workspaceId, operation)
    log.add({ id, parents: log.heads(), device: by.keys.device, life: log.size, seq: 1, operation, proofsValid })
    return id
  }

  await write(alice, genesis)
  await write(alice, { type: 'relay.set', relays: [relayPlace] })
  const terms = { role: 'editor', maxUses: 1, expiresAtSeconds: EXPIRES_AT_SECONDS, needsApproval: false } as const
  const { operation, secret, keys: linkKeys } = await createInvite(crypto, { workspaceId, ...terms }, random)
  const invite = await write(alice, operation)
  const { exchangeKey, relayKey } = bob.keys
  const joinPlan = { workspaceId, invite, name: 'Bob', exchangeKey, relayKey, paper: undefined }
  const join = await createJoin(joinPlan, { root: bob.root, device: bob.device, proofKey: linkKeys.proofKey })
  const made = { crypto, random, workspaceId, firstSecret, genesis, relayPlace, alice, bob }
  return { ...made, invite, operation, secret, linkKeys, join, log, write }
}

/** Root key of a key chain's person. */
export const rootOf = ({ root }: KeyChain): PersonId => root.publicKey as PersonId
