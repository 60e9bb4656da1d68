import { beforeAll, expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import { createInvited, type Invited } from '#lib/testing/invited'
import { linkKeys, mailboxName } from '#lib/workspace/invitation'
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
