import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { concat, utf8 } from '#lib/base/bytes'
import type { EntryId } from '#lib/base/ids'
import { hash } from '#lib/crypto/hash'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { canonicalState } from '#lib/document/encode-state'
import { applyAcceptedV2, createQuietDoc } from '#lib/document/quiet-doc'
import {
  decodeSealedSegment,
  encodeSealedSegment,
  openSegment,
  sealSegment,
  verifySegment,
} from '#lib/document/seal-segment'
import { buildSegment, decodeSegment, encodeSegment, type FoldableEntry, isFoldOf } from '#lib/document/segment'
import type { EntryBody } from '#lib/protocol/entry-body'
import { entryKind } from '#lib/protocol/entry-kind'
import { partTail } from '#lib/protocol/entry-tail'
import { type ContentWriter, chainNumber, createContentWriter } from '#lib/testing/content-writer'
import { flips } from '#lib/testing/hostile-bytes'
import { writeRichHistory } from '#lib/testing/rich-history'
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

describe('a segment', () => {
  it('S0 has the effect of its entries', async () => {
    const { writer, entries } = await writeText(120)
    const doc = createQuietDoc()
    expect(applyAcceptedV2(doc, built(entries).payload).ok).toBe(true)
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

  it('S0 names the changes of membership heads and the highest dependency per chain', async () => {
    const chain = await createTestChain('bob')
    const dependency = (number: number, seq: number) => ({
      chain: chainNumber(number),
      seq,
      idPrefix: new Uint8Array(16).fill(seq),
    })
    const entries = [
      await write(chain, { dependencies: [dependency(1, 4), dependency(2, 9)] }),
      await write(chain, { dependencies: [dependency(1, 7)], membershipHeads: headsB }),
      await write(chain, {
        kind: entryKind.merge,
        dependencies: [dependency(2, 3)],
        membershipHeads: headsB,
        seconds: 179,
      }),
    ]
    expect(built(entries)).toMatchObject({
      heads: [
        { seq: 1, heads: headsA },
        { seq: 2, heads: headsB },
      ],
      dependencies: [dependency(1, 7), dependency(2, 9)],
      seconds: 120,
      lastId: entries[2]?.id,
    })
  })

  it('S0 E10 keeps a payload in parts whole', async () => {
    const chain = await createTestChain('carol')
    const update = createContentWriter(3).edit((doc) => doc.getText('t').insert(0, 'a long paste'))
    const parts = [update.slice(0, 9), update.slice(9)]
    const entries: FoldableEntry[] = []
    for (const [i, payload] of parts.entries()) {
      entries.push(await write(chain, { payload, tail: [partTail({ index: i + 1, count: 2 })] }))
    }
    const doc = createQuietDoc()
    applyAcceptedV2(doc, built(entries).payload)
    expect(doc.getText('t').toString()).toBe('a long paste')
    for (const cut of [entries.slice(0, 1), entries.slice(1)]) {
      expect(buildSegment(cut, headsA)).toEqual({ ok: false, error: { type: 'parts-cut' } })
    }
  })

  it('S0 refuses gaps, other kinds and nothing at all', async () => {
    const { chain, entries } = await writeText(4)
    const refusal = (list: readonly FoldableEntry[]) => buildSegment(list, headsA)
    expect(refusal([])).toEqual({ ok: false, error: { type: 'no-entries' } })
    expect(refusal(entries.filter((_, i) => i !== 1))).toEqual({ ok: false, error: { type: 'not-consecutive' } })
    const adopt = await write(chain, { kind: entryKind.adopt })
    expect(refusal([...entries, adopt])).toEqual({ ok: false, error: { type: 'no-content-kind' } })
  })

  it('S0 segments that need each other apply as one set', () => {
    const { entries } = writeRichHistory(createSeededRandom(6), { steps: 80 })
    const single = createQuietDoc()
    for (const { update } of entries) Y.applyUpdate(single, update)
    const folds = [...new Set(entries.map(({ writer }) => writer))].map((writer, at) => {
      const own = entries.filter((entry) => entry.writer === writer)
      const foldable = own.map(({ seq, update }): FoldableEntry => {
        const id = (of: number) => hash(Uint8Array.of(at), utf8(`${of}`)) as EntryId
        const lane = { version: 1, suite: 1, lane: 'content', epoch: new Uint8Array(16), channel: new Uint8Array(16) }
        const header = { ...lane, chain: writer.chain, seq, prev: id(seq - 1) } as FoldableEntry['header']
        return { header, id: id(seq), body: { ...emptyBody, payload: update } }
      })
      return built(foldable).payload
    })
    const [first, ...others] = folds
    expect(applyAcceptedV2(createQuietDoc(), ...others).ok).toBe(false)
    const doc = createQuietDoc()
    expect(applyAcceptedV2(doc, ...others, first as Uint8Array).ok).toBe(true)
    expect(canonicalState(doc)).toEqual(canonicalState(single))
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
      heads: [],
      dependencies: [],
      seconds: 0,
      payload: new Uint8Array(3 << 20),
    }
    expect(decodeSegment(encodeSegment(zeros)).ok).toBe(false)
  })
})
