/**
 * What somebody does to people, devices and keys (docs/protocol.md §4, §6, R3). Each act is one operation that brings all
 * it needs along: cuts, doors of relays, and the next epoch's secret for everybody who stays.
 */
import { fromBase64Url } from '#lib/base/base64url'
import { sameBytes, toHex } from '#lib/base/bytes'
import type { DeviceId, EntryId, PersonId } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import { err, ok, type Result } from '#lib/base/result'
import type { Crypto, SigningKey } from '#lib/crypto/crypto'
import type { AppendFailure } from '#lib/host/host-protocol'
import { nextEpoch } from '#lib/host/key-keeper'
import type { MakeOperation } from '#lib/host/write-operation'
import type { Replica } from '#lib/replica/replica'
import type { StandingLog } from '#lib/replica/standing-log'
import { mayHandOver, mayManage, roleOfDevice } from '#lib/workspace/authorize'
import { isHeldBeside, relayKeysOf, stateWithout } from '#lib/workspace/door-keys'
import { recipientsOf } from '#lib/workspace/epoch'
import type { DeviceRecord, Member, MembershipState } from '#lib/workspace/membership-state'
import type { Operation } from '#lib/workspace/operation'
import { MAX_DOORS } from '#lib/workspace/operation-format'
import { type GivenRole, hasAtLeast, type Role } from '#lib/workspace/role'
import { doorLevelFor, signDoors } from '#lib/workspace/sign-doors'

export interface ActsOfPower {
  setRole(person: string, role: GivenRole): Acted
  /** Also somebody who left. `keptInvitations`: links that stay open although the removal would end them (I4). */
  removeMember(person: string, keptInvitations: readonly string[]): Acted
  leave(): Acted
  transferOwnership(person: string): Acted
  /** One of the own devices. */
  revokeDevice(device: string): Acted
  rotateKeys(): Acted
}

/** Ids of people, links and devices are base64url. */
export interface ActsOptions {
  readonly replica: Pick<Replica, 'keys'>
  readonly device: DeviceId
  readonly relayKey: SigningKey
  readonly crypto: Pick<Crypto, 'exchangeKey'>
  readonly random: Random
  operate(make: MakeOperation): Promise<Result<EntryId, AppendFailure>>
}

type Acted = Promise<Result<EntryId, AppendFailure>>

export function createActsOfPower(options: ActsOptions): ActsOfPower {
  const { replica, device, relayKey, crypto, random, operate } = options
  const refused = (type: 'not-allowed' | 'not-found' | 'owner-stays' | 'last-device') => err({ type })

  /** Who asks for it, as the log has them at the moment when the operation is written. */
  interface Asked extends StandingLog {
    readonly me: Member
    readonly role: Role
  }

  const act = (make: (asked: Asked) => Promise<Result<Operation, AppendFailure>>): Acted =>
    operate(async (log) => {
      const { state } = log
      const role = roleOfDevice(state, device)
      const me = state.members.get(toHex(state.devices.get(toHex(device))?.person ?? new Uint8Array()))
      if (!role || !me) return refused('not-allowed')
      const made = await make({ ...log, me, role })
      return made.ok ? ok({ operation: made.value }) : made
    })

  const find = (state: MembershipState, person: string): Member | undefined => {
    const id = fromBase64Url(person)
    return id && state.members.get(toHex(id))
  }

  /** Somebody who went by themselves, and whom nobody removed since. */
  const findLeaver = (state: MembershipState, person: string): PersonId | undefined => {
    const former = state.formerMembers.get(toHex(fromBase64Url(person) ?? new Uint8Array()))
    return former?.hasLeft ? former.person : undefined
  }

  /** As many as fit; the rest an admin's client says without an operation. */
  async function doorsFor(state: MembershipState, whose: Member | DeviceRecord, role: Role | undefined, sayer: Role) {
    const all = 'devices' in whose ? relayKeysOf(whose) : [whose.relayKey]
    const keys = all.filter((key) => !isHeldBeside(state, key, role, whose))
    const level = doorLevelFor(role, sayer)
    const subjects = keys.map((key) => ({ key, level }))
    return (await signDoors(state, subjects, relayKey)).slice(0, MAX_DOORS)
  }

  /** The next epoch, for everybody entitled but this person or device. */
  const rotationWithout = (state: MembershipState, gone?: Member | DeviceRecord) =>
    nextEpoch({ crypto, random, device }, state, replica.keys, recipientsOf(gone ? stateWithout(state, gone) : state))

  return {
    setRole: (person, role) =>
      act(async ({ state, me, role: own, cutOf }) => {
        const member = find(state, person)
        if (!member) return refused('not-found')
        if (!mayManage(state, me.person, member.person, role)) return refused('not-allowed')
        const isSameDoor = doorLevelFor(member.role, own) === doorLevelFor(role, own)
        const isDemotion = !hasAtLeast(role, member.role)
        return ok({
          type: 'role.set',
          member: member.person,
          role,
          cuts: isDemotion ? await cutOf({ person: member.person }) : [],
          doors: isSameDoor ? [] : await doorsFor(state, member, role, own),
        })
      }),

    removeMember: (person, keptInvitations) =>
      act(async ({ state, me, role, cutOf }) => {
        const member = find(state, person)
        const target = member?.person ?? findLeaver(state, person)
        if (!target) return refused('not-found')
        if (!mayManage(state, me.person, target, undefined)) return refused('not-allowed')
        return ok({
          type: 'member.remove',
          member: target,
          cuts: await cutOf({ person: target }),
          keptInvites: keptInvitations.flatMap((id) => (fromBase64Url(id) as EntryId | undefined) ?? []),
          doors: member ? await doorsFor(state, member, undefined, role) : [],
          rotation: await rotationWithout(state, member),
        })
      }),

    leave: () =>
      act(async ({ me, role, cutOf }) => {
        if (role === 'owner') return refused('owner-stays')
        return ok({ type: 'member.leave', cuts: await cutOf({ person: me.person }) })
      }),

    transferOwnership: (person) =>
      act(async ({ state, me }) => {
        const member = find(state, person)
        if (!member) return refused('not-found')
        if (!mayHandOver(state, me.person, member.person)) return refused('not-allowed')
        const doors = [
          ...(await doorsFor(state, member, 'owner', 'owner')),
          ...(await doorsFor(state, me, 'admin', 'owner')),
        ].slice(0, MAX_DOORS)
        return ok({ type: 'owner.transfer', to: member.person, doors })
      }),

    revokeDevice: (id) =>
      act(async ({ state, me, role, cutOf }) => {
        const target = me.devices.find((one) => sameBytes(one.device, fromBase64Url(id) ?? new Uint8Array()))
        if (!target) return refused('not-found')
        if (me.devices.length === 1) return refused('last-device')
        return ok({
          type: 'device.revoke',
          device: target.device,
          cuts: await cutOf({ device: target.device }),
          doors: await doorsFor(state, target, undefined, role),
          rotation: hasAtLeast(role, 'admin') ? await rotationWithout(state, target) : undefined,
        })
      }),

    rotateKeys: () =>
      act(async ({ state, role }) =>
        hasAtLeast(role, 'admin')
          ? ok({ type: 'epoch.rotate', ...(await rotationWithout(state)) })
          : refused('not-allowed'),
      ),
  }
}
