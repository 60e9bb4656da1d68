/**
 * The rule on late edits (docs/protocol.md W1–W5) under random histories of signed entries with documents. One replica takes
 * them in, in an order of its own and through restarts, and must come to what `late-model.ts` says, which knows no order.
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { sameBytes, toHex } from '#lib/base/bytes'
import { canonicalState } from '#lib/document/encode-state'
import { entryKind } from '#lib/protocol/entry-kind'
import { copyMemoryDisk } from '#lib/storage/memory-storage'
import { anyLateProgramOf, type LateProgram } from '#lib/testing/late-acts'
import { createLateCast } from '#lib/testing/late-cast'
import { docOf } from '#lib/testing/late-pens'
import { createLateStage, JUDGE, type StageChannel, type Written } from '#lib/testing/late-stage'
import { createOfflineTeam, paragraphsOf, remarksOf } from '#lib/testing/offline-team'
import { liveQuickly } from '#lib/testing/quick-late-history'
import { createSeededRandom, type SeededRandom } from '#lib/testing/seeded-random'

/** Enough to see everything that can happen. */
const ENOUGH = 2_000
const HISTORIES = process.env.DEEP ? 40_000 : Number(process.env.SEEDS ?? ENOUGH)
const FIRST_SEED = Number(process.env.FIRST_SEED ?? 1)

const stage = await createLateStage(await createLateCast())
const seen = new Set<string>()

/** As it was written, person by person, or in no order at all. */
function orderOf(written: readonly Written[], random: SeededRandom): readonly Written[] {
  const dice = random.below(3)
  if (dice === 0) return written
  if (dice === 1) return random.shuffle(written)
  const people = random.shuffle([...new Set(written.map(({ by }) => by))])
  return people.flatMap((name) => written.filter(({ by }) => by === name))
}

async function holds({ acts, order }: LateProgram): Promise<void> {
  const random = createSeededRandom(order)
  const history = await liveQuickly(stage, acts, random)
  for (const what of history.seen) seen.add(what)
  const { pens, backDated } = history
  const team = await createOfflineTeam(stage.cast)
  let judge = await team.start(JUDGE, copyMemoryDisk(stage.disk))
  async function restart(): Promise<void> {
    if (random.chance(0.7)) await judge.replica.tidy('end')
    judge = await team.start(JUDGE, judge.disk)
    seen.add('restarted')
  }
  let waiting: readonly Written[] = orderOf(pens.written.slice(stage.first.length), random)
  for (let before = Infinity; waiting.length > 0 && waiting.length < before; ) {
    before = waiting.length
    const left: Written[] = []
    for (const one of waiting) {
      if (random.chance(0.05)) await restart()
      if ((await judge.replica.receive([one.entry])).type === 'waiting') left.push(one)
    }
    waiting = left
  }
  expect(waiting).toEqual([])
  if (judge.rebuilt.length > 0) seen.add('rebuilt')

  const limits = pens.limits()
  const isKept = ({ entry: { header } }: Written): boolean => header.seq <= (limits.get(toHex(header.chain)) ?? 0)
  if (pens.written.some((one) => one.isVoid && one.word && isKept(one))) seen.add('kept beyond an end that was crossed')
  const judged = new Map(judge.replica.judgedHeads().map(({ chain, seq }) => [toHex(chain), seq]))
  for (const { chain } of judge.replica.heads()) {
    const limit = limits.get(toHex(chain))
    if (limit !== undefined) expect(judged.get(toHex(chain)) ?? 0).toBe(limit)
  }
  const shows = async (channel: StageChannel, counted: readonly Written[]): Promise<void> => {
    const doc = await judge.docOf(channel.name)
    const words = channel === stage.page ? paragraphsOf(doc) : remarksOf(doc)
    expect(words.toSorted()).toEqual(counted.flatMap(({ word }) => word ?? []).toSorted())
    expect(toHex(canonicalState(doc))).toBe(toHex(canonicalState(docOf(counted))))
  }
  const channels = [stage.page, stage.discussion]
  for (const channel of channels) {
    const counted = pens.counted(channel, limits)
    expect(counted.filter(({ word }) => word && backDated.includes(word))).toEqual([])
    await shows(channel, counted)
  }
  for (const { chain, seq } of judge.replica.heads()) {
    const limit = limits.get(toHex(chain))
    expect(judge.replica.heldBackAfter(chain)).toBe(limit)
    if (limit !== undefined && limit < seq) seen.add('held back')
  }

  for (let round = 0; round < 8; round++) {
    const items = await judge.replica.heldBack()
    for (const { name: channel } of channels) {
      const keeps = items.flatMap(({ name, newest }) => (sameBytes(name, channel) ? [newest] : []))
      if (keeps.length > 0) await judge.append({ channel, kind: entryKind.adopt, payload: new Uint8Array(0), keeps })
    }
  }
  for (const channel of channels) await shows(channel, pens.counted(channel))
}

it('attack 38 W1 W2 W3 W4 W5 counts what the rule says in every order of delivery, shows that and nothing back-dated, and all that is adopted', {
  timeout: 60_000 + 600 * HISTORIES,
}, async () => {
  await fc.assert(fc.asyncProperty(anyLateProgramOf(16), holds), { numRuns: HISTORIES, seed: FIRST_SEED })
  const ends = ['removed', 'demoted', 'left', 'revoked', 'by the second admin', 'the second admin']
  const rest = [
    'let in again',
    'kept',
    'a reader spoke',
    'a reader spoke of what is held back',
    'discussed',
    'back-dated',
    'came back',
    'listened',
  ]
  const expected = [
    ...ends,
    ...rest,
    'crossed an end',
    'kept beyond an end that was crossed',
    'held back',
    'rebuilt',
    'restarted',
  ]
  if (HISTORIES >= ENOUGH) expect(expected.filter((what) => !seen.has(what))).toEqual([])
})
