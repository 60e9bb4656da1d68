/**
 * What somebody does to people, devices and keys (docs/protocol.md §4, §6, R3). Each act is one operation that brings all
 * it needs along: cuts, doors of relays, and the next epoch's secret for everybody who stays.
 */
import { fromBase64Url } from '#lib/base/base64url'
import { sameBytes, toHex } from '#lib/base/bytes'
import type { DeviceId, EntryId } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import { err, type Result } from '#lib/base/result'
import type { SigningKey } from '#lib/crypto/crypto'
import type { AppendFailure } from '#lib/host/host-protocol'
import { nextEpoch } from '#lib/host/key-keeper'
import type { RelayKey } from '#lib/protocol/door'
import type { Replica } from '#lib/replica/replica'
import { mayManage, roleOfDevice } from '#lib/workspace/authorize'
import { recipientsOf } from '#lib/workspace/epoch'
import type { DeviceRecord, Member, MembershipState } from '#lib/workspace/membership-state'
import type { Operation } from '#lib/workspace/operation'
import { type GivenRole, hasAtLeast, type Role } from '#lib/workspace/role'
import { doorLevelFor, signDoors } from '#lib/workspace/sign-doors'

export interface ActsOfPower {
  setRole(person: string, role: GivenRole): Acted
  /** `keptInvitations`: links that stay open although the removal would end them (I4). */
  removeMember(person: string, keptInvitations: readonly string[]): Acted
  leave(): Acted
  transferOwnership(person: string): Acted
  /** One of the own devices. */
  revokeDevice(device: string): Acted
  rotateKeys(): Acted
}

/** Ids of people, links and devices are base64url. */
export interface ActsOptions {
  readonly replica: Pick<Replica, 'membership' | 'keys' | 'cutOf'>
  readonly device: DeviceId
  readonly relayKey: SigningKey
  readonly random: Random
  operate(operation: Operation): Promise<Result<EntryId, AppendFailure>>
}

type Acted = Promise<Result<EntryId, AppendFailure>>

export function createActsOfPower(options: ActsOptions): ActsOfPower {
  const { replica, device, relayKey, random, operate } = options
  const refused = (type: 'not-allowed' | 'not-found' | 'owner-stays' | 'last-device') => err({ type })

  /** Who asks for it, as the log has them. */
  function author(): { state: MembershipState; me: Member; role: Role } | undefined {
    const state = replica.membership.current()
    const role = state && roleOfDevice(state, device)
    const me = state?.members.get(toHex(state.devices.get(toHex(device))?.person ?? new Uint8Array()))
    return state && role && me ? { state, me, role } : undefined
  }

  const find = (state: MembershipState, person: string): Member | undefined => {
    const id = fromBase64Url(person)
    return id && state.members.get(toHex(id))
  }

  const doorKeys = ({ devices, paper }: Member): RelayKey[] => [
    ...devices.map((one) => one.relayKey),
    ...(paper ? [paper.relayKey] : []),
  ]

  const doorsFor = (state: MembershipState, keys: readonly RelayKey[], role: Role | undefined, sayer: Role) =>
    signDoors(
      state,
      keys.map((key) => ({ key, level: doorLevelFor(role, sayer) })),
      relayKey,
    )

  /** The next epoch, for everybody entitled but these devices. */
  function rotationWithout(state: MembershipState, gone: readonly Pick<DeviceRecord, 'exchangeKey'>[]) {
    const stays = recipientsOf(state).filter((key) => !gone.some(({ exchangeKey }) => sameBytes(exchangeKey, key)))
    return nextEpoch(state, replica.keys, random, stays)
  }

  return {
    async setRole(person, role) {
      const asked = author()
      const member = asked && find(asked.state, person)
      if (!asked || !member) return refused(asked ? 'not-found' : 'not-allowed')
      const { state, me } = asked
      if (!mayManage(state, me.person, member.person, role)) return refused('not-allowed')
      const before = doorLevelFor(member.role, asked.role)
      const keys = before === doorLevelFor(role, asked.role) ? [] : doorKeys(member)
      const isDemotion = !hasAtLeast(role, member.role)
      return operate({
        type: 'role.set',
        member: member.person,
        role,
        cuts: isDemotion ? await replica.cutOf({ person: member.person }) : [],
        doors: await doorsFor(state, keys, role, asked.role),
      })
    },

    async removeMember(person, keptInvitations) {
      const asked = author()
      const member = asked && find(asked.state, person)
      if (!asked || !member) return refused(asked ? 'not-found' : 'not-allowed')
      const { state, me } = asked
      if (!mayManage(state, me.person, member.person, undefined)) return refused('not-allowed')
      const gone = [...member.devices, ...(member.paper ? [member.paper] : [])]
      return operate({
        type: 'member.remove',
        member: member.person,
        cuts: await replica.cutOf({ person: member.person }),
        keptInvites: keptInvitations.flatMap((id) => (fromBase64Url(id) as EntryId | undefined) ?? []),
        doors: await doorsFor(state, doorKeys(member), undefined, asked.role),
        rotation: rotationWithout(state, gone),
      })
    },

    async leave() {
      const asked = author()
      if (!asked) return refused('not-allowed')
      return asked.role === 'owner' ? refused('owner-stays') : operate({ type: 'member.leave' })
    },

    async transferOwnership(person) {
      const asked = author()
      const member = asked && find(asked.state, person)
      if (!asked || !member) return refused(asked ? 'not-found' : 'not-allowed')
      const { state, me } = asked
      if (asked.role !== 'owner' || sameBytes(member.person, me.person)) return refused('not-allowed')
      const doors = [
        ...(await doorsFor(state, doorKeys(member), 'owner', 'owner')),
        ...(await doorsFor(state, doorKeys(me), 'admin', 'owner')),
      ]
      return operate({ type: 'owner.transfer', to: member.person, doors })
    },

    async revokeDevice(id) {
      const asked = author()
      const target = asked?.me.devices.find((one) => sameBytes(one.device, fromBase64Url(id) ?? new Uint8Array()))
      if (!asked || !target) return refused(asked ? 'not-found' : 'not-allowed')
      const { state, me, role } = asked
      if (me.devices.length === 1) return refused('last-device')
      const mayRotate = hasAtLeast(role, 'admin')
      return operate({
        type: 'device.revoke',
        device: target.device,
        cuts: await replica.cutOf({ device: target.device }),
        doors: await doorsFor(state, [target.relayKey], undefined, role),
        rotation: mayRotate ? rotationWithout(state, [target]) : undefined,
      })
    },

    async rotateKeys() {
      const asked = author()
      if (!asked || !hasAtLeast(asked.role, 'admin')) return refused('not-allowed')
      return operate({ type: 'epoch.rotate', ...rotationWithout(asked.state, []) })
    },
  }
}
