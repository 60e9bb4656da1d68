import { readFileSync } from 'node:fs'
import { argon2id } from '@noble/hashes/argon2.js'
import { expect, it } from 'vitest'
import { wordAt } from '#lib/crypto/word-list'
import * as second from '#lib/testing/second-reader'

const { H, KDF, concat, hex, tag, text, u8, utf8 } = second
type Bytes = second.Bytes

const named = (name: string): Bytes => H(utf8(name))
const half = (bytes: Bytes): Bytes => bytes.slice(0, 16)
const NOTHING = utf8('')

/** §8. The pages use another Argon2id. */
const stretch = (secret: Bytes, salt: Bytes): Bytes => argon2id(secret, salt, { m: 64 * 1024, t: 3, p: 1, dkLen: 32 })

const inBits = (bytes: Bytes): string => [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
/** Words of BIP39, eleven bits each; their list is data that both readers share. */
const inWords = (bits: string): string =>
  [...bits.matchAll(/.{11}/g)].map(([eleven]) => wordAt(Number.parseInt(eleven, 2))).join(' ')

/** A number of eleven bits from each two of the bytes. */
const elevens = (bytes: Bytes, count: number): readonly number[] =>
  Array.from({ length: count }, (_, i) => Buffer.from(bytes).readUInt16BE(2 * i) % 2048)

/** I7: of 66 bits the last six are the first of a hash over the others. */
function spoken(drawn: Bytes): string {
  const numbers = elevens(drawn, 6)
  const free = numbers.map((number, i) => (i === 5 ? number >> 6 : number))
  const check = H(tag('six words'), ...free.flatMap((number) => [u8(number >> 8), u8(number & 255)]))
  const sixty = free.map((number, i) => number.toString(2).padStart(i === 5 ? 5 : 11, '0')).join('')
  return inWords(sixty + inBits(check).slice(0, 6))
}

/** BIP39: one bit of a hash for each 32 bits. */
const backedUp = (secret: Bytes): string => inWords(inBits(secret) + inBits(H(secret)).slice(0, secret.length / 4))

it('I7 I8 I9 I10 V1 V2 makes what follows from PINs, words and notes from the inputs, with a second reader', () => {
  const golden: unknown = JSON.parse(readFileSync('lib/workspace/fixtures/link-vectors.json', 'utf8'))
  const [workspaceId, s] = [named('workspace'), half(named('link'))]
  const pin = stretch(utf8('048291'), half(KDF(s, workspaceId, utf8('pin salt'))))
  const words = spoken(named('dice'))
  const W = stretch(utf8(words), half(tag('six words')))
  const shown = H(tag('join words'), workspaceId, named('root'), named('device'))
  const publicKey = (secret: Bytes, salt: Bytes, info: string) =>
    hex(second.signingKey(KDF(secret, salt, utf8(info))).publicKey)
  expect({
    'stretched PIN': hex(pin),
    'proof key with a PIN': publicKey(concat(s, pin), workspaceId, 'invite proof'),
    'mailbox key with a PIN': publicKey(s, workspaceId, 'mailbox key'),
    'six words': words,
    'secret of six words': hex(W),
    'mailbox key of six words': publicKey(W, NOTHING, 'words mailbox'),
    'note, type': '2',
    note: hex(concat(u8(1), text('For Zoë'))),
    'note without a label': hex(concat(u8(1), text(''))),
    'words of a join': inWords(
      elevens(shown, 4)
        .map((number) => number.toString(2).padStart(11, '0'))
        .join(''),
    ),
    'words of a pairing': backedUp(half(named('pairing'))),
    'words of a kit': backedUp(named('kit')),
  }).toEqual(golden)
})
