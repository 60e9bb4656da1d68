/**
 * Membership logs made by hand: the cast by name, operations in a line, proofs taken as given. Everything follows from
 * names and order, so that a failing history can be written down.
 */
import { sameBytes, toHex, u32, utf8 } from '#lib/base/bytes'
import type { DeviceId, EntryId, EpochTag, PersonId, Signature } from '#lib/base/ids'
import { hash } from '#lib/crypto/hash'
import type { RelayKey } from '#lib/protocol/door'
import { workspaceIdOf } from '#lib/workspace/genesis'
import type { DeviceKeys, ExchangePublicKey } from '#lib/workspace/keys'
import type { LogEntry } from '#lib/workspace/log-node'
import { createMembershipLog, type MembershipLog } from '#lib/workspace/membership-log'
import type { MembershipState } from '#lib/workspace/membership-state'
import type { Genesis, InviteCreate, JoinRecord, Operation } from '#lib/workspace/operation'
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

const genesisOf = (founder: string): Genesis => ({
  type: 'genesis',
  root: personOf(founder),
  keys: keysOf(founder),
  paper: undefined,
  random: bytes('random'),
  firstEpoch: bytes('first epoch binding'),
  seconds: 1_800_000_000,
  rootSignature: signature,
})

/** Where to write from: whose device, and what it has seen (everything unless told). */
export interface Pen {
  readonly by: string
  readonly device?: string
  readonly after?: readonly EntryId[]
  readonly proofsValid?: boolean
}

export interface History {
  readonly entries: readonly LogEntry[]
  heads(): EntryId[]
  write(pen: Pen, operation: Operation): EntryId
  give(pen: Pen, member: string, role: GivenRole): EntryId
  remove(pen: Pen, member: string): EntryId
  /** Hands ownership on. */
  handOver(pen: Pen, heir: string): EntryId
  invite(pen: Pen, role: LinkRole, maxUses: number): EntryId
  revokeInvite(pen: Pen, invite: EntryId): EntryId
  admit(pen: Pen, name: string, invite: EntryId): EntryId
  addDevice(pen: Pen, which: string, keys?: DeviceKeys): EntryId
  revokeDevice(pen: Pen, device: DeviceId): EntryId
  /** Lets people in by a link of the owner's and gives them their roles. */
  settle(cast: Readonly<Record<string, GivenRole>>): void
  log(entries?: readonly LogEntry[]): MembershipLog
  state(entries?: readonly LogEntry[]): MembershipState
  /** Roles by name, of those who are members. */
  roles(entries?: readonly LogEntry[]): Record<string, Role>
  /** The same history, to go on separately. */
  fork(): History
}

/** A log that begins with alice's genesis. `salt` makes its ids differ from those of others. */
export function createHistory(salt = 0, start: readonly LogEntry[] = []): History {
  const genesis = genesisOf('alice')
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
    const id = hash(utf8('operation'), u32(salt), u32(entries.length)) as EntryId
    const { after = heads(), proofsValid = true } = pen
    const device = deviceOf(pen.by, pen.device)
    keep({ id, parents: after, device, ...placeOf(device, after), operation, proofsValid })
    return id
  }

  function joinOf(name: string, invite: EntryId): JoinRecord {
    const link = byId.get(toHex(invite))?.operation
    const proofKey = link?.type === 'invite.create' ? link.proofKey : bytes('no link')
    return {
      invite,
      proofKey,
      root: personOf(name),
      keys: keysOf(name),
      paper: undefined,
      name,
      proof: signature,
      deviceSignature: signature,
      rootSignature: signature,
    }
  }

  for (const entry of start) keep(entry)
  if (entries.length === 0) write({ by: 'alice', after: [] }, genesis)

  const history: History = {
    entries,
    heads,
    write,
    give: (pen, member, role) => write(pen, { type: 'role.set', member: personOf(member), role, cuts: [], doors: [] }),
    remove: (pen, member) =>
      write(pen, {
        type: 'member.remove',
        member: personOf(member),
        cuts: [],
        keptInvites: [],
        doors: [],
        rotation: undefined,
      }),
    handOver: (pen, heir) => write(pen, { type: 'owner.transfer', to: personOf(heir), doors: [] }),
    invite: (pen, role, maxUses) => write(pen, invitation(role, maxUses, `link ${salt} ${entries.length}`)),
    revokeInvite: (pen, invite) => write(pen, { type: 'invite.revoke', invite }),
    admit: (pen, name, invite) => write(pen, { type: 'admit', join: joinOf(name, invite), doors: [], boxes: [] }),
    addDevice: (pen, which, keys = keysOf(pen.by, which)) =>
      write(pen, {
        type: 'device.add',
        person: personOf(pen.by),
        keys,
        deviceSignature: signature,
        doors: [],
        boxes: [],
      }),
    revokeDevice: (pen, device) =>
      write(pen, { type: 'device.revoke', device, cuts: [], doors: [], rotation: undefined }),
    settle(cast) {
      const link = history.invite({ by: 'alice' }, 'viewer', 0)
      for (const name of Object.keys(cast)) history.admit({ by: 'alice' }, name, link)
      for (const [name, role] of Object.entries(cast)) history.give({ by: 'alice' }, name, role)
      history.revokeInvite({ by: 'alice' }, link)
    },
    log(some = entries) {
      const log = createMembershipLog(workspaceId, FIRST_EPOCH)
      for (const entry of some) log.add(entry)
      return log
    },
    state(some = entries) {
      const state = history.log(some).current()
      if (!state) throw new Error('The log has no genesis')
      return state
    },
    roles(some = entries) {
      const { members } = history.state(some)
      const found = [...names].sort().flatMap((name) => {
        const member = members.get(toHex(personOf(name)))
        return member ? [[name, member.role] as const] : []
      })
      return Object.fromEntries(found)
    },
    fork: () => createHistory(salt, entries),
  }
  return history
}
