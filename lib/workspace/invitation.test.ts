import { beforeAll, expect, it } from 'vitest'
import { toHex, utf8 } from '#lib/base/bytes'
import { kdf } from '#lib/crypto/kdf'
import { createInvited, type Invited } from '#lib/testing/invited'
import { createInvite, drawPin, linkKeys, mailboxName, readPin, stretchPin } from '#lib/workspace/invitation'
import { encodeOperation } from '#lib/workspace/operation-format'

let invited: Invited
beforeAll(async () => {
  invited = await createInvited()
})

it('I1 finds the same keys from the link as the operation names', async () => {
  const { crypto, workspaceId, secret, operation } = invited
  const keys = await linkKeys(crypto, workspaceId, secret)
  expect(keys.proofKey.publicKey).toEqual(operation.proofKey)
  expect(keys.mailboxKey.publicKey).toEqual(operation.mailboxKey)
  expect(keys.mailboxSecret).toEqual(operation.mailboxSecret)
})

it('I1 finds other keys for every workspace', async () => {
  const { crypto, secret, operation } = invited
  const keys = await linkKeys(crypto, new Uint8Array(32) as never, secret)
  expect(keys.proofKey.publicKey).not.toEqual(operation.proofKey)
})

it('I1 keeps the secret and what it proves out of the operation', () => {
  const { operation, secret } = invited
  expect(toHex(encodeOperation(operation).payload)).not.toContain(toHex(secret))
})

it('I1 has the derivations of version 1', () => {
  const { operation } = invited
  const keys = [operation.proofKey, operation.mailboxKey, operation.mailboxSecret, mailboxName(operation.mailboxKey)]
  expect(keys.map((key) => toHex(key).slice(0, 16))).toEqual([
    'f8c1596c3bedef82',
    'f23314f2253408b2',
    '3e3313248df6c68d',
    'd54b7b59d7c4c2f1',
  ])
})

const stretch = async (secret: Uint8Array, salt: Uint8Array) => kdf(secret, salt, utf8('stretched in a test'))
const terms = { role: 'editor', maxUses: 1, expiresAtSeconds: 1_900_000_000, needsApproval: false } as const

it('I9 attack 47 proves with link and PIN together only', async () => {
  const { crypto, workspaceId, random } = invited
  const plan = { workspaceId, ...terms }
  const { operation, secret } = await createInvite(crypto, plan, random, { pin: '482913', stretch })
  const keysWith = async (pin: string) =>
    linkKeys(crypto, workspaceId, secret, await stretchPin({ pin, stretch }, workspaceId, secret))
  expect((await keysWith('482913')).proofKey.publicKey).toEqual(operation.proofKey)
  expect((await keysWith('482914')).proofKey.publicKey).not.toEqual(operation.proofKey)
  expect((await linkKeys(crypto, workspaceId, secret)).proofKey.publicKey).not.toEqual(operation.proofKey)
})

it('I9 lets the link alone read the card and leave a join', async () => {
  const { crypto, workspaceId, random } = invited
  const { operation, secret } = await createInvite(crypto, { workspaceId, ...terms }, random, {
    pin: '482913',
    stretch,
  })
  const keys = await linkKeys(crypto, workspaceId, secret)
  expect(keys.mailboxKey.publicKey).toEqual(operation.mailboxKey)
  expect(keys.mailboxSecret).toEqual(operation.mailboxSecret)
})

it('I9 stretches one PIN into another secret for every link', async () => {
  const { workspaceId, secret } = invited
  const gate = { pin: '482913', stretch }
  const here = await stretchPin(gate, workspaceId, secret)
  expect(await stretchPin(gate, workspaceId, new Uint8Array(16) as never)).not.toEqual(here)
  expect(await stretchPin(gate, new Uint8Array(32) as never, secret)).not.toEqual(here)
})

it('I9 reads a PIN however its digits are grouped, and nothing else', () => {
  expect(drawPin(invited.random)).toMatch(/^\d{6}$/)
  expect(['482913', ' 482 913 ', '482-913', '48 29 13'].map(readPin)).toEqual(Array(4).fill('482913'))
  expect(['', '48291', '4829131', '48291x'].map(readPin)).toEqual(Array(4).fill(undefined))
})
