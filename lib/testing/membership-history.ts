/**
 * Membership logs made by hand: the cast by name, operations in a line. Proofs are taken as given, unless the cast has
 * keys of its own (`createSignedCast`). Everything follows from names and order, so that a failing history can be
 * written down.
 */
import { sameBytes, toHex, u32, utf8 } from '#lib/base/bytes'
import type { DeviceId, EntryId, EpochTag, PersonId, Signature } from '#lib/base/ids'
import { hash } from '#lib/crypto/hash'
import type { RelayKey } from '#lib/protocol/door'
import { deviceMessage } from '#lib/workspace/add-device'
import { genesisMessage, workspaceIdOf } from '#lib/workspace/genesis'
import { joinMessage } from '#lib/workspace/join'
import type { DeviceKeys, ExchangePublicKey } from '#lib/workspace/keys'
import type { LogEntry } from '#lib/workspace/log-node'
import { createMembershipLog, type MembershipLog } from '#lib/workspace/membership-log'
import type { MembershipState } from '#lib/workspace/membership-state'
import type { Genesis, InviteCreate, JoinRecord, Operation, Rotation } from '#lib/workspace/operation'
import type { GivenRole, LinkRole, Role } from '#lib/workspace/role'

const bytes = (name: string): Uint8Array => hash(utf8(name))
const signature = new Uint8Array(64) as Signature

export const FIRST_EPOCH = bytes('first epoch').slice(0, 16) as EpochTag

/** Root key of the person called `name`. */
export const personOf = (name: string): PersonId => bytes(`${name} root`) as PersonId
/** Signing key of their first or another device; 'root' is their root itself. */
export const deviceOf = (name: string, which = 'laptop'): DeviceId =>
  which === 'root' ? (personOf(name) as Uint8Array as DeviceId) : (bytes(`${name} ${which}`) as DeviceId)

export const keysOf = (name: string, which = 'laptop'): DeviceKeys => ({
  device: deviceOf(name, which),
  exchangeKey: bytes(`${name} ${which} exchange`) as ExchangePublicKey,
  relayKey: bytes(`${name} ${which} relay`) as RelayKey,
})

export const invitation = (role: LinkRole, maxUses: number, label: string): InviteCreate => ({
  type: 'invite.create',
  role,
  maxUses,
  expiresAtSeconds: 2_000_000_000,
  needsApproval: false,
  proofKey: bytes(`${label} proof`),
  mailboxKey: bytes(`${label} mailbox`),
  mailboxSecret: bytes(`${label} secret`),
})

/** An operation before it is an entry: `signer` is whose key signs it, `salt` and `index` make its name unlike others. */
export interface Draft extends Omit<LogEntry, 'id'> {
  readonly signer: DeviceId
  readonly salt: number
  readonly index: number
}

/** Whose keys people have. */
export interface Cast {
  personOf(name: string): PersonId
  deviceOf(name: string, which?: string): DeviceId
  keysOf(name: string, which?: string): DeviceKeys
  /** Public proof key of the link with that label. */
  proofKeyOf(label: string): Uint8Array
  /** By whoever has the private half of `key`. */
  sign(key: Uint8Array, message: Uint8Array): Signature
  /** The entry as everybody else takes it in, or nothing where they would not. */
  seal(draft: Draft): LogEntry | undefined
}

/** Keys that are names, and signatures that nobody looks at. */
const paperCast: Cast = {
  personOf,
  deviceOf,
  keysOf,
  proofKeyOf: (label) => bytes(`${label} proof`),
  sign: () => signature,
  seal: ({ salt, index, signer: _, ...entry }) => ({
    ...entry,
    id: hash(utf8('operation'), u32(salt), u32(index)) as EntryId,
  }),
}

function genesisOf(founder: string, cast: Cast): Genesis {
  const root = cast.personOf(founder)
  const unsigned: Genesis = {
    type: 'genesis',
    root,
    keys: cast.keysOf(founder),
    paper: undefined,
    random: bytes('random'),
    firstEpoch: bytes('first epoch binding'),
    seconds: 1_800_000_000,
    rootSignature: signature,
  }
  return { ...unsigned, rootSignature: cast.sign(root, genesisMessage(unsigned)) }
}

/** Where to write from: whose device, and what it has seen (everything unless told). */
export interface Pen {
  readonly by: string
  readonly device?: string
  readonly after?: readonly EntryId[]
  readonly proofsValid?: boolean
  /** Whose laptop signs in truth; the author's device unless told. */
  readonly forger?: string
}

export interface History {
  readonly cast: Cast
  readonly entries: readonly LogEntry[]
  heads(): EntryId[]
  write(pen: Pen, operation: Operation): EntryId
  give(pen: Pen, member: string, role: GivenRole): EntryId
  remove(pen: Pen, member: string, rotation?: Rotation): EntryId
  /** Hands ownership on. */
  handOver(pen: Pen, heir: string): EntryId
  invite(pen: Pen, role: LinkRole, maxUses: number): EntryId
  revokeInvite(pen: Pen, invite: EntryId): EntryId
  admit(pen: Pen, name: string, invite: EntryId): EntryId
  addDevice(pen: Pen, which: string, keys?: DeviceKeys): EntryId
  revokeDevice(pen: Pen, device: DeviceId): EntryId
  /** Lets people in by a link of the owner's and gives them their roles. */
  settle(cast: Readonly<Record<string, GivenRole>>): void
  /** Of these entries in this order; without any, of all, and not to be added to. */
  log(entries?: readonly LogEntry[]): MembershipLog
  state(entries?: readonly LogEntry[]): MembershipState
  /** Roles by name, of those who are members. */
  roles(entries?: readonly LogEntry[]): Record<string, Role>
  /** The same history, to go on separately. */
  fork(salt?: number): History
}

/** A log that begins with alice's genesis. `salt` makes its ids differ from those of others. */
export function createHistory(salt = 0, start: readonly LogEntry[] = [], cast = paperCast): History {
  const genesis = genesisOf('alice', cast)
  const workspaceId = workspaceIdOf(genesis)
  const entries: LogEntry[] = []
  const names = new Set<string>(['alice'])
  const byId = new Map<string, LogEntry>()
  /** Heads by hex. */
  const open = new Map<string, EntryId>()
  const lastByLife = new Map<string, LogEntry>()
  const lifeOf = ({ device, life }: LogEntry): string => `${toHex(device)} ${life}`

  const heads = (): EntryId[] => [...open.values()]

  function keep(entry: LogEntry): void {
    entries.push(entry)
    byId.set(toHex(entry.id), entry)
    for (const parent of entry.parents) open.delete(toHex(parent))
    open.set(toHex(entry.id), entry.id)
    lastByLife.set(lifeOf(entry), entry)
    if (entry.operation.type === 'admit') names.add(entry.operation.join.name)
  }

  /** The next place in the device's life, if it goes on from there; a life of its own where it writes behind its back. */
  function placeOf(device: DeviceId, after: readonly EntryId[]): Pick<LogEntry, 'life' | 'seq'> {
    const before = after
      .map((id) => byId.get(toHex(id)))
      .find(
        (entry) => entry !== undefined && lastByLife.get(lifeOf(entry)) === entry && sameBytes(entry.device, device),
      )
    return before ? { life: before.life, seq: before.seq + 1 } : { life: entries.length, seq: 1 }
  }

  function write(pen: Pen, operation: Operation): EntryId {
    const { after = heads(), proofsValid = true } = pen
    const device = cast.deviceOf(pen.by, pen.device)
    const signer = pen.forger ? cast.deviceOf(pen.forger) : device
    const place = { parents: after, device, ...placeOf(device, after), salt, index: entries.length }
    const entry = cast.seal({ ...place, operation, proofsValid, signer })
    if (entry) keep(entry)
    return entry?.id ?? after[0] ?? (new Uint8Array(32) as EntryId)
  }

  /** With `isForged`, somebody else's device consents. */
  function joinOf(name: string, invite: EntryId, isForged: boolean): JoinRecord {
    const link = byId.get(toHex(invite))?.operation
    const proofKey = link?.type === 'invite.create' ? link.proofKey : bytes('no link')
    const unsigned = { invite, proofKey, root: cast.personOf(name), keys: cast.keysOf(name), paper: undefined, name }
    const message = joinMessage(unsigned, workspaceId)
    return {
      ...unsigned,
      proof: cast.sign(proofKey, message),
      deviceSignature: cast.sign(isForged ? cast.deviceOf('mallory') : unsigned.keys.device, message),
      rootSignature: cast.sign(unsigned.root, message),
    }
  }

  for (const entry of start) keep(entry)
  if (entries.length === 0) write({ by: 'alice', after: [] }, genesis)

  /** The log of everything, as far as it was asked for. */
  const grown = createMembershipLog(workspaceId, FIRST_EPOCH)
  let taken = 0

  const history: History = {
    cast,
    entries,
    heads,
    write,
    give: (pen, member, role) =>
      write(pen, { type: 'role.set', member: cast.personOf(member), role, cuts: [], doors: [] }),
    remove: (pen, member, rotation) =>
      write(pen, {
        type: 'member.remove',
        member: cast.personOf(member),
        cuts: [],
        keptInvites: [],
        doors: [],
        rotation,
      }),
    handOver: (pen, heir) => write(pen, { type: 'owner.transfer', to: cast.personOf(heir), doors: [] }),
    invite(pen, role, maxUses) {
      const label = `link ${salt} ${entries.length}`
      return write(pen, { ...invitation(role, maxUses, label), proofKey: cast.proofKeyOf(label) })
    },
    revokeInvite: (pen, invite) => write(pen, { type: 'invite.revoke', invite }),
    admit: (pen, name, invite) =>
      write(pen, { type: 'admit', join: joinOf(name, invite, pen.proofsValid === false), doors: [], boxes: [] }),
    addDevice(pen, which, keys = cast.keysOf(pen.by, which)) {
      const person = cast.personOf(pen.by)
      const consents = pen.proofsValid === false ? cast.deviceOf('mallory') : keys.device
      const deviceSignature = cast.sign(consents, deviceMessage(workspaceId, person, keys))
      return write(pen, { type: 'device.add', person, keys, deviceSignature, doors: [], boxes: [] })
    },
    revokeDevice: (pen, device) =>
      write(pen, { type: 'device.revoke', device, cuts: [], doors: [], rotation: undefined }),
    settle(cast) {
      const link = history.invite({ by: 'alice' }, 'viewer', 0)
      for (const name of Object.keys(cast)) history.admit({ by: 'alice' }, name, link)
      for (const [name, role] of Object.entries(cast)) history.give({ by: 'alice' }, name, role)
      history.revokeInvite({ by: 'alice' }, link)
    },
    log(some) {
      const log = some ? createMembershipLog(workspaceId, FIRST_EPOCH) : grown
      for (const entry of some ?? entries.slice(taken)) log.add(entry)
      if (!some) taken = entries.length
      return log
    },
    state(some) {
      const state = history.log(some).current()
      if (!state) throw new Error('The log has no genesis')
      return state
    },
    roles(some) {
      const { members } = history.state(some)
      const found = [...names].sort().flatMap((name) => {
        const member = members.get(toHex(cast.personOf(name)))
        return member ? [[name, member.role] as const] : []
      })
      return Object.fromEntries(found)
    },
    fork: (asSalt = salt) => createHistory(asSalt, entries, cast),
  }
  return history
}
