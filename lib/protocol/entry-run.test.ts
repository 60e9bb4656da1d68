import { describe, expect, it } from 'vitest'
import { concat, toHex } from '#lib/base/bytes'
import type { ChainTag, EntryId, EpochTag } from '#lib/base/ids'
import type { SignedEntry } from '#lib/log/seal-entry'
import {
  decodeRun,
  decodeStandaloneRun,
  encodeRun,
  encodeStandaloneRun,
  laneName,
  type RunContext,
} from '#lib/protocol/entry-run'
import { createLaneTable } from '#lib/protocol/lane-table'
import { MAX_LANES, MAX_RUN_ENTRIES } from '#lib/protocol/limits'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { flips, mutate } from '#lib/testing/hostile-bytes'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { createTestChain } from '#lib/testing/test-chain'

const alice = await createTestChain('alice')
const entries = await alice.writeMany(12)
const bob = await createTestChain('bob')
const byBob = await bob.writeMany(2)

/** What a run leaves of its entries: only the last keeps its signature. */
const asRun = (run: readonly SealedEntry[]) =>
  run.map(({ signature, ...entry }, i) => (i === run.length - 1 ? { ...entry, signature } : entry))

const holding =
  (held: readonly SealedEntry[]) =>
  (chain: ChainTag, seq: number): EntryId | undefined =>
    held.find(({ header }) => header.seq === seq && toHex(header.chain) === toHex(chain))?.id

const emptyContext = (): RunContext => ({ lanes: createLaneTable(), idAt: () => undefined })

describe('a standalone run', () => {
  it('E9 gives back entries from the start or from the middle, the last with its signature', () => {
    for (const run of [entries, entries.slice(3, 4), entries.slice(5)]) {
      expect(decodeStandaloneRun(encodeStandaloneRun(run))).toEqual({ ok: true, value: asRun(run) })
    }
  })

  it('costs 9 bytes an entry more than its box', () => {
    const boxes = entries.reduce((size, { box }) => size + box.length, 0)
    expect(encodeStandaloneRun(entries)).toHaveLength(1 + 51 + 1 + 1 + boxes + 9 * entries.length + 64)
  })

  it('E9 attack 1: gives the last entry another id when any earlier byte is altered', () => {
    const bytes = encodeStandaloneRun(entries)
    for (const altered of flips(bytes.subarray(0, -64))) {
      const decoded = decodeStandaloneRun(concat(altered, bytes.subarray(-64)))
      if (decoded.ok) expect(decoded.value.at(-1)?.id).not.toEqual(entries.at(-1)?.id)
    }
  })

  it('E1 attack 13: survives any bytes, and reads canonical ones only', () => {
    const random = createSeededRandom(3)
    const good = encodeStandaloneRun(entries.slice(4, 6))
    for (let round = 0; round < 3000; round++) {
      const bytes = mutate(good, random)
      const decoded = decodeStandaloneRun(bytes)
      if (decoded.ok) expect(encodeStandaloneRun(decoded.value)).toEqual(bytes)
    }
  })

  it('refuses a run that leaves something out', () => {
    const elided = encodeRun(entries.slice(1), { lanes: createLaneTable(), receiverHoldsPrevious: true })
    expect(decodeStandaloneRun(elided)).toEqual({ ok: false, error: { type: 'malformed', reason: 'missing-previous' } })
  })

  it('refuses an empty one, too many entries, and a first entry with a prev', () => {
    const head = concat(Uint8Array.of(1), laneName(entries[0] as SealedEntry), Uint8Array.of(1))
    const empty = concat(head, Uint8Array.of(0), new Uint8Array(64))
    const many = concat(head, Uint8Array.of(255, 255, 127), new Uint8Array(99))
    const withPrevious = concat(Uint8Array.of(3), head.subarray(1), new Uint8Array(200))
    expect([empty, many, withPrevious].map((bytes) => decodeStandaloneRun(bytes))).toEqual([
      { ok: false, error: { type: 'malformed', reason: 'empty run' } },
      { ok: false, error: { type: 'malformed', reason: 'number too large' } },
      { ok: false, error: { type: 'malformed', reason: 'a first entry has no prev' } },
    ])
  })
})

describe('places in a run', () => {
  const lane = laneName(entries[0] as SealedEntry)
  const pair = concat(
    Uint8Array.of(2),
    ...Array<Uint8Array>(2).fill(concat(new Uint8Array(8), Uint8Array.of(16), new Uint8Array(16))),
  )
  const at = (seq: Uint8Array, prev: number) =>
    decodeStandaloneRun(concat(Uint8Array.of(3), lane, seq, new Uint8Array(32).fill(prev), pair, new Uint8Array(64)))

  it('E2 refuses a zero prev after the first place', () => {
    expect(at(Uint8Array.of(2), 1).ok).toBe(true)
    expect(at(Uint8Array.of(2), 0)).toEqual({
      ok: false,
      error: { type: 'malformed', reason: 'prev does not fit seq' },
    })
  })

  it('E2 refuses to count past the last place there is', () => {
    expect(at(Uint8Array.of(254, 255, 255, 255, 15), 1).ok).toBe(true)
    const past = { ok: false, error: { type: 'malformed', reason: 'too many entries' } }
    expect(at(Uint8Array.of(255, 255, 255, 255, 15), 1)).toEqual(past)
  })
})

describe('a run across epochs', async () => {
  const carol = await createTestChain('carol')
  const [before, after] = [carol.next().epoch, new Uint8Array(16).fill(9) as EpochTag]
  const run: SignedEntry[] = []
  for (const epoch of [before, before, after, after, before]) run.push(await carol.write({}, { epoch }))

  it('E9 stays one run under one signature', () => {
    expect(decodeStandaloneRun(encodeStandaloneRun(run))).toEqual({ ok: true, value: asRun(run) })
  })

  it('names the new lane once on a link, and by number when it comes back', () => {
    const [lanes, context] = [createLaneTable(), { lanes: createLaneTable(), idAt: holding(run) }]
    const sizes = [run.slice(0, 3), run.slice(3)].map((part) => {
      const bytes = encodeRun(part, { lanes, receiverHoldsPrevious: true })
      expect(decodeRun(bytes, context)).toEqual({ ok: true, value: asRun(part) })
      return bytes.length
    })
    expect(sizes).toEqual([
      1 + 51 + 1 + 1 + 2 * 73 + 1 + 1 + 51 + 1 + 73 + 64,
      1 + 1 + 1 + 1 + 73 + 1 + 1 + 1 + 73 + 64,
    ])
  })

  it('takes note of every lane it names, even where an entry is missing', () => {
    const [lanes, context] = [createLaneTable(), emptyContext()]
    const [first, second] = [run.slice(1, 3), run.slice(3)].map((part, i) =>
      encodeRun(part, { lanes, receiverHoldsPrevious: i === 0 }),
    )
    expect(decodeRun(first as Uint8Array, context)).toMatchObject({ ok: false, error: { type: 'missing-previous' } })
    expect(decodeRun(second as Uint8Array, context).ok).toBe(true)
  })

  it('E1 attack 13: survives any bytes, and reads canonical ones only', () => {
    const random = createSeededRandom(7)
    for (let round = 0; round < 3000; round++) {
      const bytes = mutate(encodeStandaloneRun(run), random)
      const decoded = decodeStandaloneRun(bytes)
      if (decoded.ok) expect(encodeStandaloneRun(decoded.value)).toEqual(bytes)
    }
  })

  it('refuses parts of another chain, parts without reason, and none where some are said to be', () => {
    const bytes = encodeStandaloneRun(run.slice(0, 3))
    const name = bytes.length - 64 - 73 - 1 - 51
    const altered = (at: number, byte: number) => Uint8Array.from(bytes, (old, i) => (i === at ? byte : old))
    const again = concat(bytes.subarray(0, name - 1), Uint8Array.of(1), bytes.subarray(name + 51))
    const none = concat(bytes.subarray(0, name - 2), Uint8Array.of(0), bytes.subarray(-64))
    const twice = concat(bytes.subarray(0, name), bytes.subarray(1, 52), bytes.subarray(name + 51))
    const reasons = [altered(name + 50, 0), altered(name + 2, 0), again, none, twice].map((hostile) => {
      const decoded = decodeStandaloneRun(hostile)
      return decoded.ok || decoded.error.reason
    })
    expect(reasons).toEqual([
      'parts of several chains',
      'parts of several chains',
      'a part without reason',
      'no further part',
      'a lane named twice',
    ])
  })
})

describe('a run on a link', () => {
  it('E9 names each lane once and leaves prev out where the receiver holds it', () => {
    const sender = createLaneTable()
    const receiver: RunContext = { lanes: createLaneTable(), idAt: holding([...entries, ...byBob]) }
    const sizes = []
    for (const run of [entries.slice(0, 1), byBob.slice(0, 1), entries.slice(1, 2), byBob.slice(1, 2)]) {
      const bytes = encodeRun(run, { lanes: sender, receiverHoldsPrevious: true })
      expect(decodeRun(bytes, receiver)).toEqual({ ok: true, value: asRun(run) })
      sizes.push(bytes.length)
    }
    expect(sizes).toEqual([191, 191, 141, 141])
  })

  it('says that a lane is unknown, without calling it forged', () => {
    const lanes = createLaneTable()
    encodeRun(entries.slice(0, 1), { lanes, receiverHoldsPrevious: true })
    const bytes = encodeRun(entries.slice(1, 2), { lanes, receiverHoldsPrevious: true })
    expect(decodeRun(bytes, emptyContext())).toEqual({ ok: false, error: { type: 'unknown-lane', number: 0 } })
  })

  it('says which entry it lacks, and remembers the lane for the next run', () => {
    const lanes = createLaneTable()
    const context = emptyContext()
    const first = encodeRun(entries.slice(4, 5), { lanes, receiverHoldsPrevious: true })
    const missing = { type: 'missing-previous', chain: entries[0]?.header.chain, seq: 4 }
    expect(decodeRun(first, context)).toEqual({ ok: false, error: missing })
    const second = encodeRun(entries.slice(4, 6), { lanes, receiverHoldsPrevious: false })
    expect(decodeRun(second, context)).toEqual({ ok: true, value: asRun(entries.slice(4, 6)) })
  })

  it('attack 1: survives any bytes', () => {
    const random = createSeededRandom(4)
    const lanes = createLaneTable()
    const [first, second] = [entries.slice(0, 2), entries.slice(2, 4)].map((run) =>
      encodeRun(run, { lanes, receiverHoldsPrevious: true }),
    )
    for (let round = 0; round < 3000; round++) {
      const context = { lanes: createLaneTable(), idAt: holding(entries) }
      decodeRun(mutate(first ?? new Uint8Array(), random), context)
      const decoded = decodeRun(mutate(second ?? new Uint8Array(), random), context)
      expect(decoded.ok || decoded.error.type).not.toBe(undefined)
    }
  })

  it('numbers a bounded count of lanes, the same on both sides', () => {
    const [sender, receiver] = [createLaneTable(), createLaneTable()]
    for (let i = 0; i < MAX_LANES; i++)
      for (const table of [sender, receiver]) table.add(Uint8Array.of(i >> 8, i & 255))
    for (let round = 0; round < 2; round++) {
      const bytes = encodeRun(entries, { lanes: sender, receiverHoldsPrevious: false })
      expect(decodeRun(bytes, { lanes: receiver, idAt: () => undefined }).ok).toBe(true)
    }
    expect(receiver.nameOf(MAX_LANES)).toBeUndefined()
  })
})

describe('encodeRun', () => {
  it('takes only consecutive entries of one chain, the last signed', async () => {
    const { signature: _, ...unsigned } = entries[1] as SealedEntry
    const run = (...list: SealedEntry[]) => encodeStandaloneRun(list)
    const [a, b, c] = entries as [SignedEntry, SignedEntry, SignedEntry]
    expect(() => run()).toThrow('Not a signed run')
    expect(() => run(a, unsigned)).toThrow('Not a signed run')
    expect(() => run(a, c)).toThrow('Not consecutive')
    expect(() => run(a, byBob[1] as SealedEntry)).toThrow('Not consecutive')
    alice.rewind(undefined)
    await alice.write({ seconds: 9 })
    const ofFork = await alice.write()
    expect(() => run(a, ofFork)).toThrow('Not consecutive')
    expect(() => run(...Array<SealedEntry>(MAX_RUN_ENTRIES + 1).fill(b))).toThrow('Not a signed run')
  })
})
