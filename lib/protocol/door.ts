/**
 * Statements about the door of a relay room (protocol.md R3): who may enter, said and signed by relay keys about each
 * other. What a relay makes of them is decided in door-list.ts.
 */
import type { Brand, Signature } from '#lib/base/ids'
import type { Result } from '#lib/base/result'
import type { Crypto, SigningKey } from '#lib/crypto/crypto'
import { hash, tag } from '#lib/crypto/hash'
import type { Malformed } from '#lib/protocol/byte-reader'
import { writeAll } from '#lib/protocol/byte-writer'
import { bytesOf, decodeWith, encodeWith, type Format, oneOf, record, textWhere, unsigned } from '#lib/protocol/format'

/** 32 bytes: Ed25519 public key under which a device shows itself at a relay. */
export type RelayKey = Brand<Uint8Array, 'RelayKey'>
/** 32 bytes, see `roomName`. */
export type RoomName = Brand<Uint8Array, 'RoomName'>

/** What a relay key may do in a room: nothing; read and write; let members in and out; everything. */
export type DoorLevel = 'none' | 'member' | 'admin' | 'root'

/** "At this origin, in this room, this key is …". */
export interface UnsignedDoorStatement {
  readonly room: RoomName
  /** Scheme, host and port as in `URL.origin`, so that what is said at one relay means nothing at another. */
  readonly origin: string
  readonly subject: RelayKey
  readonly level: DoorLevel
  /** Rises with every statement about a subject; a safe integer from 0. */
  readonly n: number
}

export interface DoorStatement extends UnsignedDoorStatement {
  readonly signer: RelayKey
  readonly signature: Signature
}

/** The most by which one statement's number may exceed the last one's, so that nobody uses the numbers up. */
export const MAX_DOOR_STEP = 2 ** 32

const MAX_ORIGIN_BYTES = 255

/** An origin as relays are named by: http or https, lower case, no path. */
export const originFormat: Format<string> = textWhere(MAX_ORIGIN_BYTES, (text) =>
  /^https?:\/\/[a-z0-9._\-[\]:]+$/.test(text),
)

/** The order is part of the format. */
const DOOR_LEVELS: readonly DoorLevel[] = ['none', 'member', 'admin', 'root']

export const doorLevelFormat: Format<DoorLevel> = oneOf(DOOR_LEVELS)

/** 0 for none to 3 for root. */
export const doorRank = (level: DoorLevel): number => DOOR_LEVELS.indexOf(level)

const unsignedFields = {
  room: bytesOf<RoomName>(32),
  origin: originFormat,
  subject: bytesOf<RelayKey>(32),
  level: doorLevelFormat,
  n: unsigned(Number.MAX_SAFE_INTEGER),
}
const signedPart = record<UnsignedDoorStatement & { signer: RelayKey }>({ ...unsignedFields, signer: bytesOf(32) })

export const doorStatementFormat: Format<DoorStatement> = record<DoorStatement>({
  ...unsignedFields,
  signer: bytesOf(32),
  signature: bytesOf(64),
})

export const encodeDoorStatement = (statement: DoorStatement): Uint8Array => encodeWith(doorStatementFormat, statement)

/** Safe on hostile bytes; the signature is not checked. */
export const decodeDoorStatement = (bytes: Uint8Array): Result<DoorStatement, Malformed> =>
  decodeWith(doorStatementFormat, bytes)

const messageOf = (statement: UnsignedDoorStatement & { readonly signer: RelayKey }): Uint8Array =>
  writeAll((writer) => {
    writer.raw(tag('door'))
    signedPart.write(writer, statement)
  })

export async function signDoorStatement(unsigned: UnsignedDoorStatement, key: SigningKey): Promise<DoorStatement> {
  const statement = { ...unsigned, signer: key.publicKey as RelayKey }
  return { ...statement, signature: (await key.sign(messageOf(statement))) as Signature }
}

/** Whether the signer signed it; says nothing about whether it may. */
export const verifyDoorStatement = (statement: DoorStatement, crypto: Pick<Crypto, 'verify'>): Promise<boolean> =>
  crypto.verify(statement.signer, messageOf(statement), statement.signature)

/** A room's name: nobody can take it with another root key. `random` is 32 bytes. */
export const roomName = (rootKey: Uint8Array, random: Uint8Array): RoomName => hash(rootKey, random) as RoomName
