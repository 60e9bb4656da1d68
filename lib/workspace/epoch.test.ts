import { beforeAll, expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import type { EpochSecret } from '#lib/base/ids'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { epochTag } from '#lib/protocol/derive'
import { createInvited, type Invited } from '#lib/testing/invited'
import { createHistory } from '#lib/testing/membership-history'
import {
  badBoxes,
  boxEpoch,
  createRotation,
  joinSecrets,
  openEpochBox,
  recipientsOf,
  unwrapEpochs,
} from '#lib/workspace/epoch'

let invited: Invited
beforeAll(async () => {
  invited = await createInvited()
})
const secretOf = (value: number) => new Uint8Array(32).fill(value) as EpochSecret
const box = () =>
  boxEpoch(invited.workspaceId, secretOf(1), [invited.alice.keys.exchangeKey, invited.bob.keys.exchangeKey])

it('K1 opens for every recipient, and for nobody else', async () => {
  const { workspaceId, alice, bob } = invited
  expect(await openEpochBox(workspaceId, box(), bob.exchange)).toEqual({ ok: true, value: secretOf(1) })
  const forAlice = boxEpoch(workspaceId, secretOf(1), [alice.keys.exchangeKey])
  expect(await openEpochBox(workspaceId, forAlice, bob.exchange)).toEqual({ ok: false, error: { type: 'no-box' } })
})

it('attack 43 K1 exposes a rotator who locks one member out', async () => {
  const { workspaceId, bob } = invited
  const good = box()
  const boxes = good.boxes.map((one) =>
    toHex(one.recipient) === toHex(bob.keys.exchangeKey) ? { ...one, box: new Uint8Array(48) } : one,
  )
  expect(await openEpochBox(workspaceId, { ...good, boxes }, bob.exchange)).toEqual({
    ok: false,
    error: { type: 'bad-box' },
  })
  const crypto = createNodeCrypto()
  expect(await badBoxes(crypto, workspaceId, { ...good, boxes }, secretOf(1))).toEqual([bob.keys.exchangeKey])
  expect(await badBoxes(crypto, workspaceId, good, secretOf(1))).toEqual([])
})

it('K1 refuses a box that holds another secret than its epoch', async () => {
  const { workspaceId, bob } = invited
  const lie = { ...box(), epoch: epochTag(workspaceId, secretOf(2)) }
  expect(await openEpochBox(workspaceId, lie, bob.exchange)).toEqual({ ok: false, error: { type: 'bad-box' } })
})

it('attack 44 K1 K4 hands the old secrets on under the new one, unless it is a barrier', () => {
  const { workspaceId, bob } = invited
  const recipients = [bob.keys.exchangeKey]
  const rotation = createRotation(workspaceId, secretOf(3), [secretOf(1), secretOf(2)], recipients)
  expect(unwrapEpochs(workspaceId, secretOf(3), rotation)).toEqual([secretOf(1), secretOf(2)])
  expect(unwrapEpochs(workspaceId, secretOf(4), rotation)).toEqual([])
  expect(createRotation(workspaceId, secretOf(3), [], recipients).wraps).toEqual([])
})

it('attack 42 K3 joins secrets in one order, whoever does it', () => {
  const { workspaceId } = invited
  const [a, b] = [secretOf(1), secretOf(2)]
  expect(joinSecrets(workspaceId, [a, b])).toEqual(joinSecrets(workspaceId, [b, a]))
  expect(joinSecrets(workspaceId, [a, b])).not.toEqual(joinSecrets(workspaceId, [a]))
})

it('K3 names the epoch of two rotations at once, and the next one ends it', () => {
  const history = createHistory()
  history.settle({ ann: 'admin' })
  const after = history.heads()
  const rotate = (by: string, value: number, seen = history.heads()) =>
    history.write(
      { by, after: seen },
      { type: 'epoch.rotate', ...createRotation(history.state().workspaceId, secretOf(value), [], []) },
    )
  const ids = [rotate('alice', 1, after), rotate('ann', 2, after)]
  const joined = history.state()
  expect(joined.epoch.operations.map(toHex).sort()).toEqual(ids.map(toHex).sort())
  expect(joined.epochs).toHaveLength(3)
  const next = rotate('ann', 3)
  expect(history.state().epoch).toMatchObject({ operations: [next], tag: epochTag(joined.workspaceId, secretOf(3)) })
})

it('K1 takes no rotation from below admin, and none of two that share a tag', () => {
  const history = createHistory()
  history.settle({ ann: 'admin', eve: 'editor' })
  const { workspaceId, epoch } = history.state()
  const rotation = createRotation(workspaceId, secretOf(1), [], [])
  history.write({ by: 'eve' }, { type: 'epoch.rotate', ...rotation })
  expect(history.state().epoch).toEqual(epoch)
  const twin = Uint8Array.from(rotation.commitment, (byte, i) => (i > 16 ? byte ^ 1 : byte))
  const id = history.write({ by: 'ann' }, { type: 'epoch.rotate', ...rotation })
  history.write({ by: 'ann' }, { type: 'epoch.rotate', ...rotation, commitment: twin })
  expect(history.state().epoch).toEqual(epoch)
  expect(history.state().voided.get(toHex(id))).toBe('epoch-clash')
})

it('K2 boxes an epoch to the active devices of members', () => {
  const history = createHistory()
  history.settle({ ann: 'admin', eve: 'editor' })
  history.remove({ by: 'ann' }, 'eve')
  expect(recipientsOf(history.state())).toHaveLength(2)
})
