import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import type { ChainTag, ChannelTag, EntryId } from '#lib/base/ids'
import type { HaveFrame } from '#lib/protocol/frame-have'
import { decodeFrame, encodeFrame } from '#lib/protocol/frames'
import { MAX_FRAME_BYTES } from '#lib/protocol/limits'
import type { EntrySource, Head } from '#lib/sync/entry-source'
import { answerHave, rootFrame } from '#lib/sync/have-exchange'
import { createHaveTree, type Scope } from '#lib/sync/have-tree'

const tag = (n: number) => Uint8Array.of(n & 255, n >> 8, ...new Uint8Array(14))
const head = (chain: number, seq: number, branch = 0): Head => ({
  lane: chain % 5 === 0 ? 'log' : 'content',
  channel: tag(chain % 5 === 0 ? 0 : 1 + (chain % 90)) as ChannelTag,
  chain: tag(chain) as ChainTag,
  seq,
  id: Uint8Array.of(branch, seq & 255, seq >> 8, chain & 255, chain >> 8, ...new Uint8Array(27)) as EntryId,
})

/** A device that holds these heads; its chains have no branches but the newest entries. */
function side(heads: readonly Head[]) {
  const byChain = new Map(heads.map((one) => [toHex(one.chain), one]))
  const source: Pick<EntrySource, 'heads' | 'head' | 'idAt'> = {
    heads: () => [...byChain.values()],
    head: (chain) => byChain.get(toHex(chain)),
    idAt: (chain, seq) => {
      const held = byChain.get(toHex(chain))
      return held?.seq === seq ? held.id : undefined
    },
  }
  return { source, tree: createHaveTree(source), learned: new Map<string, number>(), byChain }
}
type Side = ReturnType<typeof side>

/** Both say their roots; frames cross as real bytes until nobody has anything to say. */
function talk(
  a: Side,
  b: Side,
  scopeOfA: Scope = 'all',
  scopeOfB: Scope = 'all',
): { frames: number; kinds: Set<string> } {
  const queue: { to: Side; frame: HaveFrame }[] = [
    { to: b, frame: rootFrame(a.tree, scopeOfA) },
    { to: a, frame: rootFrame(b.tree, scopeOfB) },
  ]
  const kinds = new Set<string>()
  let frames = 0
  for (let next = queue.shift(); next; next = queue.shift()) {
    frames++
    const { to } = next
    const bytes = encodeFrame(next.frame)
    expect(bytes.length).toBeLessThanOrEqual(MAX_FRAME_BYTES)
    const decoded = decodeFrame(bytes)
    if (!decoded.ok || !decoded.value.type.startsWith('have-')) throw new Error('expected HAVE')
    kinds.add(decoded.value.type)
    const answer = answerHave(to.tree, decoded.value as HaveFrame, to === a ? scopeOfA : scopeOfB)
    for (const { claim } of answer.claims) to.learned.set(toHex(claim.chain), claim.seq)
    for (const frame of answer.frames) {
      if (frame.type === 'have-root') continue // both were said already, and cross
      queue.push({ to: to === a ? b : a, frame })
    }
    if (frames > 20_000) throw new Error('endless talk')
  }
  return { frames, kinds }
}

/** Every chain of which the other holds more, or another newest entry, has to be learned. */
function expectLearned(self: Side, other: Side, lanes: readonly string[] = ['log', 'content']): void {
  for (const [key, theirs] of other.byChain) {
    const own = self.byChain.get(key)
    const isNews = lanes.includes(theirs.lane) && (!own || own.seq < theirs.seq || toHex(own.id) !== toHex(theirs.id))
    if (isNews && (own?.seq ?? 0) <= theirs.seq) expect(self.learned.get(key)).toBe(theirs.seq)
  }
}

const someHeads = fc
  .array(fc.tuple(fc.nat(400), fc.integer({ min: 1, max: 4 }), fc.nat(1)), { maxLength: 120 })
  .map((list) => list.map(([chain, seq, branch]) => head(chain, seq, branch)))

describe('HAVE', () => {
  it('R2 tells both sides everything they lack, and ends', () => {
    fc.assert(
      fc.property(someHeads, someHeads, someHeads, (shared, onlyA, onlyB) => {
        const [a, b] = [side([...shared, ...onlyA]), side([...shared, ...onlyB])]
        talk(a, b)
        expectLearned(a, b)
        expectLearned(b, a)
      }),
      { numRuns: 200 },
    )
  })

  it('R2 says two roots and nothing more when both hold the same', () => {
    const heads = Array.from({ length: 300 }, (_, n) => head(n, 1 + (n % 7)))
    expect(talk(side(heads), side(heads.toReversed())).frames).toBe(2)
  })

  it('R2 goes down only where something differs', () => {
    const heads = Array.from({ length: 300 }, (_, n) => head(n, 1 + (n % 7)))
    const [a, b] = [side(heads), side([...heads, head(7, 50)])]
    expect(talk(a, b).frames).toBeLessThanOrEqual(6)
    expect([...a.learned]).toEqual([[toHex(tag(7)), 50]])
  })

  it('R2 speaks in frames of 64 KiB about any number of chains', () => {
    const many = Array.from({ length: 9000 }, (_, n) => ({
      ...head(5 * n, 1),
      chain: tag(n) as ChainTag,
      lane: 'log' as const,
    }))
    const channels = Array.from({ length: 3000 }, (_, n) => ({
      ...head(1, 1),
      channel: Uint8Array.of(16, n & 255, n >> 8, ...new Uint8Array(13)) as ChannelTag,
      chain: Uint8Array.of(n & 255, n >> 8, 1, ...new Uint8Array(13)) as ChainTag,
    }))
    const [a, b] = [side([...many, ...channels]), side([])]
    talk(a, b)
    expect(b.learned.size).toBe(12_000)
    const [c, d] = [side([...many, ...channels]), side([...many.slice(1), ...channels.slice(1)])]
    talk(c, d)
    expect(d.learned.size).toBe(2)
  })

  it('R1 says nothing of content to or from a device that is not known', () => {
    const [a, b] = [side([head(5, 3), head(1, 3)]), side([head(10, 2), head(2, 2)])]
    for (const [scopeOfA, scopeOfB] of [
      ['log', 'log'],
      ['all', 'log'],
      ['log', 'all'],
    ] as const) {
      talk(a, b, scopeOfA, scopeOfB)
      expect([...a.learned.keys(), ...b.learned.keys()].toSorted()).toEqual([toHex(tag(10)), toHex(tag(5))].toSorted())
      expectLearned(a, b, ['log'])
      expectLearned(b, a, ['log'])
    }
  })

  it('E3 shows two newest entries at one place to both sides', () => {
    const [a, b] = [side([head(1, 4, 0)]), side([head(1, 4, 1)])]
    talk(a, b)
    expect([a.learned.get(toHex(tag(1))), b.learned.get(toHex(tag(1)))]).toEqual([4, 4])
  })

  it('R2 keeps the digests of version 1', () => {
    const { tree } = side([head(5, 3), head(1, 3), head(2, 300)])
    expect([toHex(tree.root('log')), toHex(tree.root('all'))]).toMatchInlineSnapshot(`
      [
        "cd85ede84f9b4dae448dc6a4e32aaa34",
        "38796c9e42a5714d4950ef8fecaeb182",
      ]
    `)
  })
})
