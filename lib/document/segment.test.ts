import { describe, expect, it } from 'vitest'
import { concat, utf8 } from '#lib/base/bytes'
import type { EntryId } from '#lib/base/ids'
import { hash } from '#lib/crypto/hash'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { canonicalState } from '#lib/document/encode-state'
import { applyAccepted, createQuietDoc } from '#lib/document/quiet-doc'
import { openSegment, sealSegment, verifySegment } from '#lib/document/seal-segment'
import {
  buildSegment,
  createStretch,
  decodeSegment,
  encodeSegment,
  type FoldableEntry,
  isFoldOf,
} from '#lib/document/segment'
import type { EntryBody } from '#lib/protocol/entry-body'
import { entryKind } from '#lib/protocol/entry-kind'
import { partTail } from '#lib/protocol/entry-tail'
import { decodeSealedSegment, encodeSealedSegment } from '#lib/protocol/sealed-segment'
import { type ContentWriter, chainNumber, createContentWriter } from '#lib/testing/content-writer'
import { flips } from '#lib/testing/hostile-bytes'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { createTestChain, emptyBody, type TestChain } from '#lib/testing/test-chain'

const crypto = createNodeCrypto()
const headsA = [hash(utf8('a')) as EntryId]
const headsB = [hash(utf8('b')) as EntryId]

async function write(chain: TestChain, body: Partial<EntryBody>): Promise<FoldableEntry> {
  const full = { ...emptyBody, ...body }
  const { header, id } = await chain.write(full)
  return { header, id, body: full }
}

/** `count` entries of Alice's who types and deletes. */
async function writeText(count: number) {
  const chain = await createTestChain('alice')
  await chain.write()
  const writer: ContentWriter = createContentWriter(1)
  const entries: FoldableEntry[] = []
  for (let i = 0; i < count; i++) {
    const payload = writer.edit((doc) => {
      const text = doc.getText('t')
      if (i % 5 === 4) text.delete(i % 7, 1)
      else text.insert(i % 3 === 0 ? 0 : text.length, 'ab')
    })
    entries.push(await write(chain, { payload, seconds: 100 + i, ...(i === 0 ? { membershipHeads: headsA } : {}) }))
  }
  return { chain, writer, entries }
}

const built = (entries: readonly FoldableEntry[]) => {
  const segment = buildSegment(entries, headsA)
  if (!segment.ok) throw new Error(segment.error.type)
  return segment.value
}

const lastOf = (entries: readonly FoldableEntry[]): FoldableEntry => entries.at(-1) as FoldableEntry

function createStretchOf(entries: readonly FoldableEntry[]) {
  const stretch = createStretch(headsA)
  for (const entry of entries) expect(stretch.add(entry)).toBeUndefined()
  return stretch
}

describe('a segment', () => {
  it('S0 has the effect of its entries', async () => {
    const { writer, entries } = await writeText(120)
    const doc = createQuietDoc()
    expect(applyAccepted(doc, built(entries).payload).ok).toBe(true)
    expect(canonicalState(doc)).toEqual(canonicalState(writer.doc))
  })

  it('S0 recomputes byte for byte after the journey', async () => {
    const { chain, entries } = await writeText(60)
    const segment = built(entries)
    const header = entries[0]?.header ?? chain.next()
    const sealed = await sealSegment(header, segment, chain.keys, chain.key, createSeededRandom(1))
    const arrived = decodeSealedSegment(encodeSealedSegment(sealed))
    if (!arrived.ok) throw new Error(arrived.error.reason)
    expect(await verifySegment(crypto, chain.device, arrived.value)).toBe(true)
    const opened = openSegment(arrived.value, chain.keys)
    expect(opened).toEqual({ ok: true, value: segment })
    expect(opened.ok && isFoldOf(opened.value, entries, headsA)).toBe(true)
  })

  it('S0 shows an author who folds something else', async () => {
    const { entries } = await writeText(20)
    const segment = built(entries)
    expect(isFoldOf(built(entries.slice(0, 19)), entries, headsA)).toBe(false)
    expect(isFoldOf({ ...segment, seconds: segment.seconds + 60 }, entries, headsA)).toBe(false)
    expect(isFoldOf({ ...segment, payload: built(entries.slice(1)).payload }, entries, headsA)).toBe(false)
  })

  it('S0 says what its entries cite and what the first of them names', async () => {
    const { entries, chain, writer } = await writeText(3)
    const named = { chain: chainNumber(1), seq: 4, idPrefix: new Uint8Array(16).fill(4) }
    const typed = () => writer.edit((doc) => doc.getText('t').insert(0, 'c'))
    const next = [
      await write(chain, { payload: typed(), dependencies: [named], membershipHeads: headsB }),
      await write(chain, { payload: typed(), membershipHeads: headsB, seconds: 179 }),
    ]
    const about = { heads: headsB, dependencies: [named], seconds: 120, lastId: next[1]?.id, count: 2 }
    expect(built(next)).toMatchObject(about)
    expect(buildSegment([...entries, ...next], headsA)).toEqual({ ok: false, error: { type: 'names-others' } })
  })

  it('S0 ends where an entry says what one entry could not', async () => {
    const { chain, entries, writer } = await writeText(4)
    const typed = () => writer.edit((doc) => doc.getText('t').insert(0, 'c'))
    const ends = async (body: Partial<EntryBody>) => {
      const next = await write(chain, body)
      chain.rewind(await chain.write({}))
      return createStretchOf(entries).add({ ...next, header: { ...next.header, seq: 6, prev: lastOf(entries).id } })
    }
    expect(await ends({ payload: typed(), membershipHeads: headsB })).toBe('heads-change')
    expect(await ends({ payload: typed(), tail: [partTail({ index: 1, count: 2 })] })).toBe('not-foldable')
    expect(await ends({ kind: entryKind.adopt })).toBe('not-foldable')
    const other = createContentWriter(9).edit((doc) => doc.getText('t').insert(0, 'x'))
    expect(await ends({ payload: other })).toBe('slot-changes')
  })

  it('S0 refuses gaps, other kinds and nothing at all', async () => {
    const { chain, entries } = await writeText(4)
    const refusal = (list: readonly FoldableEntry[]) => buildSegment(list, headsA)
    expect(refusal([])).toEqual({ ok: false, error: { type: 'no-entries' } })
    expect(refusal(entries.filter((_, i) => i !== 1))).toEqual({ ok: false, error: { type: 'not-consecutive' } })
    const adopt = await write(chain, { kind: entryKind.adopt })
    expect(refusal([...entries, adopt])).toEqual({ ok: false, error: { type: 'not-foldable' } })
  })
})

describe('hostile segments', () => {
  it('S0 decodes what it encoded, and no flipped bit passes', async () => {
    const { chain, entries } = await writeText(3)
    const segment = built(entries)
    expect(decodeSegment(encodeSegment(segment))).toEqual({ ok: true, value: segment })
    const header = entries[0]?.header ?? chain.next()
    const sealed = await sealSegment(header, segment, chain.keys, chain.key, createSeededRandom(2))
    for (const bytes of flips(encodeSealedSegment(sealed))) {
      const decoded = decodeSealedSegment(bytes)
      if (!decoded.ok) continue
      const passes =
        (await verifySegment(crypto, chain.device, decoded.value)) && openSegment(decoded.value, chain.keys).ok
      expect(passes).toBe(false)
    }
  })

  it('S0 never passes for an entry: its signature is another statement', async () => {
    const { chain, entries } = await writeText(2)
    const header = entries[0]?.header ?? chain.next()
    const sealed = await sealSegment(header, built(entries), chain.keys, chain.key, createSeededRandom(3))
    const asEntry = concat(hash(utf8('waxwing/sign/1')), sealed.id)
    expect(await crypto.verify(chain.device, asEntry, sealed.signature)).toBe(false)
  })

  it('S0 attack 14 refuses a payload that inflates without end', () => {
    const random = createSeededRandom(7)
    for (let round = 0; round < 300; round++) expect(decodeSegment(random.bytes(random.below(300))).ok).toBe(false)
    const zeros = {
      count: 1,
      lastId: hash() as EntryId,
      heads: [headsA[0] as EntryId],
      dependencies: [],
      seconds: 0,
      payload: new Uint8Array(3 << 20),
    }
    expect(decodeSegment(encodeSegment(zeros)).ok).toBe(false)
  })
})
