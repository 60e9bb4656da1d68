import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { canonicalState } from '#lib/document/encode-state'
import { createQuietDoc } from '#lib/document/quiet-doc'
import { readUpdate } from '#lib/document/update-reader'
import { createContentWriter } from '#lib/testing/content-writer'
import { mutate } from '#lib/testing/hostile-bytes'
import { rawUpdate } from '#lib/testing/raw-update'
import { writeRichHistory } from '#lib/testing/rich-history'
import { createSeededRandom } from '#lib/testing/seeded-random'

const id = (value: { client: number; clock: number } | null | undefined) => value && [value.client, value.clock]

/** What Yjs reads of an update, in our reader's words. */
function yjsView(update: Uint8Array) {
  const { structs, ds } = Y.decodeUpdate(update)
  return {
    structs: structs.map((struct) => {
      const item = struct instanceof Y.Item ? struct : undefined
      const parent = item?.parent instanceof Y.ID ? id(item.parent) : item?.parent
      return [id(struct.id), struct.length, id(item?.origin), id(item?.rightOrigin), parent, item?.parentSub].map(
        (x) => x ?? null,
      )
    }),
    deletes: [...ds.clients].flatMap(([client, ranges]) => ranges.map(({ clock, len }) => [client, clock, len])),
  }
}

function ourView(update: Uint8Array) {
  const view = readUpdate(update)
  if (typeof view === 'string') return view
  return {
    structs: view.blocks.flatMap(({ client, structs }) =>
      structs.map(({ clock, length, origin, rightOrigin, parent, key }) => {
        const name = parent && ('root' in parent ? parent.root : id(parent))
        return [[client, clock], length, id(origin), id(rightOrigin), name, key].map((x) => x ?? null)
      }),
    ),
    deletes: view.deletes.map(({ client, clock, length }) => [client, clock, length]),
  }
}

/** A value inside a text attribute, as lib0 writes it. */
const withValue = (value: unknown): Uint8Array =>
  createContentWriter(1).edit((doc) => doc.getMap('meta').set('x', value))

describe('readUpdate', () => {
  it('E7 reads what Yjs writes as Yjs reads it', () => {
    for (let seed = 0; seed < 20; seed++) {
      for (const { update } of writeRichHistory(createSeededRandom(seed)).entries) {
        expect(ourView(update)).toEqual(yjsView(update))
      }
    }
  })

  it('E7 attack 24 reads whatever it accepts of damaged updates as Yjs reads it, and never throws', () => {
    const random = createSeededRandom(24)
    const updates = writeRichHistory(random, { steps: 40 }).entries.map(({ update }) => update)
    let acceptedCount = 0
    for (let round = 0; round < 20_000; round++) {
      const update = mutate(random.pick(updates), random)
      const view = ourView(update)
      if (typeof view === 'string') continue
      acceptedCount++
      expect(view).toEqual(yjsView(update))
    }
    expect(acceptedCount).toBeGreaterThan(500)
  })

  it('E7 attack 24 refuses every truncation', () => {
    const [first, second] = writeRichHistory(createSeededRandom(1)).entries.map(({ update }) => update)
    for (const update of [first, second]) {
      for (let size = 0; size < (update?.length ?? 0); size++) {
        expect(readUpdate(update?.subarray(0, size) as Uint8Array)).toBe('undecodable')
      }
    }
  })

  it('E7 reads plain values of every kind', () => {
    const values = [null, true, false, 0, -7, 2 ** 31, 1.5, 'Grüße', { a: [1, { b: 'c' }] }, undefined]
    for (const value of values) expect(readUpdate(withValue(value))).toHaveProperty('blocks')
  })

  it('E7 refuses values whose depth one browser could read and another could not', () => {
    const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)])
    expect(readUpdate(withValue(nested(16)))).toHaveProperty('blocks')
    expect(readUpdate(withValue(nested(17)))).toBe('undecodable')
    const deep = '['.repeat(30_000) + ']'.repeat(30_000)
    const structs = [{ content: { format: ['bold', deep] as const } }]
    expect(readUpdate(rawUpdate([{ client: 1, clock: 0, structs }]))).toBe('undecodable')
  })

  it('attack 26 refuses values that set a prototype', () => {
    const value = Uint8Array.of(118, 1, 9, ...new TextEncoder().encode('__proto__'), 118, 0)
    const structs = [{ parent: 'meta', key: 'x', content: { value } }]
    expect(readUpdate(rawUpdate([{ client: 1, clock: 0, structs }]))).toBe('undecodable')
  })

  it('E1 refuses integers that are longer than they need to be', () => {
    expect(readUpdate(Uint8Array.of(0, 0))).toHaveProperty('blocks')
    expect(readUpdate(Uint8Array.of(128, 0, 0))).toBe('undecodable')
  })
})

it('E7 attack 24 changes nothing when damaged bytes are judged first', () => {
  const random = createSeededRandom(5)
  const { entries } = writeRichHistory(random, { steps: 10 })
  const doc = createQuietDoc()
  for (const { update } of entries) Y.applyUpdate(doc, update)
  const before = canonicalState(doc)
  for (let round = 0; round < 500; round++) readUpdate(mutate(random.pick(entries).update, random))
  expect(canonicalState(doc)).toEqual(before)
})
