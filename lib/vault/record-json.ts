import { fromBase64Url, toBase64Url } from '#lib/base/base64url'
import { textFromUtf8, utf8 } from '#lib/base/bytes'
import { err, ok, type Result } from '#lib/base/result'

/**
 * How the vault writes its records: JSON with a version, byte strings as base64url. What is read back has been opened
 * with the storage key, yet every field is checked: a record may be damaged, or written by a later version.
 */
const VERSION = 1

/** `newer-record`: a later release wrote it, only that can read on. `malformed-record`: damaged. */
export type RecordError = { readonly type: 'newer-record' } | { readonly type: 'malformed-record' }

/** `undefined` fields are left out. */
export function encodeRecord(fields: object): Uint8Array {
  const text = JSON.stringify({ version: VERSION, ...fields }, (_, value) =>
    value instanceof Uint8Array ? toBase64Url(value) : value,
  )
  return utf8(text)
}

/** What `read` makes of the fields. It throws through the readers below where one is wrong; this never throws. */
export function decodeRecord<T>(bytes: Uint8Array, read: (fields: Fields) => T): Result<T, RecordError> {
  try {
    const fields = fieldsOf(JSON.parse(textFromUtf8(bytes) ?? ''))
    const version = fields.number('version')
    return version === VERSION ? ok(read(fields)) : err({ type: 'newer-record' })
  } catch {
    return err({ type: 'malformed-record' })
  }
}

/** Typed access to an object of unknown making; each reader throws where the field is of another type. */
export interface Fields {
  has(name: string): boolean
  text(name: string): string
  number(name: string): number
  /** Bytes of exactly `size`, or of any length. */
  bytes(name: string, size?: number): Uint8Array
  fields(name: string): Fields
  list(name: string): readonly Fields[]
}

function fieldsOf(value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError('no object')
  const fields = new Map<string, unknown>(Object.entries(value))
  const text = (name: string): string => {
    const found = fields.get(name)
    if (typeof found !== 'string') throw new TypeError(name)
    return found
  }
  return {
    has: (name) => fields.has(name),
    text,
    number(name) {
      const found = fields.get(name)
      if (typeof found !== 'number') throw new TypeError(name)
      return found
    },
    bytes(name, size) {
      const found = fromBase64Url(text(name))
      if (!found || (size !== undefined && found.length !== size)) throw new TypeError(name)
      return found
    },
    fields: (name) => fieldsOf(fields.get(name)),
    list(name) {
      const found = fields.get(name)
      if (!Array.isArray(found)) throw new TypeError(name)
      return found.map(fieldsOf)
    },
  }
}
