import fc from 'fast-check'
import { strToU8, zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { fullBudget, readZip } from '#lib/convert/zip-files'

const files = (bytes: Uint8Array, budget = fullBudget()) => {
  const read = readZip(bytes, budget)
  if (!read.ok) throw new Error(read.error.type)
  return read.value
}

/** Overwrites the first bytes that are `from` in each place after `start`. */
function patched(bytes: Uint8Array, signature: number, offset: number, value: number, size: 2 | 4): Uint8Array {
  const copy = bytes.slice()
  const view = new DataView(copy.buffer)
  for (let at = 0; at + 4 <= copy.length; at++) {
    if (view.getUint32(at, true) !== signature) continue
    if (size === 2) view.setUint16(at + offset, value, true)
    else view.setUint32(at + offset, value, true)
  }
  return copy
}

const ENTRY = 0x02014b50

describe('an archive', () => {
  it('gives the files that were packed, stored and deflated', () => {
    const long = strToU8('harbour '.repeat(5000))
    const zip = zipSync({
      'a/b.md': [long, { level: 9 }],
      'c.txt': [strToU8('c'), { level: 0 }],
      'd/': new Uint8Array(),
    })
    expect(files(zip).map((file) => [file.path, file.bytes()])).toEqual([
      ['a/b.md', long],
      ['c.txt', strToU8('c')],
    ])
  })
  it('reads names that are not said to be UTF-8', () => {
    const zip = patched(zipSync({ 'Größe.md': strToU8('x') }), ENTRY, 8, 0, 2)
    expect(files(zip)[0]?.path).toBe('Größe.md')
  })
  it('attack: has no names that lead out of it', () => {
    const zip = zipSync({ '../../etc/passwd': strToU8('x'), '/root.md': strToU8('y'), 'a/./b.md': strToU8('z') })
    expect(files(zip).map(({ path }) => path)).toEqual(['root.md', 'a/b.md'])
  })
  it('attack: that grows beyond its budget is not unpacked, however small it is', () => {
    const bomb = zipSync({ 'bomb.md': [new Uint8Array(2_000_000), { level: 9 }] })
    expect(bomb.length).toBeLessThan(3000)
    const budget = { left: 3_000_000 }
    const [file] = files(bomb, budget)
    expect(file?.bytes()).toHaveLength(2_000_000)
    expect(file?.bytes()).toBeUndefined()
    expect(budget.left).toBe(1_000_000)
  })
  it.each([1, 3999, 4001, 0xfffffff0])('attack: that lies about a size of 4000 (%i) gives nothing', (size) => {
    const zip = patched(zipSync({ 'a.md': strToU8('word'.repeat(1000)) }), ENTRY, 24, size, 4)
    expect(files(zip)[0]?.bytes()).toBeUndefined()
  })
  it('attack: that claims more than deflate can pack takes nothing of the budget', () => {
    const zip = patched(zipSync({ 'a.md': strToU8('word'.repeat(1000)) }), ENTRY, 24, 200_000_000, 4)
    const budget = fullBudget()
    expect(files(zip, budget)[0]?.bytes()).toBeUndefined()
    expect(budget).toEqual(fullBudget())
  })
  it('with a password says so', () => {
    const zip = patched(zipSync({ 'a.md': strToU8('a') }), ENTRY, 8, 1, 2)
    expect(readZip(zip, fullBudget())).toEqual({ ok: false, error: { type: 'locked-archive' } })
  })
  it('attack: any flipped bit gives the same files, an error or nothing, and never throws', () => {
    const text = strToU8('harbour '.repeat(20))
    const zip = zipSync({ 'a.md': text })
    fc.assert(
      fc.property(fc.nat(zip.length * 8 - 1), (bit) => {
        const copy = zip.slice()
        copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        const read = readZip(copy, fullBudget())
        const found = read.ok ? read.value.map((file) => file.bytes()) : []
        for (const bytes of found) if (bytes) expect(bytes).toEqual(text)
      }),
      { numRuns: 2000 },
    )
  })
  it('attack: any bytes are survived', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void readZip(bytes, fullBudget())))
    expect(readZip(new Uint8Array(100), fullBudget())).toEqual({ ok: false, error: { type: 'not-zip' } })
  })
})
