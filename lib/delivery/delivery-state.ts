/**
 * From receipts to the pill (product.md): who has this device's edits, and what is still waiting. Pure; claims nothing
 * that a receipt or a relay's acknowledgement does not prove (R10).
 */

import { toBase64Url } from '#lib/base/base64url'
import { sameBytes, toHex } from '#lib/base/bytes'
import type { ChainTag, DeviceId, PersonId } from '#lib/base/ids'
import { type ConnectionState, visibleConnection } from '#lib/delivery/connection-state'
import type { DeliveryPerson, DeliveryView, PillState } from '#lib/delivery/delivery-view'
import type { JudgedState } from '#lib/delivery/judged-state'
import type { DeviceProof } from '#lib/delivery/receipt-book'

/** A person of the workspace, as the log says. */
export interface DeliveryMember {
  readonly person: PersonId
  readonly name: string
  readonly colour: number
  /** Active ones. */
  readonly devices: readonly DeviceId[]
}

/** One chain on this disk, as far as it counts. */
export interface HeldChain {
  readonly chain: ChainTag
  /** Entries in it: its newest number. */
  readonly newest: number
  /** Of a branch (E3): the number before its first. */
  readonly before?: number
  /** Newest number that any relay has on its disk. */
  readonly relayed: number
}

export interface DeliveryFacts {
  readonly nowMs: number
  readonly device: DeviceId
  readonly members: readonly DeliveryMember[]
  readonly ownChains: readonly HeldChain[]
  /** Own operations. */
  readonly ownLog: readonly HeldChain[]
  /** Those of everybody, operations, too; asked for where it matters. */
  readonly everyChain: () => readonly HeldChain[]
  /** Whether one relay has all of these on its disk. */
  readonly relayHolds: (chains: readonly HeldChain[]) => boolean
  readonly proofOf: (device: DeviceId) => DeviceProof | undefined
  /** What was judged here: a device whose receipt has the same digest has the same entries. */
  readonly judged: JudgedState
  readonly relay: DeliveryView['relay']
  /** Devices (hex) with a direct link. */
  readonly direct: ReadonlySet<string>
  /** Devices (hex) that show themselves over the relay now and have no direct link. */
  readonly atRelay: ReadonlySet<string>
  readonly connection: ConnectionState
  /** Nothing was ever written here. */
  readonly draft: boolean
  /** Edits of any tab that are not on disk yet. */
  readonly pending: number
  /** Those among them that have waited so long that it is told. */
  readonly late: number
  /** Pictures or files that were added here are not at every relay yet (F1). */
  readonly filesWaiting: boolean
  readonly storage: 'safe' | 'unsafe' | 'full'
  /** Refused changes that nobody dismissed yet. */
  readonly blocked: number
  readonly verified: DeliveryView['verified']
}

/** A device without a receipt for this long is named and not counted. */
const SILENT_MS = 30 * 24 * 60 * 60 * 1000

/** Own edits that neither another device nor a relay is known to have. */
export function waitingEdits(
  facts: Pick<DeliveryFacts, 'device' | 'members' | 'ownChains' | 'proofOf' | 'judged'>,
): number {
  const others = facts.members.flatMap(({ devices }) => devices).filter((device) => !sameBytes(device, facts.device))
  const proofs = others.flatMap((device) => facts.proofOf(device) ?? [])
  return facts.ownChains.reduce((waiting, { chain, newest, before = 0, relayed }) => {
    const best = Math.max(before, relayed, ...proofs.map((proof) => provenOf(proof, chain, facts.judged)))
    return waiting + Math.max(0, newest - best)
  }, 0)
}

/** Stricter than what waits: another device may have an edit that the relay lacks. */
const isRelayed = ({ pending, ownChains, ownLog, relayHolds }: DeliveryFacts): boolean =>
  pending === 0 && relayHolds([...ownChains, ...ownLog])

/** Stricter still: a backup that was opened here holds what this device never wrote. */
const isCopied = ({ pending, filesWaiting, everyChain, relayHolds }: DeliveryFacts): boolean =>
  pending === 0 && !filesWaiting && relayHolds(everyChain())

/** Everything that is shown about delivery. */
export function deliveryView(facts: DeliveryFacts): DeliveryView {
  const people = facts.members.map((member) => personOf(member, facts))
  const isBehindMore = (a: DeliveryPerson, b: DeliveryPerson) => Number(a.me) - Number(b.me) || b.behind - a.behind
  return {
    pill: pillOf(people, facts),
    people: people.toSorted(isBehindMore),
    verified: facts.verified,
    relay: facts.relay,
    relayed: isRelayed(facts),
    directPeers: facts.direct.size,
  }
}

function personOf(member: DeliveryMember, facts: DeliveryFacts): DeliveryPerson {
  const devices = member.devices.map((device): DeliveryPerson['devices'][number] => {
    const thisOne = sameBytes(device, facts.device)
    const proof = facts.proofOf(device)
    const link = facts.direct.has(toHex(device)) ? 'direct' : facts.atRelay.has(toHex(device)) ? 'relay' : 'none'
    return {
      id: toBase64Url(device),
      thisOne,
      behind: thisOne ? 0 : behindOf(proof, facts),
      link: thisOne ? 'none' : link,
      ...(proof && { seenAt: proof.seenAt }),
      silent: !thisOne && proof !== undefined && facts.nowMs - proof.seenAt >= SILENT_MS,
    }
  })
  const me = devices.some(({ thisOne }) => thisOne)
  const heard = devices.filter(({ silent }) => !silent)
  const counted = heard.length > 0 ? heard : devices
  return {
    id: toBase64Url(member.person),
    name: member.name,
    colour: member.colour,
    me,
    behind: counted.length > 0 ? Math.min(...counted.map(({ behind }) => behind)) : editsOf(facts),
    devices,
  }
}

const editsOf = ({ ownChains }: DeliveryFacts): number =>
  ownChains.reduce((sum, { newest, before = 0 }) => sum + newest - before, 0)

/** Own edits that a device is not proven to have; all of them without a receipt. */
function behindOf(proof: DeviceProof | undefined, facts: DeliveryFacts): number {
  if (!proof) return editsOf(facts)
  return facts.ownChains.reduce(
    (behind, { chain, newest, before = 0 }) =>
      behind + Math.max(0, newest - Math.max(before, provenOf(proof, chain, facts.judged))),
    0,
  )
}

/** Newest number of a chain that a device proved: by naming it, or by holding the very same as `judged`. */
function provenOf(proof: DeviceProof, chain: ChainTag, judged: JudgedState): number {
  const key = toHex(chain)
  const named = proof.newestByChain.get(key) ?? 0
  return sameBytes(proof.digest, judged.digest) ? Math.max(named, judged.newestByChain.get(key) ?? 0) : named
}

function pillOf(people: readonly DeliveryPerson[], facts: DeliveryFacts): PillState {
  if (facts.storage === 'full') return { type: 'storage-full' }
  if (facts.late > 0) return { type: 'saving' }
  if (facts.draft) return { type: 'not-saved-yet' }
  if (facts.blocked > 0) return { type: 'blocked', count: facts.blocked }
  const parties = partiesOf(people)
  if (parties.length === 0) {
    if (facts.storage === 'unsafe') return { type: 'storage-unsafe' }
    return { type: 'saved-here', copied: isCopied(facts) }
  }
  const shown = visibleConnection(facts.connection, facts.nowMs)
  if (shown?.type === 'offline') return { type: 'offline', waiting: waitingEdits(facts) }
  if (shown) return shown
  const have = parties.filter((devices) => devices.some(({ behind, seenAt }) => behind === 0 && seenAt !== undefined))
  if (have.length < parties.length) return { type: 'some', have: have.length, of: parties.length }
  if (facts.filesWaiting) return { type: 'files-waiting' }
  const isOverRelay = parties.some((devices) => devices.some(({ link }) => link === 'relay'))
  return { type: 'everyone', viaRelay: facts.direct.size === 0 && isOverRelay }
}

/** Whoever is counted, each with the devices that count: every other person, and this person by their other devices. */
function partiesOf(people: readonly DeliveryPerson[]): readonly DeliveryPerson['devices'][] {
  return people
    .map(({ devices }) => devices.filter(({ thisOne, silent }) => !thisOne && !silent))
    .filter((devices) => devices.length > 0)
}
