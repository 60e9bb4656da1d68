import type { DeleteRange, Reference } from '#lib/document/update-reader'
import { type ByteWriter, writeAll } from '#lib/protocol/byte-writer'

/** One struct as a forger writes it; Yjs itself would never write most of them. */
export interface RawStruct {
  readonly origin?: Reference
  readonly rightOrigin?: Reference
  /** A root by name, or a struct; read only where neither origin is given. */
  readonly parent?: string | Reference
  readonly key?: string
  readonly content: RawContent
}

export type RawContent =
  | { readonly gone: number }
  | { readonly skip: number }
  | { readonly deleted: number }
  | { readonly string: string }
  | { readonly format: readonly [key: string, json: string] }
  /** 0 array, 1 map, 2 plain text, 3 element, 4 fragment, 5 hook, 6 rich text. */
  | { readonly type: number }
  /** Bytes of lib0's `any`, one value. */
  | { readonly value: Uint8Array }
  /** Any content: its number and its bytes. */
  | { readonly raw: readonly [number: number, bytes: Uint8Array] }

export interface RawBlock {
  readonly client: number
  readonly clock: number
  readonly structs: readonly RawStruct[]
}

const NUMBERS = { deleted: 1, string: 4, format: 6, type: 7, value: 8 } as const

function writeContent(writer: ByteWriter, content: RawContent): void {
  if ('deleted' in content) writer.varUint(content.deleted)
  else if ('string' in content) writer.text(content.string)
  else if ('format' in content) for (const text of content.format) writer.text(text)
  else if ('type' in content) {
    writer.varUint(content.type)
    if (content.type === 3 || content.type === 5) writer.text('paragraph')
  } else if ('value' in content) {
    writer.varUint(1)
    writer.raw(content.value)
  } else if ('raw' in content) writer.raw(content.raw[1])
}

function writeReference(writer: ByteWriter, { client, clock }: Reference): void {
  writer.varUint(client)
  writer.varUint(clock)
}

function writeStruct(writer: ByteWriter, { content, origin, rightOrigin, parent = 'body', key }: RawStruct): void {
  if ('gone' in content || 'skip' in content) {
    writer.byte('gone' in content ? 0 : 10)
    writer.varUint('gone' in content ? content.gone : content.skip)
    return
  }
  const name = Object.keys(content)[0] as keyof typeof NUMBERS
  const number = 'raw' in content ? content.raw[0] : NUMBERS[name]
  writer.byte(number | (origin ? 128 : 0) | (rightOrigin ? 64 : 0) | (key === undefined ? 0 : 32))
  if (origin) writeReference(writer, origin)
  if (rightOrigin) writeReference(writer, rightOrigin)
  if (!origin && !rightOrigin) {
    writer.varUint(typeof parent === 'string' ? 1 : 0)
    if (typeof parent === 'string') writer.text(parent)
    else writeReference(writer, parent)
    if (key !== undefined) writer.text(key)
  }
  writeContent(writer, content)
}

/** The bytes of a forged update (V1), blocks and delete ranges in the given order. */
export function rawUpdate(blocks: readonly RawBlock[], deletes: readonly DeleteRange[] = []): Uint8Array {
  return writeAll((writer) => {
    writer.varUint(blocks.length)
    for (const { client, clock, structs } of blocks) {
      for (const number of [structs.length, client, clock]) writer.varUint(number)
      for (const struct of structs) writeStruct(writer, struct)
    }
    writer.list(deletes, ({ client, clock, length }) => {
      for (const number of [client, 1, clock, length]) writer.varUint(number)
    })
  })
}
