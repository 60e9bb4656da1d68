import { describe, expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import type { ChainTag } from '#lib/base/ids'
import { decodeBlob } from '#lib/protocol/blob'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import type { Head } from '#lib/sync/entry-source'
import { createHeldRanges } from '#lib/sync/held-ranges'
import { createRelayUploader } from '#lib/sync/relay-uploader'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { createTestChain } from '#lib/testing/test-chain'
import { createVirtualClock } from '#lib/testing/virtual-clock'

const nameOf = (first: number): ChainTag => new Uint8Array(16).fill(first) as ChainTag

/** Of one chain: two entries, after which it goes on twice, with three more and with one. */
async function forked() {
  const chain = await createTestChain('alice')
  const before = await chain.writeMany(2)
  const one = await chain.writeMany(3)
  chain.rewind(before.at(-1))
  const other = await chain.writeMany(1)
  const lines = [
    { name: chain.next().chain, entries: before },
    { name: nameOf(1), entries: one },
    { name: nameOf(2), entries: other },
  ]
  const lineOf = ({ id }: SealedEntry): ChainTag =>
    lines.find(({ entries }) => entries.some((entry) => entry.id === id))?.name ?? nameOf(0)
  const heads = lines.map(({ name, entries }): Head => {
    const [first, last] = [entries[0] as SealedEntry, entries.at(-1) as SealedEntry]
    const { lane, channel, seq } = last.header
    return { lane, channel, chain: name, from: first.header.seq, seq, id: last.id }
  })
  const read = async (name: ChainTag, from: number): Promise<readonly SealedEntry[]> =>
    (lines.find((line) => toHex(line.name) === toHex(name))?.entries ?? []).filter(({ header }) => header.seq >= from)
  return { lines, heads, lineOf, read }
}

/** An uploader of all these lines, and what it has put. */
async function begin() {
  const { lines, heads, lineOf, read } = await forked()
  const clock = createVirtualClock()
  const leftOut = createHeldRanges()
  const put: string[] = []
  const hashes: Uint8Array[] = []
  const uploader = createRelayUploader({
    source: {
      heads: () => heads,
      head: (name) => heads.find(({ chain }) => toHex(chain) === toHex(name)),
      lineOf,
      read,
      holds: () => true,
      idAt: () => undefined,
      readFolded: async () => ({ type: 'run', run: [] }),
      nextSegment: async () => undefined,
      receiveSegment: async () => ({ type: 'waiting' }),
      acknowledged: () => [],
      isAcknowledged: () => false,
      compareSegment: async () => 'unknown',
      segments: () => [],
      isStraight: () => true,
      countsTo: () => Number.POSITIVE_INFINITY,
      covered: () => [],
      receive: async () => ({ type: 'known' }),
    },
    isOwn: () => true,
    onRefusal: () => {},
    sparedTo: (line, from) => leftOut.heldTo(line, from),
    endsOf: () => [],
    onLook() {},
    mayGather: () => false,
    clock,
    random: createSeededRandom(1),
    onStored() {},
    send(frame) {
      if (frame.type !== 'put') return
      for (const bytes of frame.blobs) {
        const blob = decodeBlob(bytes)
        if (!blob.ok) continue
        put.push(...blob.value.run.map(({ id }) => toHex(id)))
        hashes.push(blob.value.hash)
      }
    },
  })
  uploader.start(createHeldRanges())
  return { lines, clock, put, hashes, leftOut, uploader }
}

describe('what a device brings to a relay', () => {
  it('E3 R5 is every line of a fork, once', async () => {
    const { lines, clock, put, uploader } = await begin()
    uploader.caughtUp()
    await clock.advance(200_000)
    expect(put.sort()).toEqual(lines.flatMap(({ entries }) => entries.map(({ id }) => toHex(id))).sort())
  })

  it('S0 R5 is nothing that was left out, until it turns out that the relay lacks it', async () => {
    const { lines, clock, put, leftOut, uploader } = await begin()
    const [before, one] = lines
    for (const line of [before, one]) leftOut.add(line?.name ?? nameOf(0), { from: 2, to: 4 })
    uploader.caughtUp()
    await clock.advance(200_000)
    expect(put).not.toContain(toHex(one?.entries[0]?.id ?? nameOf(0)))
    leftOut.remove(one?.name ?? nameOf(0), { from: 1, to: 9 })
    await clock.advance(200_000)
    expect(put).toEqual(expect.arrayContaining((one?.entries ?? []).map(({ id }) => toHex(id))))
  })

  it('R4 tells why the relay has no room, until it has taken what it declined', async () => {
    const { clock, hashes, uploader } = await begin()
    uploader.caughtUp()
    await clock.advance(30_000)
    for (const hash of hashes.splice(0)) uploader.declined({ type: 'declined', hash, reason: 'store-full' })
    expect(uploader.refusal()).toBe('store-full')
    await clock.advance(60_000)
    expect(uploader.refusal()).toBe('store-full')
    uploader.stored({ type: 'stored', items: hashes.map((hash, i) => ({ hash, cursor: i + 1 })) })
    await clock.advance(60_000)
    expect(uploader.refusal()).toBeUndefined()
  })
})
