/** Files (protocol.md F1) read once more from the text of the protocol alone, with node:crypto. */
import { createDecipheriv } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { concat, H, hex, tag, u8, u32, utf8 } from '#lib/testing/second-reader'

const golden: Record<string, string> & { 'long file, piece names': string[] } = JSON.parse(
  readFileSync('lib/files/fixtures/golden-files.json', 'utf8'),
)
const bytes = (text = '') => new Uint8Array(Buffer.from(text, 'hex'))

function reference(text = '') {
  const raw = Buffer.from(text, 'base64url')
  const end = raw.length - 64
  let size = 0
  for (let i = end - 1; i >= 1; i--) size = size * 128 + ((raw[i] ?? 0) & 127)
  return { version: raw[0], size, key: raw.subarray(end, end + 32), root: hex(raw.subarray(end + 32)) }
}

function open(key: Uint8Array, level: number, number: number, last: number, sealed: Uint8Array): Uint8Array {
  const place = concat(u8(level), u32(number), u8(last))
  const end = sealed.length - 16
  const cipher = createDecipheriv('aes-256-gcm', key, concat(new Uint8Array(6), place))
  cipher.setAAD(concat(tag('piece'), place)).setAuthTag(sealed.subarray(end))
  return concat(cipher.update(sealed.subarray(0, end)), cipher.final())
}

it('F1 reads a file of one piece a second time', () => {
  const { version, size, key, root } = reference(golden['short file, reference'])
  const piece = bytes(golden['short file, piece'])
  expect([version, size, root]).toEqual([1, 28, hex(H(piece))])
  const padded = open(key, 0, 0, 1, piece)
  expect(padded).toEqual(concat(utf8('a berry, passed beak to beak'), new Uint8Array(20)))
})

it('F1 reads the list of a longer file a second time', () => {
  const { size, key, root } = reference(golden['long file, reference'])
  const list = bytes(golden['long file, list'])
  const [first = '', second = '', third = ''] = golden['long file, piece names']
  expect([size, root, third]).toEqual([262_172, hex(H(list)), hex(H(list))])
  expect(hex(open(key, 1, 0, 1, list))).toBe(first + second)
})
