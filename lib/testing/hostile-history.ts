/**
 * Membership logs as hostile members would write them: any operation by anybody, from any device, after any past. A
 * program is made by fast-check, so what fails shrinks to the few steps that matter.
 */
import fc from 'fast-check'
import { toHex, u32, utf8 } from '#lib/base/bytes'
import type { EntryId } from '#lib/base/ids'
import { hash } from '#lib/crypto/hash'
import type { History } from '#lib/testing/membership-history'
import type { Rotation } from '#lib/workspace/operation'
import type { GivenRole } from '#lib/workspace/role'

/** alice founds, and keeps her laptop. */
export const CAST = { ann: 'admin', ben: 'admin', cat: 'admin', eve: 'editor', ed: 'editor', vic: 'viewer' } as const
const OUTSIDERS = ['oscar', 'olga'] as const
export const EVERYBODY = ['alice', ...Object.keys(CAST), ...OUTSIDERS] as const
const DEVICES = ['laptop', 'phone', 'tablet', 'root'] as const

/** What somebody does; `nth` picks one of the links there are. */
type Act =
  | { readonly type: 'give'; readonly whom: string; readonly role: GivenRole }
  | { readonly type: 'remove'; readonly whom: string; readonly rotates: boolean }
  | { readonly type: 'hand-over'; readonly whom: string }
  | { readonly type: 'invite'; readonly role: 'editor' | 'viewer'; readonly maxUses: number }
  | { readonly type: 'revoke-invite'; readonly nth: number }
  | { readonly type: 'admit'; readonly nth: number; readonly whom: string; readonly hasSeenLink: boolean }
  | { readonly type: 'add-device'; readonly which: string }
  | { readonly type: 'claim-keys'; readonly whom: string }
  | { readonly type: 'revoke-device'; readonly which: string }
  | { readonly type: 'name-device'; readonly whom: string }
  | { readonly type: 'leave' | 'rotate' | 'rename' | 'let-editors-invite' | 'merge' }

/** One operation, as anybody might sign it. `sees` thousandths of the log, everything if undefined. */
export interface Step {
  readonly by: string
  readonly device: string
  readonly sees: number | undefined
  /** Signed by mallory, or with a proof of hers inside. */
  readonly forged: 'entry' | 'proof' | false
  readonly act: Act
}

/** Steps, and who was handed the workspace by its owner between them. */
export interface Program {
  readonly salt: number
  readonly before: readonly Step[]
  readonly heirs: readonly string[]
  readonly after: readonly Step[]
}

const anybody = fc.constantFrom(...EVERYBODY)
const newcomer = fc.constantFrom(...EVERYBODY.slice(1))
const nth = fc.nat(20)
const always = <T>(value: T) => fc.constant(value)
const weighted = <T>(...choices: [number, fc.Arbitrary<T>][]): fc.Arbitrary<T> =>
  fc.oneof(...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })))

const anyAct: fc.Arbitrary<Act> = weighted<Act>(
  [1, fc.constantFrom<Act>({ type: 'merge' }, { type: 'leave' }, { type: 'rotate' }, { type: 'rename' })],
  [
    3,
    fc.record({ type: always('give'), whom: anybody, role: fc.constantFrom('admin', 'editor', 'commenter', 'viewer') }),
  ],
  [3, fc.record({ type: always('remove'), whom: anybody, rotates: fc.boolean() })],
  [2, fc.record({ type: always('hand-over'), whom: anybody })],
  [1, fc.record({ type: always('invite'), role: fc.constantFrom('editor', 'viewer'), maxUses: fc.nat(2) })],
  [1, fc.record({ type: always('revoke-invite'), nth })],
  [3, fc.record({ type: always('admit'), nth, whom: newcomer, hasSeenLink: fc.nat(4).map((n) => n > 0) })],
  [1, fc.record({ type: always('add-device'), which: fc.constantFrom('phone', 'tablet') })],
  [1, fc.record({ type: always('claim-keys'), whom: anybody })],
  [1, fc.record({ type: always('revoke-device'), which: fc.constantFrom('laptop', 'phone', 'tablet') })],
  [1, fc.record({ type: always('name-device'), whom: anybody })],
  [1, always<Act>({ type: 'let-editors-invite' })],
)

/** A step of anybody's. */
const anyStep: fc.Arbitrary<Step> = fc.record({
  by: weighted([3, anybody], [1, always('alice')]),
  device: weighted<string>([8, always('laptop')], [1, fc.constantFrom(...DEVICES)]),
  sees: weighted<number | undefined>([2, always(undefined)], [1, fc.nat(999)]),
  forged: weighted<Step['forged']>([18, always(false)], [1, fc.constantFrom('entry', 'proof')]),
  act: anyAct,
})

/** Six steps that know nothing of what came from some point on. */
export const backDated: fc.Arbitrary<readonly Step[]> = fc.array(anyStep, { minLength: 1, maxLength: 6 })

export const anyProgram: fc.Arbitrary<Program> = fc.record({
  salt: fc.nat(1_000_000),
  before: fc.array(anyStep, { minLength: 2, maxLength: 9 }),
  heirs: weighted<string[]>([2, always([])], [1, fc.array(fc.constantFrom('ann', 'ben', 'cat'), { maxLength: 2 })]),
  after: fc.array(anyStep, { minLength: 1, maxLength: 9 }),
})

/** Lives through a program; `start` has the cast settled. */
export function liveThrough({ salt, before, heirs, after }: Program, start: History): History {
  const history = start.fork(salt)
  for (const step of before) take(history, step)
  for (const heir of heirs) history.handOver({ by: ownerOf(history) }, heir)
  for (const step of after) take(history, step)
  return history
}

/** Writes one step; `before` bounds what it has seen of the log, `also` is seen anyway. */
export function take(
  history: History,
  { by, device, sees, forged, act }: Step,
  before = history.entries.length,
  also: readonly EntryId[] = [],
): EntryId {
  const isAll = sees === undefined && before === history.entries.length
  const seen = isAll ? history.heads() : someHeads(history, sees ?? 999, before)
  const after = [...new Set([...seen, ...also])]
  const pen = {
    by,
    device,
    after,
    proofsValid: forged !== 'proof',
    ...(forged === 'entry' ? { forger: 'mallory' } : {}),
  }
  const links = history.entries.filter(({ operation }) => operation.type === 'invite.create')
  switch (act.type) {
    case 'give':
      return history.give(pen, act.whom, act.role)
    case 'remove':
      return history.remove(pen, act.whom, act.rotates ? rotationOf(history) : undefined)
    case 'hand-over':
      return history.handOver(pen, act.whom)
    case 'invite':
      return history.invite(pen, act.role, act.maxUses)
    case 'add-device':
      return history.addDevice(pen, act.which)
    case 'claim-keys': {
      const { exchangeKey, relayKey } = history.cast.keysOf(act.whom)
      return history.addDevice(pen, 'tablet', { ...history.cast.keysOf(by, 'tablet'), exchangeKey, relayKey })
    }
    case 'revoke-device':
      return history.revokeDevice(pen, history.cast.deviceOf(by, by === 'alice' ? 'phone' : act.which))
    case 'name-device':
      return history.write(pen, { type: 'device.name', device: history.cast.deviceOf(act.whom), name: by })
    case 'leave':
      return history.write(pen, { type: 'member.leave', cuts: [] })
    case 'rotate':
      return history.write(pen, { type: 'epoch.rotate', ...rotationOf(history) })
    case 'rename':
      return history.write(pen, { type: 'workspace.rename', name: `${by}’s` })
    case 'let-editors-invite':
      return history.write(pen, { type: 'policy.set', editorsMayInvite: true, rotationDays: 0, minimumVersion: 0 })
    case 'merge':
      return history.write(pen, { type: 'merge' })
    default: {
      const link = links[act.nth % links.length]
      if (!link) return history.write(pen, { type: 'merge' })
      if (act.type === 'revoke-invite') return history.revokeInvite(pen, link.id)
      const beside = act.hasSeenLink ? [...new Set([...after, link.id])] : after
      return history.admit({ ...pen, after: beside }, act.whom, link.id)
    }
  }
}

/** Name of the owner now. */
export function ownerOf(history: History): string {
  const owner = toHex(history.state().owner)
  return EVERYBODY.find((name) => toHex(history.cast.personOf(name)) === owner) ?? 'nobody'
}

/** What the heads were at some earlier time, when there were at most `before` operations. */
export function someHeads({ entries }: History, sees: number, before = entries.length): readonly EntryId[] {
  const some = entries.slice(0, 1 + Math.floor((sees * before) / 1000))
  const seen = new Set(some.flatMap(({ parents }) => parents))
  return some.filter(({ id }) => !seen.has(id)).map(({ id }) => id)
}

/** An epoch of its own; nobody opens it here. */
const rotationOf = ({ entries }: History): Rotation => ({
  commitment: hash(utf8('rotation'), u32(entries.length)),
  ephemeralKey: new Uint8Array(32),
  boxes: [],
  wraps: [],
})
