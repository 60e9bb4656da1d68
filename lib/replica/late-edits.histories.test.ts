import fc from 'fast-check'
import { expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import { entryKind } from '#lib/protocol/entry-kind'
import type { Replica } from '#lib/replica/replica'
import { anyLateProgramOf, type LateProgram } from '#lib/testing/late-acts'
import { createLateCast } from '#lib/testing/late-cast'
import { liveLateHistory } from '#lib/testing/late-history'
import { countedOfEndedLives, viewOf } from '#lib/testing/late-model'
import { createOfflineTeam } from '#lib/testing/offline-team'
import { createSeededRandom } from '#lib/testing/seeded-random'

/** A quarter of a second each: enough to see everything that can happen. */
const ENOUGH = 56
const HISTORIES = Number(process.env.SEEDS ?? ENOUGH)
const FIRST_SEED = Number(process.env.FIRST_SEED ?? 1)

/** What a replica judged, chain by chain. */
const judgedBy = (replica: Replica): string =>
  replica
    .judgedHeads()
    .filter(({ lane }) => lane === 'content')
    .map(({ chain, seq, id }) => `${toHex(chain)} ${seq} ${toHex(id)}`)
    .sort()
    .join('\n')

const cast = await createLateCast()
const seen = new Set<string>()

async function holds({ acts, order }: LateProgram): Promise<void> {
  const team = await createOfflineTeam(cast)
  const history = await liveLateHistory(team, acts)
  for (const what of history.seen) seen.add(what)
  await history.exchangeAll()
  const stranger = await team.start('alice 2')
  await team.tell(stranger, createSeededRandom(order).shuffle([...history.runs]))

  const shownBy = async (member: typeof stranger) => [
    judgedBy(member.replica),
    await member.state(),
    await member.state(team.discussion),
  ]
  const expected = await shownBy(stranger)
  for (const member of history.members) expect(await shownBy(member), member.name).toEqual(expected)

  const [alice] = history.members
  if (!alice) throw new Error('nobody')
  const model = countedOfEndedLives(viewOf(alice.replica), history.runs.flat())
  for (const [chain, seq] of model) {
    expect(alice.replica.judgedHeads().find((one) => toHex(one.chain) === chain)?.seq ?? 0, chain).toBe(seq)
  }
  for (const { chain } of alice.replica.heads()) {
    expect(alice.replica.heldBackAfter(chain)).toBe(model.get(toHex(chain)))
  }
  const text = (await alice.text()).split(' ')
  for (const word of history.backDated) expect(text).not.toContain(word)

  for (let round = 0; round < 6; round++) {
    for (const { name, newest } of await alice.replica.heldBack()) {
      await alice.append({ channel: name, kind: entryKind.adopt, payload: new Uint8Array(0), keeps: [newest] })
    }
  }
  expect((await alice.text()).split(' ').filter(Boolean).toSorted()).toEqual(history.words.toSorted())
  expect((await alice.remarks()).toSorted()).toEqual(history.remarks.toSorted())
}

it('attack 38 W1 counts the same entries in every order of delivery, admits nothing back-dated, and keeps all that is adopted', {
  timeout: 60_000 + 6_000 * HISTORIES,
}, async () => {
  await fc.assert(fc.asyncProperty(anyLateProgramOf(40), holds), { numRuns: HISTORIES, seed: FIRST_SEED })
  const people = ['removed', 'demoted', 'left', 'let in again', 'revoked', 'by the second admin', 'the second admin']
  const expected = [...people, 'kept', 'a reader spoke', 'discussed', 'back-dated', 'came back']
  if (HISTORIES >= ENOUGH) expect(expected.filter((what) => !seen.has(what))).toEqual([])
})
