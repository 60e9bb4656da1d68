import { createDecoder, hasContent, readUint8Array, readVarUint, readVarUint8Array } from 'lib0/decoding'
import { createEncoder, toUint8Array, writeUint8Array, writeVarUint, writeVarUint8Array } from 'lib0/encoding'
import * as Y from 'yjs'
import { fromHex, toHex } from '#lib/base/bytes'
import type { ChainTag, ChannelName, ChannelTag, DeviceId, EntryId } from '#lib/base/ids'
import { decodeContentIndex, encodeContentIndex } from '#lib/document/content-index'
import { createQuietDoc } from '#lib/document/quiet-doc'
import {
  type ChainCopy,
  type ChannelCopy,
  createChainCopy,
  createChannelCopy,
  slotsOf,
} from '#lib/replica/channel-copy'
import type { HeadTable } from '#lib/replica/head-table'

/**
 * A channel's copy as one sealed local record, so that opening it costs one update instead of its whole history. It is
 * a cache of what this device judged itself: lost or damaged, the copy is rebuilt from the entries.
 */
const FORMAT = 1

/** `undefined` while something is held, unfinished or forked: then only the entries themselves tell the whole story. */
export function encodeChannelCheckpoint(copy: ChannelCopy, position: number, heads: HeadTable): Uint8Array | undefined {
  const chains = [...copy.chains.values()]
  const isWhole = (chain: ChainCopy): boolean =>
    chain.judged === heads.get(chain.tag)?.seq && !chain.parts && !chain.endedAt
  if (!copy.name || !chains.every(isWhole)) return undefined
  const encoder = createEncoder()
  writeVarUint(encoder, FORMAT)
  writeVarUint(encoder, position)
  writeVarUint8Array(encoder, copy.name)
  writeVarUint(encoder, copy.voids)
  const met = chains.filter((chain) => chain.admission && chain.judged > 0)
  writeVarUint(encoder, met.length)
  for (const chain of met) writeChain(encoder, chain)
  writeVarUint8Array(encoder, encodeContentIndex(copy.index))
  writeVarUint8Array(encoder, Y.encodeStateAsUpdateV2(copy.doc))
  return toUint8Array(encoder)
}

/** `undefined` for anything but a record of this format; the entries are read instead. */
export function decodeChannelCheckpoint(
  tag: ChannelTag,
  bytes: Uint8Array,
): { copy: ChannelCopy; position: number } | undefined {
  try {
    const decoder = createDecoder(bytes)
    if (readVarUint(decoder) !== FORMAT) return undefined
    const position = readVarUint(decoder)
    const name = readVarUint8Array(decoder) as ChannelName
    const voids = readVarUint(decoder)
    const chains = Array.from({ length: readVarUint(decoder) }, () => readChain(decoder, tag))
    const index = decodeContentIndex(readVarUint8Array(decoder))
    const doc = createQuietDoc()
    Y.applyUpdateV2(doc, readVarUint8Array(decoder))
    if (!index.ok || hasContent(decoder)) return undefined
    const copy = createChannelCopy(tag, { index: index.value, doc })
    copy.name = name
    copy.voids = voids
    for (const chain of chains) copy.chains.set(toHex(chain.tag), chain)
    return { copy, position }
  } catch {
    return undefined
  }
}

function writeChain(encoder: ReturnType<typeof createEncoder>, chain: ChainCopy): void {
  writeUint8Array(encoder, chain.tag)
  writeUint8Array(encoder, chain.device)
  writeVarUint(encoder, chain.life)
  writeVarUint(encoder, chain.judged)
  writeUint8Array(encoder, chain.admission ?? new Uint8Array(32))
  writeVarUint(encoder, chain.heads.length)
  for (const head of chain.heads) writeUint8Array(encoder, head)
  writeVarUint(encoder, chain.named.size)
  for (const [named, seq] of chain.named) {
    writeUint8Array(encoder, fromHex(named) ?? new Uint8Array(16))
    writeVarUint(encoder, seq)
  }
}

function readChain(decoder: ReturnType<typeof createDecoder>, channel: ChannelTag): ChainCopy {
  const tag = readUint8Array(decoder, 16).slice() as ChainTag
  const device = readUint8Array(decoder, 32).slice() as DeviceId
  const chain = createChainCopy(tag, device, readVarUint(decoder))
  chain.judged = readVarUint(decoder)
  const admission = readUint8Array(decoder, 32).slice() as EntryId
  chain.admission = admission
  chain.slots = slotsOf(chain, channel, admission)
  chain.heads = Array.from({ length: readVarUint(decoder) }, () => readUint8Array(decoder, 32).slice() as EntryId)
  for (let left = readVarUint(decoder); left > 0; left--) {
    chain.named.set(toHex(readUint8Array(decoder, 16)), readVarUint(decoder))
  }
  return chain
}
