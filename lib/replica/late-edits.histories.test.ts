import { expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import { entryKind } from '#lib/protocol/entry-kind'
import type { Replica } from '#lib/replica/replica'
import { liveLateHistory } from '#lib/testing/late-history'
import { countedOfEndedLives } from '#lib/testing/late-model'
import { createOfflineTeam } from '#lib/testing/offline-team'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { createCast } from '#lib/testing/simulation-cast'

const SEEDS = Number(process.env.SEEDS ?? 24)
const FIRST_SEED = Number(process.env.FIRST_SEED ?? 0)

/** What a replica judged, chain by chain. */
const judgedBy = (replica: Replica): string =>
  replica
    .judgedHeads()
    .filter(({ lane }) => lane === 'content')
    .map(({ chain, seq, id }) => `${toHex(chain)} ${seq} ${toHex(id)}`)
    .sort()
    .join('\n')

it('attack 38 W1 counts the same entries in every order of delivery, admits nothing back-dated, and keeps all that is adopted', {
  timeout: 600_000,
}, async () => {
  const team = await createOfflineTeam(await createCast())
  const seen = new Set<string>()
  for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
    const random = createSeededRandom(seed)
    const history = await liveLateHistory(team, random)
    for (const what of history.seen) seen.add(what)
    await history.exchangeAll()

    const strangers = []
    for (let order = 0; order < 2; order++) {
      const stranger = await team.start('alice 2')
      let left = random.shuffle([...history.runs])
      while (left.length > 0) {
        const waiting = []
        for (const run of left) if ((await stranger.replica.receive(run)).type === 'waiting') waiting.push(run)
        if (waiting.length === left.length) break
        left = waiting
      }
      strangers.push(stranger)
    }
    const everybody = [...history.members, ...strangers]
    const states = await Promise.all(everybody.map((one) => one.state()))
    const judged = everybody.map(({ replica }) => judgedBy(replica))
    for (const [i, member] of everybody.entries()) {
      expect(judged[i], `seed ${seed}: ${member.name}`).toBe(judged.at(-1))
      expect(states[i], `seed ${seed}: ${member.name}`).toBe(states.at(-1))
    }

    const [alice] = history.members
    if (!alice) throw new Error('nobody')
    const model = countedOfEndedLives(alice.replica, history.runs.flat())
    for (const [chain, seq] of model) {
      const head = alice.replica.judgedHeads().find((one) => toHex(one.chain) === chain)
      expect(head?.seq, `seed ${seed}: ${chain}`).toBe(seq)
    }
    for (const { chain } of alice.replica.heads()) {
      const limit = alice.replica.heldBackAfter(chain)
      if (limit !== undefined) expect(model.get(toHex(chain)) ?? 0, `seed ${seed}`).toBe(limit)
    }
    const text = (await alice.text()).split(' ')
    for (const word of history.backDated) expect(text, `seed ${seed}`).not.toContain(word)

    for (let round = 0; round < 6; round++) {
      for (const { name, newest } of await alice.replica.heldBack()) {
        await alice.append({ channel: name, kind: entryKind.adopt, payload: new Uint8Array(0), keeps: [newest] })
      }
    }
    const all = (await alice.text()).split(' ')
    expect(all.toSorted(), `seed ${seed}`).toEqual(history.words.map(({ word }) => word).toSorted())
  }
  const expected = ['removed', 'demoted', 'left', 'let in again', 'kept', 'a reader spoke', 'back-dated']
  expect(expected.filter((what) => !seen.has(what))).toEqual([])
})
