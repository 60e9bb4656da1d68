/**
 * Finds known words in bytes that should not hold them, in every form in which something careless would write them:
 * UTF-8, UTF-16, hex, base64 at each of its three offsets, and all of these deflated (raw, zlib or gzip).
 */
import { Buffer } from 'node:buffer'
import { inflateFrom } from '#lib/testing/inflate-anywhere'

/** Something that must not be found: a text, or a secret of bytes. At least nine bytes, so that no accident finds it. */
export interface Canary {
  readonly name: string
  readonly content: string | Uint8Array
}

interface Needle {
  readonly name: string
  readonly bytes: Buffer
  readonly ignoresCase?: boolean
}

const SHORTEST_BYTES = 9
/** More than any page of the app compresses at once. */
const INFLATED_BYTES = 1024 * 1024

function rawForms({ content }: Canary): readonly (readonly [form: string, bytes: Buffer])[] {
  if (typeof content !== 'string') return [['bytes', Buffer.from(content)]]
  const utf16 = Buffer.from(content, 'utf16le')
  return [
    ['UTF-8', Buffer.from(content, 'utf8')],
    ['UTF-16 LE', utf16],
    ['UTF-16 BE', Buffer.from(utf16).swap16()],
  ]
}

/** The characters of base64 that depend on `bytes` alone when they stand `offset` bytes into a group of three. */
function base64At(bytes: Buffer, offset: number, encoding: 'base64' | 'base64url'): Buffer {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString(encoding)
  const first = Math.ceil((offset * 8) / 6)
  return Buffer.from(text.slice(first, Math.floor(((offset + bytes.length) * 8) / 6)))
}

function needlesOf(canary: Canary): readonly Needle[] {
  return rawForms(canary).flatMap(([form, bytes]) => {
    if (bytes.length < SHORTEST_BYTES) throw new Error(`${canary.name} is too short to be searched for`)
    const name = `${canary.name} as ${form}`
    const base64 = [0, 1, 2].flatMap((offset) =>
      (['base64', 'base64url'] as const).map((encoding) => ({
        name: `${name} in ${encoding} at offset ${offset}`,
        bytes: base64At(bytes, offset, encoding),
      })),
    )
    return [
      { name, bytes },
      { name: `${name} in hex`, bytes: Buffer.from(bytes.toString('hex')), ignoresCase: true },
      ...base64,
    ]
  })
}

/** Upper-case letters of ASCII made small, so that hex is found in either case. */
const inSmallLetters = (bytes: Buffer): Buffer => Buffer.from(bytes.toString('latin1').toLowerCase(), 'latin1')

function findPlain(bytes: Buffer, needles: readonly Needle[]): string[] {
  const small = inSmallLetters(bytes)
  return needles
    .filter((needle) => (needle.ignoresCase ? small : bytes).includes(needle.bytes))
    .map((needle) => needle.name)
}

/** What was found, in words such as `title as UTF-8 in hex`; empty when nothing was. */
export function findCanaries(haystack: Uint8Array, canaries: readonly Canary[]): string[] {
  const needles = canaries.flatMap(needlesOf)
  const found = new Set(findPlain(Buffer.from(haystack), needles))
  for (let start = 0; start < haystack.length; start++) {
    const inflated = inflateFrom(haystack, start, INFLATED_BYTES)
    if (inflated.length < SHORTEST_BYTES) continue
    for (const name of findPlain(Buffer.from(inflated), needles)) found.add(`${name}, deflated`)
  }
  return [...found]
}
