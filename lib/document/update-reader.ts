import type { ContentName } from '#lib/document/roots'
import { MAX_TEXT_BYTES, skipAny, skipJson } from '#lib/document/value-reader'
import { type ByteReader, readAll } from '#lib/protocol/byte-reader'

/**
 * Reads a Yjs update (format V1) without building anything of Yjs, so that hostile bytes are judged before they touch a
 * document. Stricter than Yjs: integers are minimal, text is valid UTF-8, nested values are shallow, nothing follows.
 * What it accepts, Yjs 13.6.33 reads in the same way.
 */

/** One character, or one other unit, of one client. */
export interface Reference {
  readonly client: number
  readonly clock: number
}

export interface StructView {
  readonly clock: number
  readonly length: number
  /** `gone` is a collected struct without a place, `deleted` one that keeps its place. */
  readonly content: ContentName | 'gone' | 'deleted' | 'skip' | 'subdocument' | 'unknown'
  readonly origin: Reference | undefined
  readonly rightOrigin: Reference | undefined
  /** Only where neither origin is given. */
  readonly parent: Reference | { readonly root: string } | undefined
  /** Only beside `parent`; else the key is that of the origin. */
  readonly key: string | undefined
}

export interface DeleteRange {
  readonly client: number
  readonly clock: number
  readonly length: number
}

export interface UpdateView {
  /** As many as the update names; an honest entry has at most one. */
  readonly blocks: readonly { readonly client: number; readonly structs: readonly StructView[] }[]
  readonly deletes: readonly DeleteRange[]
}

/** More structs and delete ranges than this in one update make it void (attack 25). */
const MAX_UPDATE_PARTS = 500_000

const TOO_MANY = 'too many parts'

const HAS_ORIGIN = 128
const HAS_RIGHT_ORIGIN = 64
const HAS_KEY = 32

type Content = Pick<StructView, 'content' | 'length'>

const TYPES = ['array', 'map', 'plain-text', 'element', 'unknown', 'unknown', 'rich-text'] as const

function readType(reader: ByteReader): Content {
  const type = reader.varUint()
  const content = TYPES[type]
  if (!content) return reader.fail('unknown type')
  if (type === 3 || type === 5) reader.text(MAX_TEXT_BYTES)
  return { content, length: 1 }
}

function readJsonList(reader: ByteReader): Content {
  const length = reader.varUint()
  for (let i = 0; i < length; i++) reader.text(MAX_TEXT_BYTES)
  return { content: 'unknown', length }
}

function readValues(reader: ByteReader): Content {
  const length = reader.varUint()
  for (let i = 0; i < length; i++) skipAny(reader)
  return { content: 'value', length }
}

function readContent(reader: ByteReader, kind: number): Content {
  switch (kind) {
    case 1:
      return { content: 'deleted', length: reader.varUint() }
    case 2:
      return readJsonList(reader)
    case 3:
      reader.sized(MAX_TEXT_BYTES)
      return { content: 'unknown', length: 1 }
    case 4:
      return { content: 'string', length: reader.text(MAX_TEXT_BYTES).length }
    case 5:
      skipJson(reader)
      return { content: 'unknown', length: 1 }
    case 6:
      reader.text(MAX_TEXT_BYTES)
      skipJson(reader)
      return { content: 'format', length: 1 }
    case 7:
      return readType(reader)
    case 8:
      return readValues(reader)
    case 9:
      reader.text(MAX_TEXT_BYTES)
      skipAny(reader)
      return { content: 'subdocument', length: 1 }
    default:
      return reader.fail('unknown content')
  }
}

const readReference = (reader: ByteReader): Reference => ({ client: reader.varUint(), clock: reader.varUint() })

function readParent(reader: ByteReader): StructView['parent'] {
  const named = reader.varUint()
  if (named > 1) reader.fail('unknown parent')
  return named === 1 ? { root: reader.text(MAX_TEXT_BYTES) } : readReference(reader)
}

const NO_PLACE = { origin: undefined, rightOrigin: undefined, parent: undefined, key: undefined }

function readStruct(reader: ByteReader, clock: number): StructView {
  const info = reader.byte()
  if (info === 0) return { clock, length: reader.varUint(), content: 'gone', ...NO_PLACE }
  if (info === 10) return { clock, length: reader.varUint(), content: 'skip', ...NO_PLACE }
  const origin = info & HAS_ORIGIN ? readReference(reader) : undefined
  const rightOrigin = info & HAS_RIGHT_ORIGIN ? readReference(reader) : undefined
  const parent = origin || rightOrigin ? undefined : readParent(reader)
  const key = parent && info & HAS_KEY ? reader.text(MAX_TEXT_BYTES) : undefined
  const { content, length } = readContent(reader, info & 31)
  return { clock, length, content, origin, rightOrigin, parent, key }
}

function readBlocks(reader: ByteReader): UpdateView['blocks'] {
  const blocks: { client: number; structs: StructView[] }[] = []
  let total = 0
  for (let left = reader.varUint(); left > 0; left--) {
    const count = reader.varUint()
    const client = reader.varUint()
    let clock = reader.varUint()
    const structs: StructView[] = []
    for (let i = 0; i < count; i++) {
      if (++total > MAX_UPDATE_PARTS) reader.fail(TOO_MANY)
      const struct = readStruct(reader, clock)
      structs.push(struct)
      clock += struct.length
    }
    blocks.push({ client, structs })
  }
  return blocks
}

/** Clients fall, clocks rise, ranges neither touch nor repeat: the one order in which Yjs and the fold write them. */
function readDeletes(reader: ByteReader): DeleteRange[] {
  const deletes: DeleteRange[] = []
  let before = Number.POSITIVE_INFINITY
  for (let left = reader.varUint(); left > 0; left--) {
    const client = reader.varUint()
    if (client >= before) reader.fail('clients out of order')
    before = client
    let count = reader.varUint()
    if (count === 0) reader.fail('no ranges')
    for (let end = -1; count > 0; count--) {
      if (deletes.length === MAX_UPDATE_PARTS) reader.fail(TOO_MANY)
      const range = { client, clock: reader.varUint(), length: reader.varUint() }
      if (range.clock <= end) reader.fail('ranges out of order')
      end = range.clock + range.length
      deletes.push(range)
    }
  }
  return deletes
}

/** The structs and delete ranges of `update`; safe on hostile bytes. */
export function readUpdate(update: Uint8Array): UpdateView | 'undecodable' | 'too-many-parts' {
  const view = readAll(update, (reader) => ({ blocks: readBlocks(reader), deletes: readDeletes(reader) }))
  if (view.ok) return view.value
  return view.error.reason === TOO_MANY ? 'too-many-parts' : 'undecodable'
}
