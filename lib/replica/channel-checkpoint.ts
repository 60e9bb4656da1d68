import { fromHex, sameBytes, toHex } from '#lib/base/bytes'
import type { ChainTag, ChannelName, ChannelTag, DeviceId, EntryId } from '#lib/base/ids'
import { encodeContentIndex } from '#lib/document/content-index'
import { type ByteReader, readAll } from '#lib/protocol/byte-reader'
import { type ByteWriter, writeAll } from '#lib/protocol/byte-writer'
import { logChannelName } from '#lib/protocol/channel-name'
import {
  type ChainCopy,
  type ChannelCopy,
  createChainCopy,
  createChannelCopy,
  type Mark,
  slotsOf,
} from '#lib/replica/channel-copy'

/**
 * A channel's copy as one sealed local record, so that opening it costs one update instead of its whole history. It is
 * a cache of what this device judged itself: lost or damaged, the copy is rebuilt from the entries. What is held stays
 * outside: every chain says how far it was judged, and goes on from there. In the log the operations stand in the place of
 * the document.
 */
const FORMAT = 5
/** The exact Yjs that wrote a state; another one may read it otherwise. */
export const YJS_VERSION = '13.6.33'
const MAX_CHAINS = 1_000_000
const MAX_NAME_BYTES = 64
const MAX_VERSION_BYTES = 32
const MAX_BYTES = 2 ** 31
const NOTHING = new Uint8Array(0)

/**
 * `undefined` while it cannot be told by its chains' ends: in the middle of a payload, or with parts that only a newer version
 * reads. `operations` are those of the log, and undefined for content.
 */
export function encodeChannelCheckpoint(
  copy: ChannelCopy,
  position: number,
  operations?: Uint8Array,
): Uint8Array | undefined {
  const name = operations ? logChannelName : copy.name
  const chains = [...copy.chains.values()].filter(({ judged }) => judged > 0)
  if (!name || copy.opaque || chains.some(({ parts }) => parts)) return undefined
  return writeAll((writer) => {
    writer.varUint(FORMAT)
    writer.text(YJS_VERSION)
    writer.varUint(position)
    writer.sized(name)
    writer.varUint(copy.voids)
    writer.list(chains, (chain) => writeChain(writer, chain))
    writer.list(copy.marks, (mark) => writeMark(writer, mark))
    writer.sized(operations ? NOTHING : encodeContentIndex(copy.index))
    writer.sized(operations ?? copy.state())
  })
}

/** A copy as it was kept; `operations` only of the log. */
export interface ChannelCheckpoint {
  readonly copy: ChannelCopy
  readonly position: number
  readonly operations: Uint8Array | undefined
}

/**
 * `undefined` for anything but a record of this format and this Yjs; the entries are read instead. What it holds is
 * decoded later (`unpack`).
 */
export function decodeChannelCheckpoint(tag: ChannelTag, bytes: Uint8Array): ChannelCheckpoint | undefined {
  const read = readAll(bytes, (reader) => {
    if (reader.varUint() !== FORMAT) return reader.fail('format')
    if (reader.text(MAX_VERSION_BYTES) !== YJS_VERSION) return reader.fail('another Yjs')
    const position = reader.varUint()
    const name = reader.sized(MAX_NAME_BYTES) as ChannelName
    const voids = reader.varUint()
    const chains = reader.list(MAX_CHAINS, () => readChain(reader, tag, name))
    const marks = reader.list(MAX_CHAINS, () => readMark(reader))
    return { position, name, voids, chains, marks, index: reader.sized(MAX_BYTES), state: reader.sized(MAX_BYTES) }
  })
  if (!read.ok) return undefined
  const isLog = sameBytes(read.value.name, logChannelName)
  const copy = createChannelCopy(tag, isLog ? undefined : read.value)
  if (!isLog) copy.name = read.value.name
  copy.voids = read.value.voids
  for (const chain of read.value.chains) copy.chains.set(toHex(chain.tag), chain)
  copy.marks.push(...read.value.marks)
  return { copy, position: read.value.position, operations: isLog ? read.value.state : undefined }
}

function writeChain(writer: ByteWriter, chain: ChainCopy): void {
  writer.raw(chain.tag)
  writer.raw(chain.device)
  writer.varUint(chain.life)
  writer.varUint(chain.judged)
  writer.byte(chain.name ? 1 : 0)
  writer.sized(chain.admission ?? NOTHING)
  writer.sized(chain.tip ?? NOTHING)
  writer.list(chain.heads, writer.raw)
  writer.list([...chain.named], ([named, seq]) => {
    writer.raw(fromHex(named) ?? new Uint8Array(16))
    writer.varUint(seq)
  })
}

function writeMark(writer: ByteWriter, { chain, seq, idPrefix, by, at }: Mark): void {
  writer.raw(chain)
  writer.varUint(seq)
  writer.raw(idPrefix)
  writer.raw(by)
  writer.varUint(at)
}

const readMark = (reader: ByteReader): Mark => ({
  chain: reader.take(16) as ChainTag,
  seq: reader.varUint(),
  idPrefix: reader.take(16),
  by: reader.take(16) as ChainTag,
  at: reader.varUint(),
})

function readChain(reader: ByteReader, channel: ChannelTag, name: ChannelName): ChainCopy {
  const tag = reader.take(16) as ChainTag
  const device = reader.take(32) as DeviceId
  const chain = createChainCopy(tag, device, reader.varUint())
  chain.judged = reader.varUint()
  if (reader.byte() === 1) chain.name = name
  const admission = reader.sized(32) as EntryId
  if (admission.length === 32) {
    chain.admission = admission
    chain.slots = slotsOf(chain, channel, admission)
  }
  const tip = reader.sized(32) as EntryId
  if (tip.length === 32) chain.tip = tip
  chain.heads = reader.list(MAX_CHAINS, () => reader.take(32) as EntryId)
  for (const [named, seq] of reader.list(MAX_CHAINS, () => [toHex(reader.take(16)), reader.varUint()] as const)) {
    chain.named.set(named, seq)
  }
  return chain
}
