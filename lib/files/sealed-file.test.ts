import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concat, sameBytes, toHex } from '#lib/base/bytes'
import { err, ok } from '#lib/base/result'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import {
  decodeFileReference,
  encodeFileReference,
  type FileReference,
  MAX_REFERABLE_BYTES,
} from '#lib/files/file-reference'
import { openFile } from '#lib/files/open-file'
import { sealFile } from '#lib/files/seal-file'
import { MAX_SEALED_PIECE_BYTES, PIECE_BYTES } from '#lib/protocol/limits'
import { createSeededRandom } from '#lib/testing/seeded-random'

const crypto = createNodeCrypto()
const damaged = { ok: false, error: { type: 'damaged' } }
const someBytes = (size: number) => new Uint8Array(size).map((_, i) => (i * 7 + (i >> 8)) & 255)

async function sealed(file: Uint8Array, seed = 1) {
  const pieces = new Map<string, Uint8Array>()
  const reference = await sealFile<never>(
    { size: file.length, read: async (from, to) => file.slice(from, to) },
    {
      crypto,
      random: createSeededRandom(seed),
      async keep({ name, bytes }) {
        pieces.set(toHex(name), bytes)
        return ok(undefined)
      },
    },
  )
  if (!reference.ok) throw new Error('not sealed')
  return { pieces, reference: reference.value }
}

async function opened(reference: FileReference, pieces: ReadonlyMap<string, Uint8Array>) {
  const parts = await openFile(reference, {
    crypto,
    async piece(name) {
      const bytes = pieces.get(toHex(name))
      return bytes ? ok(bytes) : err({ type: 'missing' } as const)
    },
  })
  return parts.ok ? ok(concat(...parts.value)) : parts
}

describe('a sealed file', () => {
  it.each([0, 1, 48, 5000, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES + 17])(
    'F1 opens again with %i bytes',
    async (size) => {
      const file = someBytes(size)
      const { reference, pieces } = await sealed(file)
      const again = await opened(reference, pieces)
      expect(again.ok && sameBytes(again.value, file)).toBe(true)
      expect(pieces.size).toBe(size <= PIECE_BYTES ? 1 : Math.ceil(size / PIECE_BYTES) + 1)
      for (const bytes of pieces.values()) expect(bytes.length).toBeLessThanOrEqual(MAX_SEALED_PIECE_BYTES)
    },
  )

  it('F1 names every piece by the hash of what is carried', async () => {
    const { pieces } = await sealed(someBytes(2 * PIECE_BYTES))
    for (const [name, bytes] of pieces) expect(toHex(await crypto.digest(bytes))).toBe(name)
  })

  it('F1 seals one file twice under keys and names of their own', async () => {
    const [one, two] = [await sealed(someBytes(100), 1), await sealed(someBytes(100), 2)]
    expect(one.reference.key).not.toEqual(two.reference.key)
    expect([...one.pieces.keys()]).not.toEqual([...two.pieces.keys()])
  })

  it('F1 hides small differences of size', async () => {
    const sizes = await Promise.all(
      [1000, 1010, 1020].map(async (size) => [...(await sealed(someBytes(size))).pieces.values()][0]?.length),
    )
    expect(new Set(sizes).size).toBe(1)
  })

  it('attack 57 F1 refuses any flipped bit of a piece', async () => {
    const { reference, pieces } = await sealed(someBytes(40))
    const [[name, bytes] = ['', new Uint8Array()]] = pieces
    for (let i = 0; i < bytes.length; i++) {
      const bent = new Map([[name, bytes.map((byte, at) => (at === i ? byte ^ 1 : byte))]])
      expect(await opened(reference, bent)).toEqual(damaged)
    }
  })

  it('attack 57 F1 refuses a piece in the place of another, and a file cut at a piece', async () => {
    const { reference, pieces } = await sealed(someBytes(3 * PIECE_BYTES))
    const [first = '', second = ''] = pieces.keys()
    const [a, b] = [pieces.get(first), pieces.get(second)]
    if (!a || !b) throw new Error('two pieces')
    expect(await opened(reference, new Map(pieces).set(first, b).set(second, a))).toEqual(damaged)
    expect(await opened({ ...reference, size: 2 * PIECE_BYTES }, pieces)).toEqual(damaged)
  })

  it('attack 57 F1 refuses a size of another padded length, or one that leaves text in the padding', async () => {
    const { reference, pieces } = await sealed(someBytes(1000).fill(9))
    for (const size of [0, 900, 999, 1100, PIECE_BYTES + 1000]) {
      expect(await opened({ ...reference, size }, pieces)).toEqual(damaged)
    }
  })

  it('F1 says which error keeping a piece brought, and reads no further', async () => {
    let read = 0
    const source = {
      size: 4 * PIECE_BYTES,
      async read(from: number, to: number) {
        read++
        return new Uint8Array(to - from)
      },
    }
    const random = createSeededRandom(3)
    const full = err({ type: 'storage-full' } as const)
    expect(await sealFile(source, { crypto, random, keep: async () => full })).toEqual(full)
    expect(read).toBe(1)
  })

  it('F1 tells a missing piece from a damaged one', async () => {
    const { reference } = await sealed(someBytes(10))
    expect(await opened(reference, new Map())).toEqual(err({ type: 'missing' }))
  })
})

describe('a reference to a file', () => {
  it('F1 decodes to what was encoded', async () => {
    const { reference } = await sealed(someBytes(300))
    expect(decodeFileReference(encodeFileReference(reference))).toEqual(reference)
  })

  it('attack 58 F1 survives any value, and what it reads it would write the same', () => {
    const bytes = fc.uint8Array({ minLength: 60, maxLength: 75 })
    const text = bytes.map((some) => Buffer.from(some).toString('base64url'))
    fc.assert(
      fc.property(fc.oneof(text, fc.string(), fc.anything()), (value) => {
        const read = decodeFileReference(value)
        if (read) expect(encodeFileReference(read)).toBe(value)
      }),
    )
  })

  it('attack 24 F1 refuses more bytes than the format can say, a later version and what follows', async () => {
    const { reference } = await sealed(someBytes(300))
    const text = encodeFileReference(reference)
    const bytes = Buffer.from(text, 'base64url')
    expect(decodeFileReference(encodeFileReference({ ...reference, size: MAX_REFERABLE_BYTES + 1 }))).toBeUndefined()
    expect(decodeFileReference(Buffer.from([2, ...bytes.subarray(1)]).toString('base64url'))).toBeUndefined()
    expect(decodeFileReference(Buffer.from([...bytes, 0]).toString('base64url'))).toBeUndefined()
    expect(decodeFileReference(text.slice(0, -1))).toBeUndefined()
  })
})
