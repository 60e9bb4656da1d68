import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from '#lib/base/bytes'
import { mutate } from '#lib/testing/hostile-bytes'
import { sampleOperations } from '#lib/testing/sample-operations'
import { createSeededRandom } from '#lib/testing/seeded-random'
import type { KnownOperation } from '#lib/workspace/operation'
import { decodeOperation, encodeOperation } from '#lib/workspace/operation-format'
import golden from './fixtures/operations.json'

const goldenByType = new Map(golden.map((one) => [one.type, one]))
const asRoleSet = (role: string) => ({ ...sampleOperations[1], role }) as KnownOperation

describe.each(sampleOperations.map((operation) => [operation.type, operation] as const))('%s', (type, operation) => {
  it('M1 has the bytes of version 1', () => {
    const { kind, payload } = encodeOperation(operation)
    expect({ type, kind, payload: toHex(payload) }).toEqual(goldenByType.get(type))
  })

  it('M1 comes back from its bytes', () => {
    const { kind, payload } = encodeOperation(operation)
    expect(decodeOperation(kind, payload)).toEqual({ ok: true, value: operation })
  })

  it('attack 13 E1 has one encoding only: what else decodes encodes to itself', () => {
    const random = createSeededRandom(7)
    const { kind, payload } = encodeOperation(operation)
    for (let i = 0; i < 200; i++) {
      const bytes = mutate(payload, random)
      const decoded = decodeOperation(kind, bytes)
      if (decoded.ok && decoded.value.type !== 'unknown') {
        expect(toHex(encodeOperation(decoded.value).payload)).toBe(toHex(bytes))
      }
    }
  })
})

it('E1 covers every golden operation', () => {
  expect(sampleOperations.map(({ type }) => type)).toEqual(golden.map(({ type }) => type))
})

it('M5 passes on kinds that it does not know', () => {
  expect(decodeOperation(77, Uint8Array.of(1, 2, 3))).toEqual({ ok: true, value: { type: 'unknown', kind: 77 } })
})

it('attack 13 E1 W1 says in one way that somebody who leaves names nothing: by no bytes', () => {
  const cut = { chain: new Uint8Array(16) as never, seq: 7, id: new Uint8Array(32) as never }
  const { kind, payload } = encodeOperation({ type: 'member.leave', cuts: [cut] })
  expect(decodeOperation(kind, payload)).toEqual({ ok: true, value: { type: 'member.leave', cuts: [cut] } })
  expect(decodeOperation(kind, Uint8Array.of(0))).toMatchObject({ ok: false })
})

it('E1 refuses trailing bytes', () => {
  const { kind, payload } = encodeOperation({ type: 'invite.revoke', invite: new Uint8Array(32) as never })
  expect(decodeOperation(kind, Uint8Array.of(...payload, 0))).toMatchObject({ ok: false })
})

it.each([
  ['a name over 100 characters', { type: 'workspace.rename', name: 'x'.repeat(101) }],
  ['a name with a line break', { type: 'workspace.rename', name: 'a\nb' }],
  ['a name that turns the reading direction', { type: 'workspace.rename', name: 'a\u202eb' }],
  ['a role that nobody can give', asRoleSet('owner')],
  ['an origin with a path', { type: 'relay.set', relays: [relayAt('https://relay.example/x')] }],
] as const)('throws for %s, which no peer would take', (_, operation) => {
  expect(() => encodeOperation(operation as KnownOperation)).toThrow()
})

it('E1 sorts lists, and refuses them unsorted or with doubles', () => {
  const operation = { type: 'relay.set', relays: [relayAt('https://b.example'), relayAt('https://a.example')] } as const
  const { kind, payload } = encodeOperation(operation)
  const half = (payload.length - 1) / 2
  const [first, second] = [payload.slice(1, 1 + half), payload.slice(1 + half)]
  expect(decodeOperation(kind, Uint8Array.of(2, ...first, ...second)).ok).toBe(true)
  expect(decodeOperation(kind, Uint8Array.of(2, ...second, ...first)).ok).toBe(false)
  expect(decodeOperation(kind, Uint8Array.of(2, ...first, ...first)).ok).toBe(false)
})

function relayAt(origin: string) {
  const key = fromHex('11'.repeat(32)) ?? new Uint8Array(32)
  return { origin, rootKey: key as never, random: key }
}
