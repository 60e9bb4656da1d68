/**
 * What people of a simulated team do to the team itself: names, roles, links, and letting newcomers in. Each acts on what
 * its own device knows, so what they do conflicts with what others did meanwhile.
 */
import { toHex } from '#lib/base/bytes'
import type { Result } from '#lib/base/result'
import type { Crypto } from '#lib/crypto/crypto'
import { logChannelName } from '#lib/protocol/channel-name'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import type { AppendError } from '#lib/replica/write-entry'
import { createMemoryDisk } from '#lib/storage/memory-storage'
import type { SeededRandom } from '#lib/testing/seeded-random'
import { type CastDevice, joinBy, newcomerKeys, type OpenLink } from '#lib/testing/simulation-cast'
import { handedOn, type SimulatedDevice } from '#lib/testing/simulation-device'
import { createAdmit, refusalOfJoin } from '#lib/workspace/admission'
import { createInvite } from '#lib/workspace/invitation'
import type { MembershipState } from '#lib/workspace/membership-state'
import type { KnownOperation } from '#lib/workspace/operation'
import { encodeOperation } from '#lib/workspace/operation-format'

export interface SimulatedPeople {
  /** Somebody at this device changes something about the team, or tries to. */
  act(device: SimulatedDevice): Promise<void>
}

export interface PeopleWorld {
  readonly random: SeededRandom
  readonly crypto: Crypto
  readonly links: readonly OpenLink[]
  nowSeconds(): number
  /** Whether one more person may come. */
  hasRoom(): boolean
  /** Somebody was let in: their device begins with an empty disk. */
  onNewcomer(newcomer: CastDevice): Promise<void>
  onSaw(behaviour: string): void
}

const EXPIRES_AFTER_SECONDS = 604_800

export function createSimulatedPeople(world: PeopleWorld): SimulatedPeople {
  const { random, crypto, onSaw } = world
  const links: OpenLink[] = [...world.links]
  let newcomers = 0

  async function operate(device: SimulatedDevice, operation: KnownOperation): Promise<SealedEntry | undefined> {
    const done: Result<SealedEntry, AppendError> = await device
      .replica()
      .append({ channel: logChannelName, ...encodeOperation(operation) })
    onSaw(done.ok ? operation.type : `operation ${done.error.type}`)
    return done.ok ? done.value : undefined
  }

  async function invite(device: SimulatedDevice): Promise<void> {
    const role = random.pick(['editor', 'viewer'] as const)
    const { workspaceId } = device.cast.keys
    const plan = { workspaceId, role, maxUses: random.below(3), needsApproval: random.chance(0.2) }
    const expiresAtSeconds = world.nowSeconds() + EXPIRES_AFTER_SECONDS
    const made = await createInvite(crypto, { ...plan, expiresAtSeconds }, random)
    const entry = await operate(device, made.operation)
    if (entry) links.push({ role, invite: entry.id, secret: made.secret })
  }

  async function admit(device: SimulatedDevice, state: MembershipState): Promise<void> {
    const { keys } = device.cast
    const handed = handedOn(state, device)
    if (!handed || !world.hasRoom()) return
    const link = random.pick(links)
    const name = `newcomer-${++newcomers}`
    const own = { ...(await newcomerKeys(crypto, keys)), epochs: handed.told }
    const join = await joinBy(crypto, own, link, name)
    const refusal = refusalOfJoin(state, keys.device.publicKey as never, join, world.nowSeconds())
    if (refusal) return onSaw(`join ${refusal.type}`)
    const entry = await operate(device, await createAdmit(state, join, keys.relay, handed.boxed))
    if (entry) await world.onNewcomer({ name, role: link.role, keys: own, disk: createMemoryDisk() })
  }

  return {
    async act(device) {
      const state = device.replica().membership.current()
      if (!state) return
      const dice = random.below(10)
      const name = `${device.name} ${random.below(100)}`
      if (dice < 2) await operate(device, { type: 'profile.set', name, paper: undefined })
      else if (dice < 3) await operate(device, { type: 'workspace.rename', name })
      else if (dice < 5) await invite(device)
      else if (dice < 6) await operate(device, { type: 'invite.revoke', invite: random.pick(links).invite })
      else if (dice < 8) {
        const others = [...state.members.values()].filter(({ person }) => toHex(person) !== toHex(state.owner))
        const role = random.pick(['viewer', 'editor', 'editor', 'admin'] as const)
        const member = others.length > 0 ? random.pick(others).person : state.owner
        const cuts = await device.replica().cutOf({ person: member })
        await operate(device, { type: 'role.set', member, role, cuts, doors: [] })
      } else await admit(device, state)
    },
  }
}
