/**
 * The primitives and formats of docs/protocol.md once more, from its text and nothing of ours: node:crypto, and tweetnacl
 * for the one cipher that Node lacks. Slow and strict; golden vectors are made a second time with it.
 */
import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hkdfSync,
  type KeyObject,
  pbkdf2Sync,
  sign,
  verify,
} from 'node:crypto'
import nacl from 'tweetnacl'

export type Bytes = Uint8Array

export const concat = (...parts: readonly Bytes[]): Bytes => new Uint8Array(Buffer.concat(parts))
export const utf8 = (text: string): Bytes => new Uint8Array(Buffer.from(text, 'utf8'))
export const hex = (bytes: Bytes): string => Buffer.from(bytes).toString('hex')
export const base64url = (bytes: Bytes): string => Buffer.from(bytes).toString('base64url')

// §0
export const H = (...parts: readonly Bytes[]): Bytes =>
  new Uint8Array(
    createHash('sha256')
      .update(concat(...parts))
      .digest(),
  )
export const tag = (name: string): Bytes => H(utf8(`waxwing/${name}/1`))
export const HMAC = (key: Bytes, ...parts: readonly Bytes[]): Bytes =>
  new Uint8Array(
    createHmac('sha256', key)
      .update(concat(...parts))
      .digest(),
  )
export const KDF = (secret: Bytes, salt: Bytes, info: Bytes, size = 32): Bytes =>
  new Uint8Array(hkdfSync('sha256', secret, salt, info, size))
/** PBKDF2-HMAC-SHA-256. */
export const slow = (input: Bytes, salt: Bytes, rounds: number, size: number): Bytes =>
  new Uint8Array(pbkdf2Sync(input, salt, rounds, size, 'sha256'))

export const u8 = (value: number): Bytes => Uint8Array.of(value)
export const u32 = (value: number): Bytes => new Uint8Array(Buffer.from(value.toString(16).padStart(8, '0'), 'hex'))

/** Seven bits a byte, the lowest first; the highest bit says that more follow. */
export function int(value: number): Bytes {
  const bytes = []
  for (let left = BigInt(value); ; left >>= 7n) {
    bytes.push(Number(left & 127n) | (left > 127n ? 128 : 0))
    if (left <= 127n) return Uint8Array.from(bytes)
  }
}

/** As `int`, but the first byte holds six bits and the sign. */
export function sint(value: number): Bytes {
  const size = BigInt(Math.abs(value))
  const first = Number(size & 63n) | (value < 0 ? 64 : 0)
  return size > 63n ? concat(u8(first | 128), int(Number(size >> 6n))) : u8(first)
}

export const sized = (bytes: Bytes): Bytes => concat(int(bytes.length), bytes)
export const text = (value: string): Bytes => sized(utf8(value))
export const list = (items: readonly Bytes[]): Bytes => concat(int(items.length), ...items)
export const optional = (value: Bytes | undefined): Bytes => (value ? concat(u8(1), value) : u8(0))
/** Items that begin with what they are sorted by. */
export const sorted = (items: readonly Bytes[]): Bytes => list([...items].sort(Buffer.compare))

/** E10: 48, 64, multiples of 32 up to 256, then PADMÉ. */
export function padded(bytes: Bytes): Bytes {
  const size = bytes.length
  const exponent = Math.floor(Math.log2(size))
  const unit = size <= 48 ? 48 : size <= 256 ? 32 : 2 ** (exponent - (Math.floor(Math.log2(exponent)) + 1))
  return concat(bytes, new Uint8Array(Math.ceil(size / unit) * unit - size))
}

const NO_NONCE = new Uint8Array(24)
/** NaCl secretbox. */
export const box = (plain: Bytes, key: Bytes, nonce: Bytes = NO_NONCE): Bytes => nacl.secretbox(plain, nonce, key)
export const openBox = (sealed: Bytes, key: Bytes, nonce: Bytes = NO_NONCE): Bytes | null =>
  nacl.secretbox.open(sealed, nonce, key)

// RFC 8410: a key of 32 bytes in PKCS #8 and SPKI.
const privateKey = (curve: number, seed: Bytes): KeyObject =>
  createPrivateKey({
    key: Buffer.concat([Buffer.from(`302e020100300506032b65${curve.toString(16)}04220420`, 'hex'), seed]),
    format: 'der',
    type: 'pkcs8',
  })
const publicKey = (curve: number, bytes: Bytes): KeyObject =>
  createPublicKey({
    key: Buffer.concat([Buffer.from(`302a300506032b65${curve.toString(16)}032100`, 'hex'), bytes]),
    format: 'der',
    type: 'spki',
  })
const publicBytes = (key: KeyObject): Bytes =>
  new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32))
const ED25519 = 0x70
const X25519 = 0x6e

export function signingKey(seed: Bytes): { readonly publicKey: Bytes; sign(...message: readonly Bytes[]): Bytes } {
  const key = privateKey(ED25519, seed)
  return {
    publicKey: publicBytes(key),
    sign: (...message) => new Uint8Array(sign(null, concat(...message), key)),
  }
}
export const isSigned = (by: Bytes, signature: Bytes, ...message: readonly Bytes[]): boolean =>
  verify(null, concat(...message), publicKey(ED25519, by), signature)

export const exchangeKey = (seed: Bytes): Bytes => publicBytes(privateKey(X25519, seed))
const agree = (seed: Bytes, theirs: Bytes): Bytes =>
  new Uint8Array(diffieHellman({ privateKey: privateKey(X25519, seed), publicKey: publicKey(X25519, theirs) }))

// §1
export function lockboxes(recipients: readonly Bytes[], plain: Bytes, seed: Bytes): { P: Bytes; boxes: Bytes[] } {
  const e = KDF(seed, H(plain), utf8('lockbox ephemeral'))
  const P = exchangeKey(e)
  return { P, boxes: recipients.map((R) => box(plain, KDF(agree(e, R), concat(P, R), utf8('lockbox')))) }
}
export function lockbox(R: Bytes, plain: Bytes, seed: Bytes): Bytes {
  const { P, boxes } = lockboxes([R], plain, seed)
  return concat(P, ...boxes)
}
export function openLockbox(seed: Bytes, sealed: Bytes): Bytes | null {
  const [P, R] = [sealed.slice(0, 32), exchangeKey(seed)]
  return openBox(sealed.slice(32), KDF(agree(seed, P), concat(P, R), utf8('lockbox')))
}

// §3
export interface Header {
  readonly lane: 0 | 1
  readonly epoch: Bytes
  readonly channel: Bytes
  readonly chain: Bytes
  readonly seq: number
  readonly prev: Bytes
}
export const laneName = ({ lane, epoch, channel, chain }: Header): Bytes =>
  concat(u8(1), u8(1), u8(lane), epoch, channel, chain)
export const outerHeader = (header: Header): Bytes => concat(laneName(header), int(header.seq), header.prev)

export interface ChannelKey {
  readonly seal: Bytes
  readonly hedge: Bytes
}
export function channelKey(secret: Bytes, workspaceId: Bytes, channel: Bytes): ChannelKey {
  const seal = KDF(secret, workspaceId, channel)
  return { seal, hedge: KDF(seal, utf8(''), utf8('salt')) }
}

export interface Entry {
  readonly header: Header
  readonly OH: Bytes
  readonly salt: Bytes
  readonly box: Bytes
  readonly id: Bytes
  readonly signature: Bytes
}
/** `body` is padded; `dice` are 16 bytes. */
export function entry(
  header: Header,
  body: Bytes,
  key: ChannelKey,
  dice: Bytes,
  author: { sign(...message: Bytes[]): Bytes },
): Entry {
  const OH = outerHeader(header)
  const salt = HMAC(key.hedge, dice, OH, body).slice(0, 8)
  const sealed = box(body, KDF(key.seal, salt, H(OH)))
  const id = H(tag('entry'), u32(OH.length), OH, salt, sealed)
  return { header, OH, salt, box: sealed, id, signature: author.sign(tag('sign'), id) }
}
export const alone = ({ OH, salt, box: sealed, signature }: Entry): Bytes =>
  concat(sized(OH), salt, sized(sealed), signature)
export const boxesOf = (entries: readonly Entry[]): Bytes =>
  list(entries.map(({ salt, box: sealed }) => concat(salt, sized(sealed))))
