import { beforeEach, expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import type { EpochSecret } from '#lib/base/ids'
import { epochTag } from '#lib/protocol/derive'
import { createHistory, FIRST_EPOCH, type History, keysOf } from '#lib/testing/membership-history'
import { createRotation } from '#lib/workspace/epoch'
import { keyDuties, newestGivenTo, partsOfEpoch, secretsToHandOn } from '#lib/workspace/key-duties'
import type { ExchangePublicKey } from '#lib/workspace/keys'

let history: History
beforeEach(() => {
  history = createHistory()
  history.settle({ ann: 'admin', eve: 'editor' })
})
const secretOf = (value: number) => new Uint8Array(32).fill(value) as EpochSecret
const keyOf = (name: string): ExchangePublicKey => keysOf(name).exchangeKey
const placeholder = new Uint8Array(48)

/** A rotation whose boxes are for these people; what is in them does not matter here. */
function rotate(by: string, value: number, names: readonly string[], after = history.heads()) {
  const rotation = createRotation(history.state().workspaceId, secretOf(value), [], [])
  const boxes = names.map((name) => ({ recipient: keyOf(name), box: placeholder }))
  return history.write({ by, after }, { type: 'epoch.rotate', ...rotation, boxes })
}
const duties = (isBad: (recipient: ExchangePublicKey) => boolean = () => false) =>
  keyDuties(history.state(), history.log().handedOut(), (_, recipient) => isBad(recipient))
const missing = () => duties().missing.flatMap(({ recipients }) => recipients.map(toHex))
const tagOf = (value: number) => epochTag(history.state().workspaceId, secretOf(value))

it('K2 nothing is due while everybody who was given the secret is entitled to it', () => {
  rotate('ann', 1, ['alice', 'ann', 'eve'])
  expect(duties()).toEqual({ due: undefined, missing: [] })
})

it('K2 a rotation falls due when somebody who has the secret left, and not because somebody else did', () => {
  rotate('ann', 1, ['alice', 'ann', 'eve'])
  history.write({ by: 'eve' }, { type: 'member.leave', cuts: [] })
  expect(duties().due).toBe('recipient-gone')
  rotate('ann', 2, ['alice', 'ann'])
  expect(duties()).toEqual({ due: undefined, missing: [] })
})

it('K2 names whoever is entitled and was given no box, or a bad one', () => {
  rotate('ann', 1, ['alice', 'ann'])
  expect(missing()).toEqual([toHex(keyOf('eve'))])
  const share = [
    { epoch: tagOf(1), ephemeralKey: placeholder.slice(0, 32), boxes: [{ recipient: keyOf('eve'), box: placeholder }] },
  ]
  history.write({ by: 'alice' }, { type: 'key.share', boxes: share })
  expect(missing()).toEqual([])
  const isEve = (recipient: ExchangePublicKey) => toHex(recipient) === toHex(keyOf('eve'))
  expect(duties(isEve).missing).toEqual([{ epoch: tagOf(1), recipients: [keyOf('eve')] }])
})

it('K3 a rotation falls due while several stand side by side, and each secret goes to who comes in', () => {
  const after = history.heads()
  rotate('ann', 1, ['alice', 'ann', 'eve'], after)
  rotate('alice', 2, ['alice', 'ann', 'eve'], after)
  expect(duties().due).toBe('joined')
  expect(partsOfEpoch(history.state()).map(toHex).sort()).toEqual([tagOf(1), tagOf(2)].map(toHex).sort())
  const held = new Map([1, 2].map((value) => [toHex(tagOf(value)), secretOf(value)]))
  const keys = { secretOf: (tag: Uint8Array) => held.get(toHex(tag)) }
  expect(secretsToHandOn(history.state(), keys)).toHaveLength(2)
  held.delete(toHex(tagOf(2)))
  expect(secretsToHandOn(history.state(), keys)).toBeUndefined()
})

it('K2 seals a share so that its reader can open it: under the newest epoch given to all of them', () => {
  rotate('ann', 1, ['alice', 'ann'])
  const handed = history.log().handedOut()
  const newestFor = (...names: string[]) => newestGivenTo(names.map(keyOf), history.state(), handed, () => false)
  expect(newestFor('ann', 'alice')).toEqual(tagOf(1))
  expect(newestFor('ann', 'eve')).toEqual(FIRST_EPOCH)
})

it('K2 a rotation does not fall due by a box for nobody, nor by the word of somebody removed', () => {
  rotate('ann', 1, ['alice', 'ann', 'eve'])
  const boxes = (name: string) => [
    { epoch: tagOf(1), ephemeralKey: new Uint8Array(32), boxes: [{ recipient: keyOf(name), box: placeholder }] },
  ]
  history.write({ by: 'eve' }, { type: 'key.share', boxes: boxes('nobody') })
  expect(duties().due).toBeUndefined()
  history.remove({ by: 'alice' }, 'eve')
  rotate('ann', 2, ['alice', 'ann'])
  const share = boxes('eve').map((one) => ({ ...one, epoch: tagOf(2) }))
  history.write({ by: 'eve' }, { type: 'key.share', boxes: share })
  expect(duties().due).toBeUndefined()
})

it('K2 a rotation falls due when a recovery kit is replaced whose key had the secret', () => {
  const kit = (name: string) => ({ exchangeKey: keyOf(name), relayKey: keysOf(name).relayKey, doors: [] })
  history.write({ by: 'eve' }, { type: 'profile.set', name: undefined, paper: kit('old kit') })
  rotate('ann', 1, ['alice', 'ann', 'eve', 'old kit'])
  expect(duties().due).toBeUndefined()
  history.write({ by: 'eve' }, { type: 'profile.set', name: undefined, paper: kit('new kit') })
  expect(duties().due).toBe('recipient-gone')
})

it('K2 names who lacks an epoch that the newest does not hand on, but for those before a barrier', () => {
  const id = history.state().workspaceId
  const write = (value: number, follows: readonly number[], names: readonly string[]) => {
    const rotation = createRotation(id, secretOf(value), follows.map(secretOf), [])
    const boxes = names.map((name) => ({ recipient: keyOf(name), box: placeholder }))
    history.write({ by: 'ann' }, { type: 'epoch.rotate', ...rotation, boxes })
  }
  write(1, [], ['alice', 'ann', 'eve'])
  write(2, [1], ['alice', 'eve'])
  write(3, [1], ['alice', 'ann', 'eve'])
  expect(duties().missing).toEqual([{ epoch: tagOf(2), recipients: [keyOf('ann')] }])
  write(4, [], ['alice', 'ann', 'eve'])
  expect(duties().missing).toEqual([])
})

it('K2 names who was let in beside a rotation that later ones follow: they can read none of these', () => {
  const link = history.invite({ by: 'alice' }, 'viewer', 0)
  const after = history.heads()
  const follow = (value: number, before: number, heads = history.heads()) => {
    const { workspaceId } = history.state()
    const rotation = createRotation(workspaceId, secretOf(value), [secretOf(before)], [])
    const boxes = ['alice', 'ann', 'eve'].map((name) => ({ recipient: keyOf(name), box: placeholder }))
    return history.write({ by: 'ann', after: heads }, { type: 'epoch.rotate', ...rotation, boxes })
  }
  const before = rotate('ann', 1, ['alice', 'ann', 'eve'], after)
  const handed = (value: number, name: string) => ({
    ...{ epoch: value === 0 ? FIRST_EPOCH : tagOf(value), ephemeralKey: new Uint8Array(32) },
    boxes: [{ recipient: keyOf(name), box: placeholder }],
  })
  const letIn = (name: string, value: number, heads = history.heads()) => {
    const fork = history.fork()
    fork.admit({ by: 'alice', after: heads }, name, link)
    const admit = fork.entries.at(-1)?.operation
    if (admit?.type === 'admit')
      history.write({ by: 'alice', after: heads }, { ...admit, boxes: [handed(value, name)] })
  }
  follow(2, 1, [before])
  letIn('ivy', 0, after)
  const readable = () => newestGivenTo([keyOf('ivy')], history.state(), history.log().handedOut(), () => false)
  expect(duties().missing).toEqual([2, 1].map((value) => ({ epoch: tagOf(value), recipients: [keyOf('ivy')] })))
  history.write({ by: 'ann' }, { type: 'key.share', boxes: [handed(2, 'ivy')] })
  expect(readable()).toEqual(FIRST_EPOCH)
  history.write({ by: 'ann' }, { type: 'key.share', boxes: [handed(1, 'ivy')] })
  expect(readable()).toEqual(tagOf(2))
  letIn('joe', 2)
  expect(duties().missing).toEqual([])
})

it('attack 49 K2 a rotation falls due when an admission that gave the secret does not count', () => {
  const link = history.invite({ by: 'alice' }, 'viewer', 1)
  rotate('ann', 1, ['alice', 'ann', 'eve'])
  const after = history.heads()
  for (const [by, name] of [
    ['alice', 'ivy'],
    ['ann', 'joe'],
  ] as const) {
    const fork = history.fork()
    fork.admit({ by, after }, name, link)
    const admit = fork.entries.at(-1)?.operation
    const boxes = [
      { epoch: tagOf(1), ephemeralKey: new Uint8Array(32), boxes: [{ recipient: keyOf(name), box: placeholder }] },
    ]
    if (admit?.type === 'admit') history.write({ by, after }, { ...admit, boxes })
  }
  expect(history.roles()).not.toHaveProperty('ivy')
  expect(duties().due).toBe('recipient-gone')
})
