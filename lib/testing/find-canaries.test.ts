import { Buffer } from 'node:buffer'
import { constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { type Canary, findCanaries } from '#lib/testing/find-canaries'
import { createSeededRandom } from '#lib/testing/seeded-random'

const text = 'canary-ü-4711'
const secret = createSeededRandom(4).bytes(16)
const canaries: readonly Canary[] = [
  { name: 'title', content: text },
  { name: 'secret', content: secret },
]
const utf8 = Buffer.from(text)
const utf16 = Buffer.from(text, 'utf16le')
const noise = (size: number, seed = 7) => createSeededRandom(seed).bytes(size)
const planted = (bytes: Uint8Array) => Buffer.concat([noise(1001), bytes, noise(500, 8)])
const behind = (size: number, bytes: Uint8Array) => Buffer.concat([Buffer.alloc(size, 'x'), bytes, Buffer.from('yz')])
const long = Buffer.concat([Buffer.from('so much to say, and say again. '.repeat(40)), utf8, Buffer.from(' and so on')])

const forms: readonly (readonly [name: string, bytes: Uint8Array])[] = [
  ['title as UTF-8', utf8],
  ['title as UTF-16 LE', utf16],
  ['title as UTF-16 BE', Buffer.from(utf16).swap16()],
  ['title as UTF-8 in hex', Buffer.from(utf8.toString('hex'))],
  ['title as UTF-8 in hex', Buffer.from(utf8.toString('hex').toUpperCase())],
  ['title as UTF-16 LE in hex', Buffer.from(utf16.toString('hex'))],
  ...[0, 1, 2].flatMap((offset) =>
    (['base64', 'base64url'] as const).flatMap((encoding) => [
      [
        `title as UTF-8 in ${encoding} at offset ${offset}`,
        Buffer.from(behind(offset, utf8).toString(encoding)),
      ] as const,
      [
        `secret as bytes in ${encoding} at offset ${offset}`,
        Buffer.from(behind(offset, secret).toString(encoding)),
      ] as const,
    ]),
  ),
  ['secret as bytes', secret],
  ['secret as bytes in hex', Buffer.from(Buffer.from(secret).toString('hex'))],
  ['title as UTF-8, deflated', deflateRawSync(long)],
  ['title as UTF-8, deflated', deflateRawSync(long, { strategy: constants.Z_FIXED })],
  ['title as UTF-8, deflated', deflateRawSync(long, { strategy: constants.Z_HUFFMAN_ONLY })],
  ['title as UTF-8, deflated', deflateSync(long)],
  ['title as UTF-8, deflated', gzipSync(long)],
  ['title as UTF-8, deflated', deflateRawSync(Buffer.concat([noise(70_000), utf8, long]))],
  ['title as UTF-16 LE, deflated', deflateRawSync(Buffer.concat([long, utf16, utf16]))],
  ['title as UTF-8 in base64 at offset 0, deflated', gzipSync(utf8.toString('base64').repeat(3))],
]

describe('findCanaries', () => {
  it.each(forms)('finds a %s', (name, bytes) => {
    expect(findCanaries(planted(bytes), canaries)).toContain(name)
  })

  it('finds what stands in a stream that breaks off behind it', () => {
    const deflated = deflateRawSync(Buffer.concat([long, noise(3000)]))
    expect(findCanaries(deflated.subarray(0, 1000), canaries)).toEqual(['title as UTF-8, deflated'])
  })

  it('finds nothing in noise, in other words and in half a word', () => {
    const other = Buffer.from('canary-ü-4712, canary-')
    expect(findCanaries(planted(other), canaries)).toEqual([])
    expect(findCanaries(planted(deflateRawSync(other)), canaries)).toEqual([])
  })

  it('takes nothing so short that chance finds it', () => {
    expect(() => findCanaries(noise(9), [{ name: 'title', content: 'Plans' }])).toThrow('too short')
  })
})
