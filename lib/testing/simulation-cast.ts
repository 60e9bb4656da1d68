/**
 * The people of a simulated workspace, let in by real operations (I2), and a disk image for each of their devices. All
 * keys follow from one seed, so that a failing history can be lived through again.
 */
import { toHex } from '#lib/base/bytes'
import type { Clock } from '#lib/base/clock'
import type { DocumentId, EntryId, EpochSecret } from '#lib/base/ids'
import type { Crypto } from '#lib/crypto/crypto'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { writeFirstBody, writeFirstMeta } from '#lib/document/first-structure'
import { createQuietDoc } from '#lib/document/quiet-doc'
import { addPage, setTitle } from '#lib/document/workspace-index'
import { foundWorkspace } from '#lib/host/found-workspace'
import { bodyChannelName, indexChannelName, logChannelName } from '#lib/protocol/channel-name'
import type { RelayKey } from '#lib/protocol/door'
import { entryKind } from '#lib/protocol/entry-kind'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { createKeyRing } from '#lib/replica/key-ring'
import { openReplica, type Replica } from '#lib/replica/replica'
import { createMemoryDisk, type MemoryDisk, openMemoryStorage } from '#lib/storage/memory-storage'
import type { WorkspaceStore } from '#lib/storage/storage'
import { createSeededRandom, type SeededRandom } from '#lib/testing/seeded-random'
import { createDeviceKeys, type FounderKeys } from '#lib/vault/device-keys'
import type { WorkspaceKeys } from '#lib/vault/workspace-keys'
import { signDeviceKeys } from '#lib/workspace/add-device'
import { createAdmit } from '#lib/workspace/admission'
import { boxEpoch } from '#lib/workspace/epoch'
import { createInvite, linkKeys } from '#lib/workspace/invitation'
import type { InviteSecret } from '#lib/workspace/invite-link'
import { createJoin } from '#lib/workspace/join'
import type { DeviceKeys, ExchangePublicKey } from '#lib/workspace/keys'
import type { KnownOperation } from '#lib/workspace/operation'
import { encodeOperation } from '#lib/workspace/operation-format'
import type { LinkRole, Role } from '#lib/workspace/role'

export interface CastDevice {
  /** The person and, for a second device, a number. */
  readonly name: string
  readonly role: Role
  readonly keys: WorkspaceKeys
  /** What the device has after joining; copy it before use. */
  readonly disk: MemoryDisk
}

/** A link that lets more people in. */
export interface OpenLink {
  readonly role: LinkRole
  readonly invite: EntryId
  readonly secret: InviteSecret
}

export interface Cast {
  readonly devices: readonly CastDevice[]
  /** Two pages that everybody holds, with their first structure. */
  readonly pages: readonly DocumentId[]
  readonly links: readonly OpenLink[]
  /** Every entry that was written before the simulation begins. */
  readonly entries: readonly SealedEntry[]
}

export const CAST_BEGINS_AT = 1_700_000_000_000
const EXPIRES_AT_SECONDS = 2_000_000_000

/** Of a signature that many devices verify the verdict is kept, as long as this is. */
export function rememberVerdicts(crypto: Crypto): Crypto {
  const verdicts = new Map<string, Promise<boolean>>()
  return {
    ...crypto,
    verify(publicKey, message, signature) {
      const key = [publicKey, message, signature].map(toHex).join()
      const verdict = verdicts.get(key) ?? crypto.verify(publicKey, message, signature)
      verdicts.set(key, verdict)
      return verdict
    },
  }
}

/** node:crypto with keys from a seed instead of the platform, and one verdict on each signature. */
export function createSeededCrypto(random: SeededRandom): Crypto {
  const crypto = rememberVerdicts(createNodeCrypto())
  return {
    ...crypto,
    signingKey: (seed) => crypto.signingKey(seed ?? random.bytes(32)),
    exchangeKey: (seed) => crypto.exchangeKey(seed ?? random.bytes(32)),
  }
}

/** The store of one workspace on a disk in memory. */
export async function storeOn(disk: MemoryDisk, keys: WorkspaceKeys, durability: 'strict' | 'relaxed' = 'strict') {
  const opened = await openMemoryStorage(disk, durability).workspace(toHex(keys.workspaceId))
  if (!opened.ok) throw new Error('no store')
  return opened.value
}

export const keyRingOf = ({ workspaceId, tagKey, epochs }: WorkspaceKeys) => createKeyRing(workspaceId, tagKey, epochs)

/** alice founds; bob, carol and dave edit, vera reads, alice has a second device. */
export async function createCast(seed = 7): Promise<Cast> {
  const random = createSeededRandom(seed)
  const crypto = createSeededCrypto(random)
  const clock: Clock = { now: () => CAST_BEGINS_AT, after: () => () => {} }
  const entries: SealedEntry[] = []
  const runs: (readonly SealedEntry[])[] = []

  const open = (keys: WorkspaceKeys, store: WorkspaceStore): Promise<Replica> =>
    openReplica(
      { crypto, clock, random, store, keys: keyRingOf(keys), device: keys.device },
      {
        onStored(run) {
          if (isFounded) return
          runs.push(run)
          entries.push(...run)
        },
        onAccepted() {},
        onMembership() {},
        onRebuilt() {},
        onCovered() {},
        onFolded() {},
        onRefused: ({ reason }) => {
          throw new Error(`refused while the cast came together: ${reason}`)
        },
        onStorageError: ({ type }) => {
          throw new Error(type)
        },
      },
    )
  let isFounded = false
  const founder = await foundWorkspace({ crypto, random, clock })
  const founderDisk = createMemoryDisk()
  const alice = await open(founder, await storeOn(founderDisk, founder))

  async function operate(operation: KnownOperation): Promise<EntryId> {
    const done = await alice.append({ channel: logChannelName, ...encodeOperation(operation) })
    if (!done.ok) throw new Error(done.error.type)
    return done.value.id
  }
  const secretNow = (): EpochSecret => {
    const [first] = founder.epochs
    if (!first) throw new Error('no epoch')
    return first.secret
  }
  const stateNow = () => {
    const state = alice.membership.current()
    if (!state) throw new Error('no state')
    return state
  }

  const begun = await alice.append({
    channel: logChannelName,
    kind: entryKind.genesis,
    payload: founder.genesis ?? new Uint8Array(0),
  })
  if (!begun.ok) throw new Error(begun.error.type)
  await operate({ type: 'profile.set', name: 'alice', paper: undefined })
  const links: OpenLink[] = []
  for (const role of ['editor', 'viewer'] as const) {
    const plan = { workspaceId: founder.workspaceId, role, maxUses: 0, needsApproval: false }
    const made = await createInvite(crypto, { ...plan, expiresAtSeconds: EXPIRES_AT_SECONDS }, random)
    links.push({ role, invite: await operate(made.operation), secret: made.secret })
  }

  const devices: CastDevice[] = [{ name: 'alice', role: 'owner', keys: founder, disk: founderDisk }]
  for (const name of ['bob', 'carol', 'dave', 'vera']) {
    const link = links.find(({ role }) => role === (name === 'vera' ? 'viewer' : 'editor'))
    if (!link) throw new Error('no link')
    const keys = await newcomerKeys(crypto, founder)
    const join = await joinBy(crypto, keys, link, name)
    await operate(await createAdmit(stateNow(), join, founder.relay, [secretNow()]))
    devices.push({ name, role: link.role, keys, disk: createMemoryDisk() })
  }
  const { root: _, ...second } = await newcomerKeys(crypto, founder)
  const person = stateNow().owner
  const publicKeys = publicKeysOf(second)
  await operate({
    type: 'device.add',
    person,
    keys: publicKeys,
    deviceSignature: await signDeviceKeys(founder.workspaceId, person, publicKeys, second.device),
    doors: [],
    boxes: [boxEpoch(founder.workspaceId, secretNow(), [publicKeys.exchangeKey])],
  })
  devices.push({ name: 'alice 2', role: 'owner', keys: second, disk: createMemoryDisk() })

  const pages = [random.bytes(16), random.bytes(16)] as DocumentId[]
  for (const page of pages) await writeFirst(alice, bodyChannelName(page), (doc) => writeFirstBody(doc))
  await writeFirst(alice, indexChannelName, (doc) => {
    writeFirstMeta(doc)
    for (const page of pages) {
      addPage(doc, page, CAST_BEGINS_AT)
      setTitle(doc, page, 'Page')
    }
  })
  await alice.tidy('end')
  isFounded = true

  for (const device of devices) {
    if (device.keys === founder) continue
    const replica = await open(device.keys, await storeOn(device.disk, device.keys))
    for (const run of runs) await replica.receive(run)
    await replica.tidy('end')
  }
  return { devices, pages, links, entries }
}

/** Keys of a device that has been let in: everything but a genesis of its own. `member` has what newcomers are handed. */
export async function newcomerKeys(crypto: Crypto, member: WorkspaceKeys): Promise<WorkspaceKeys & FounderKeys> {
  const { workspaceId, tagKey, epochs } = member
  const root = await crypto.signingKey()
  return { ...(await createDeviceKeys(crypto)), root, workspaceId, tagKey, epochs }
}

/** What others see of a device. */
export const publicKeysOf = ({ device, exchange, relay }: WorkspaceKeys): DeviceKeys => ({
  device: device.publicKey as DeviceKeys['device'],
  exchangeKey: exchange.publicKey as ExchangePublicKey,
  relayKey: relay.publicKey as RelayKey,
})

/** What somebody with the link deposits for whoever is awake. */
export async function joinBy(crypto: Crypto, keys: WorkspaceKeys & FounderKeys, link: OpenLink, name: string) {
  const { proofKey } = await linkKeys(crypto, keys.workspaceId, link.secret)
  const { exchangeKey, relayKey } = publicKeysOf(keys)
  const plan = { workspaceId: keys.workspaceId, invite: link.invite, name, exchangeKey, relayKey, paper: undefined }
  return createJoin(plan, { root: keys.root, device: keys.device, proofKey })
}

async function writeFirst(
  replica: Replica,
  channel: typeof indexChannelName,
  write: (doc: ReturnType<typeof createQuietDoc>) => void,
): Promise<void> {
  const opened = await replica.open(channel)
  if (!opened.ok) throw new Error('not opened')
  const doc = createQuietDoc()
  doc.clientID = opened.value.slots[0] ?? 0
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  doc.transact(() => write(doc))
  opened.value.release()
  const [payload] = updates
  const done = payload && (await replica.append({ channel, kind: entryKind.update, payload }))
  if (!done?.ok) throw new Error('not written')
}
