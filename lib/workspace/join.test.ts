import { beforeAll, describe, expect, it } from 'vitest'
import { fromHex, toHex } from '#lib/base/bytes'
import { decodeWith, encodeWith } from '#lib/protocol/format'
import { mutate } from '#lib/testing/hostile-bytes'
import { createInvited, type Invited } from '#lib/testing/invited'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { createJoin, isJoinSigned } from '#lib/workspace/join'
import type { JoinRecord } from '#lib/workspace/operation'
import { joinFormat } from '#lib/workspace/operation-format'

let invited: Invited
beforeAll(async () => {
  invited = await createInvited()
})
const isGood = (join: JoinRecord) => isJoinSigned(invited.crypto, invited.workspaceId, join)
const hex = (text: string) => fromHex(text) as never

it('I2 is signed by the new device, the root and the proof key', async () => {
  expect(await isGood(invited.join)).toBe(true)
  for (const field of ['proof', 'deviceSignature', 'rootSignature'] as const) {
    expect(await isGood({ ...invited.join, [field]: new Uint8Array(64) })).toBe(false)
  }
})

it('I2 comes back from its bytes, far below the 8 KiB of a mailbox', () => {
  const bytes = encodeWith(joinFormat, invited.join)
  expect(decodeWith(joinFormat, bytes)).toEqual({ ok: true, value: invited.join })
  expect(bytes.length).toBeLessThan(1024)
})

it('attack 46 I2 is of no use with other keys, another name or another link', async () => {
  const other = await createInvited(2)
  const { join } = invited
  const changed: Partial<JoinRecord>[] = [
    { root: other.join.root },
    { keys: other.join.keys },
    { keys: { ...join.keys, exchangeKey: other.join.keys.exchangeKey } },
    { keys: { ...join.keys, relayKey: other.join.keys.relayKey } },
    { paper: { exchangeKey: other.join.keys.exchangeKey, relayKey: other.join.keys.relayKey } },
    { name: 'Mallory' },
    { invite: other.join.invite },
    { proofKey: other.join.proofKey },
  ]
  for (const change of changed) expect(await isGood({ ...join, ...change })).toBe(false)
})

it('attack 46 I2 is of no use in another workspace', async () => {
  const other = await createInvited(2)
  expect(await isJoinSigned(invited.crypto, other.workspaceId, invited.join)).toBe(false)
})

it('attack 47 I2 takes no proof from somebody who lacks the secret', async () => {
  const { bob, workspaceId, invite, operation, crypto } = invited
  const { exchangeKey, relayKey } = bob.keys
  const plan = { workspaceId, invite, name: 'Bob', exchangeKey, relayKey, paper: undefined }
  const guessed = await crypto.signingKey(operation.mailboxSecret)
  const join = await createJoin(plan, { root: bob.root, device: bob.device, proofKey: guessed })
  expect(await isGood({ ...join, proofKey: operation.proofKey })).toBe(false)
})

describe('keys that admission refuses', () => {
  const smallOrder = hex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05')
  const notCanonical = hex('eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f')

  it.each([
    ['small order', smallOrder],
    ['not canonical', notCanonical],
  ])('attack 18 C1 as a device, root or relay key: %s', async (_, key) => {
    const { join } = invited
    expect(await isGood({ ...join, root: key })).toBe(false)
    expect(await isGood({ ...join, keys: { ...join.keys, device: key } })).toBe(false)
    expect(await isGood({ ...join, keys: { ...join.keys, relayKey: key } })).toBe(false)
  })

  it('attack 20 C3 takes no zero or low-order exchange key', async () => {
    const { bob, workspaceId, invite, linkKeys } = invited
    for (const exchangeKey of [hex('00'.repeat(32)), hex(`01${'00'.repeat(31)}`)]) {
      const plan = { workspaceId, invite, name: 'Bob', exchangeKey, relayKey: bob.keys.relayKey, paper: undefined }
      const keys = { root: bob.root, device: bob.device, proofKey: linkKeys.proofKey }
      expect(await isGood(await createJoin(plan, keys))).toBe(false)
    }
  })

  it('I2 takes no key in two places', async () => {
    const { bob, workspaceId, invite, linkKeys } = invited
    const { exchangeKey, relayKey } = bob.keys
    const plan = { workspaceId, invite, name: 'Bob', exchangeKey, relayKey, paper: undefined }
    const keys = { root: bob.device, device: bob.device, proofKey: linkKeys.proofKey }
    expect(await isGood(await createJoin(plan, keys))).toBe(false)
  })
})

it('attack 24 I2 survives any bytes', async () => {
  const random = createSeededRandom(3)
  const bytes = encodeWith(joinFormat, invited.join)
  for (let i = 0; i < 300; i++) {
    const changed = mutate(bytes, random)
    const join = decodeWith(joinFormat, changed)
    if (join.ok && toHex(changed) !== toHex(bytes)) expect(await isGood(join.value)).toBe(false)
  }
})
