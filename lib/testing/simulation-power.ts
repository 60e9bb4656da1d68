/**
 * What people of a simulated team do to each other's standing: roles, removals with all they bring along, handing over,
 * devices that come and go, and letting in again. The same code makes these operations as in the app.
 */
import { toBase64Url } from '#lib/base/base64url'
import { toHex } from '#lib/base/bytes'
import type { DeviceId } from '#lib/base/ids'
import { err, ok } from '#lib/base/result'
import type { Crypto } from '#lib/crypto/crypto'
import { type ActsOfPower, createActsOfPower } from '#lib/host/acts-of-power'
import { entryKind } from '#lib/protocol/entry-kind'
import { createMemoryDisk } from '#lib/storage/memory-storage'
import type { SeededRandom } from '#lib/testing/seeded-random'
import { type CastDevice, joinBy, newcomerKeys, type OpenLink, publicKeysOf } from '#lib/testing/simulation-cast'
import { handedOn, type SimulatedDevice } from '#lib/testing/simulation-device'
import type { FounderKeys } from '#lib/vault/device-keys'
import type { WorkspaceKeys } from '#lib/vault/workspace-keys'
import { createDeviceAdd, signDeviceKeys } from '#lib/workspace/add-device'
import { createAdmit, refusalOfJoin } from '#lib/workspace/admission'
import { roleOfDevice } from '#lib/workspace/authorize'
import type { Member, MembershipState } from '#lib/workspace/membership-state'
import { hasAtLeast } from '#lib/workspace/role'

export interface SimulatedPower {
  /** Somebody at this device changes who may do what, or tries to. */
  act(device: SimulatedDevice): Promise<void>
  /** Somebody keeps something that is held back, if anything is. */
  keep(): Promise<void>
}

export interface PowerWorld {
  readonly random: SeededRandom
  readonly crypto: Crypto
  readonly links: readonly OpenLink[]
  nowSeconds(): number
  devices(): readonly SimulatedDevice[]
  /** Whether one more device may come. */
  hasRoom(): boolean
  /** Somebody brought in a device: it begins with an empty disk. */
  onNewcomer(newcomer: CastDevice): Promise<void>
  onSaw(behaviour: string): void
}

/** How likely each is, of all together. */
const ACTS = {
  role: 6,
  remove: 4,
  return: 10,
  keep: 3,
  link: 2,
  revoke: 2,
  transfer: 3,
  leave: 2,
  rotate: 1,
} as const

export function createSimulatedPower(world: PowerWorld): SimulatedPower {
  const { random, crypto, onSaw } = world
  const choices = Object.entries(ACTS).flatMap(([act, times]) =>
    Array<keyof typeof ACTS>(times).fill(act as keyof typeof ACTS),
  )

  const actsOf = (device: SimulatedDevice): ActsOfPower =>
    createActsOfPower({
      crypto,
      ...{ replica: device.replica(), device: device.cast.keys.device.publicKey as DeviceId },
      ...{ relayKey: device.cast.keys.relay, random, operate: device.operate },
    })

  async function noted(what: string, done: ReturnType<ActsOfPower['leave']>): Promise<void> {
    const result = await done
    onSaw(result.ok ? what : `${what} ${result.error.type}`)
  }

  const anyMember = ({ members }: MembershipState): Member => random.pick([...members.values()])
  const nameOf = ({ person }: Member): string => toBase64Url(person)
  const mine = (state: MembershipState, device: SimulatedDevice): Member | undefined => {
    const own = state.devices.get(toHex(device.cast.keys.device.publicKey))
    return own?.active ? state.members.get(toHex(own.person)) : undefined
  }

  const isAdmin = (device: SimulatedDevice): boolean => {
    const state = device.replica().membership.current()
    return (
      state !== undefined && hasAtLeast(roleOfDevice(state, device.cast.keys.device.publicKey as DeviceId), 'admin')
    )
  }

  /** Somebody who is told of it keeps what came too late (W2), if they may. */
  async function keep(): Promise<void> {
    for (const device of random.shuffle(world.devices().filter((one) => one.isUp()))) {
      const [item] = random.shuffle([...(await device.replica().heldBack())])
      if (!item) continue
      onSaw('late')
      const request = { channel: item.name, kind: entryKind.adopt, payload: new Uint8Array(0), keeps: [item.newest] }
      const done = await device.replica().append(request)
      onSaw(done.ok ? 'adopt' : `adopt ${done.error.type}`)
      if (done.ok) return
    }
  }

  /** Somebody who was here once asks again, with the keys that they have. */
  async function letInAgain(device: SimulatedDevice, state: MembershipState): Promise<void> {
    const gone = world
      .devices()
      .filter(({ cast: { keys } }) => state.formerMembers.has(toHex(keys.root?.publicKey ?? new Uint8Array())))
    const other = gone.length > 0 ? random.pick(gone) : undefined
    if (!other?.cast.keys.root) return
    const open = world.links.filter(({ invite }) => state.invites.get(toHex(invite))?.state === 'open')
    const link = random.pick(open.length > 0 ? open : world.links)
    const join = await joinBy(crypto, other.cast.keys as WorkspaceKeys & FounderKeys, link, other.name)
    const refusal = refusalOfJoin(state, device.cast.keys.device.publicKey as DeviceId, join, world.nowSeconds())
    if (refusal) return onSaw(`return ${refusal.type}`)
    await noted(
      'return',
      device.operate(async (log) => {
        const handed = handedOn(log.state, device)
        if (!handed) return err({ type: 'not-allowed' })
        await other.learn(handed.told)
        return ok({ operation: await createAdmit(log.state, join, device.cast.keys.relay, handed.boxed) })
      }),
    )
  }

  /** Somebody links one more device of theirs (V1). */
  async function link(device: SimulatedDevice, me: Member): Promise<void> {
    if (!world.hasRoom()) return
    const { keys } = device.cast
    const { root: _, ...fresh } = await newcomerKeys(crypto, keys)
    const publicKeys = publicKeysOf(fresh)
    const deviceSignature = await signDeviceKeys(keys.workspaceId, me.person, publicKeys, fresh.device)
    let { epochs } = fresh
    const done = await device.operate(async ({ state }) => {
      const handed = handedOn(state, device)
      if (!handed) return err({ type: 'not-allowed' })
      epochs = handed.told
      const addition = { person: me.person, keys: publicKeys, deviceSignature }
      return ok({ operation: await createDeviceAdd(state, addition, keys.relay, handed.boxed) })
    })
    onSaw(done.ok ? 'device.add' : `device.add ${done.error.type}`)
    const name = `${device.name.split(' ')[0]} ${random.below(1000)}`
    if (done.ok) await world.onNewcomer({ name, role: me.role, keys: { ...fresh, epochs }, disk: createMemoryDisk() })
  }

  /** To an admin, or somebody is made one. */
  function handOver(state: MembershipState, acts: ActsOfPower): Promise<void> {
    const admins = [...state.members.values()].filter(({ role }) => role === 'admin')
    return admins.length > 0
      ? noted('owner.transfer', acts.transferOwnership(nameOf(random.pick(admins))))
      : noted('set role', acts.setRole(nameOf(anyMember(state)), 'admin'))
  }

  return {
    keep,
    async act(anybody) {
      const mighty = world.devices().filter((one) => one.isUp() && isAdmin(one))
      const device = mighty.length > 0 && random.chance(0.6) ? random.pick(mighty) : anybody
      const state = device.replica().membership.current()
      const me = state && mine(state, device)
      if (!state || !me) return
      const acts = actsOf(device)
      switch (random.pick(choices)) {
        case 'role':
          return noted(
            'set role',
            acts.setRole(nameOf(anyMember(state)), random.pick(['viewer', 'editor', 'admin', 'admin'])),
          )
        case 'remove':
          return noted('member.remove', acts.removeMember(nameOf(anyMember(state)), []))
        case 'return':
          return letInAgain(device, state)
        case 'keep':
          return keep()
        case 'link':
          return link(device, me)
        case 'revoke':
          return noted('device.revoke', acts.revokeDevice(toBase64Url(random.pick(me.devices).device)))
        case 'transfer':
          return handOver(state, acts)
        case 'leave':
          return noted('member.leave', acts.leave())
        case 'rotate':
          return noted('epoch.rotate', acts.rotateKeys())
      }
    },
  }
}
