import { beforeAll, expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import type { EpochSecret } from '#lib/base/ids'
import { flips } from '#lib/testing/hostile-bytes'
import { createInvited, type Invited } from '#lib/testing/invited'
import { isGenesisSigned, openGenesis, workspaceIdOf } from '#lib/workspace/genesis'
import { encodeOperation } from '#lib/workspace/operation-format'

let invited: Invited
let payload: Uint8Array
beforeAll(async () => {
  invited = await createInvited()
  payload = encodeOperation(invited.genesis).payload
})
const open = (bytes: Uint8Array, secret = invited.firstSecret) =>
  openGenesis(invited.crypto, bytes, invited.workspaceId, secret)

it('M1 names the workspace by what the owner signed', async () => {
  expect(await open(payload)).toEqual({ ok: true, value: invited.genesis })
  expect(await isGenesisSigned(invited.crypto, invited.genesis)).toBe(true)
})

it('attack 50 M1 refuses the genesis of another workspace', async () => {
  const other = await createInvited(2)
  const theirs = encodeOperation(other.genesis).payload
  expect(await open(theirs, other.firstSecret)).toEqual({ ok: false, error: { type: 'wrong-workspace' } })
})

it('attack 50 M1 refuses another first secret', async () => {
  expect(await open(payload, new Uint8Array(32) as EpochSecret)).toMatchObject({ ok: false })
})

it('attack 1 M1 refuses a genesis with any bit changed', async () => {
  for (const changed of flips(payload)) expect((await open(changed)).ok).toBe(false)
})

it('M1 refuses a genesis that its root did not sign, whatever it hashes to', async () => {
  const forged = { ...invited.genesis, keys: invited.bob.keys }
  const secret = invited.firstSecret
  const bytes = encodeOperation(forged).payload
  expect(await openGenesis(invited.crypto, bytes, workspaceIdOf(forged), secret)).toMatchObject({ ok: false })
})

it('M1 has the id of version 1', () => {
  expect(toHex(invited.workspaceId)).toBe('b897288c5937fe0aa8e140c873cd6d283cb95d5d58c1af4c3a2030a01edf6d43')
})
