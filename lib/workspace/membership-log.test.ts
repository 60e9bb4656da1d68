import { expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import type { EntryId } from '#lib/base/ids'
import { createHistory, deviceOf, personOf } from '#lib/testing/membership-history'
import { createSeededRandom } from '#lib/testing/seeded-random'

function team() {
  const history = createHistory()
  history.settle({ ann: 'admin', eve: 'editor' })
  return history
}

it('M1 takes no genesis but its own', () => {
  const log = team().log([])
  const [genesis] = createHistory().entries
  if (genesis?.operation.type !== 'genesis') throw new Error('No genesis')
  expect(log.add({ ...genesis, operation: { ...genesis.operation, seconds: 1 } })).toEqual({ type: 'foreign' })
  expect(log.add({ ...genesis, proofsValid: false })).toEqual({ type: 'foreign' })
  expect(log.add({ ...genesis, operation: { type: 'merge' } })).toEqual({ type: 'foreign' })
  expect(log.current()).toBeUndefined()
  expect(log.add(genesis)).toEqual({ type: 'added', ids: [genesis.id] })
})

it('M2 keeps an operation waiting for its past, and then takes all that waited', () => {
  const { entries } = team()
  const log = createHistory().log([])
  const [genesis, ...rest] = entries
  if (!genesis) throw new Error('No genesis')
  for (const entry of rest) expect(log.add(entry)).toMatchObject({ type: 'waiting', missing: entry.parents })
  expect(log.size).toBe(0)
  expect(log.add(genesis)).toMatchObject({ type: 'added', ids: entries.map(({ id }) => id) })
  expect(log.add(genesis)).toEqual({ type: 'known' })
})

it('attack 36 M2 comes to the same heads and state however operations arrive', () => {
  const history = team()
  const expected = history.log()
  const random = createSeededRandom(1)
  for (let i = 0; i < 5; i++) {
    const log = history.log(random.shuffle([...history.entries, ...history.entries]))
    expect(log.heads()).toEqual(expected.heads())
    expect(log.current()).toEqual(expected.current())
  }
})

it('E5 tells the state at heads of the past, whatever came later', () => {
  const history = team()
  const before = history.heads()
  history.remove({ by: 'alice' }, 'eve')
  const log = history.log()
  expect(log.stateAt(before)?.members.has(toHex(personOf('eve')))).toBe(true)
  expect(log.current()?.members.has(toHex(personOf('eve')))).toBe(false)
  expect(log.stateAt([new Uint8Array(32) as EntryId])).toBeUndefined()
})

it('E4 knows which heads have seen which', () => {
  const history = team()
  const before = history.heads()
  const left = history.give({ by: 'ann', after: before }, 'eve', 'viewer')
  const right = history.give({ by: 'alice', after: before }, 'eve', 'viewer')
  const log = history.log()
  expect(log.covers([left], before)).toBe(true)
  expect(log.covers([left, right], [left, ...before])).toBe(true)
  expect(log.covers([left], [right])).toBe(false)
  expect(log.covers([left], [new Uint8Array(32) as EntryId])).toBe(false)
})

it('M1 lists as heads what nothing builds on, sorted', () => {
  const history = team()
  const after = history.heads()
  const ids = ['ann', 'eve', 'alice'].map((by) => history.write({ by, after }, { type: 'merge' }))
  expect(history.log().heads().map(toHex)).toEqual(ids.map(toHex).sort())
})

it('E3 takes two operations at one place of a chain', () => {
  const history = team()
  const after = history.heads()
  const place = history.write({ by: 'ann', after }, { type: 'merge' })
  const twin = history.entries.find(({ id }) => id === place)
  if (!twin) throw new Error('Not written')
  const fork = {
    ...twin,
    id: new Uint8Array(32).fill(9) as EntryId,
    operation: { type: 'member.leave', cuts: [] } as const,
  }
  const log = history.log([...history.entries, fork])
  expect(log.heads()).toHaveLength(2)
  expect(log.current()?.members.has(toHex(personOf('ann')))).toBe(false)
})

it('M7 resolves a chain of 12,000 operations without recursion', () => {
  const history = team()
  for (let i = 0; i < 12_000; i++) history.write({ by: 'alice' }, { type: 'merge' })
  const log = history.log([...history.entries].slice(0, 1))
  for (const entry of history.entries.slice(1).reverse()) log.add(entry)
  expect(log.size).toBeLessThan(12_000)
  for (const entry of history.entries) log.add(entry)
  expect(log.size).toBe(history.entries.length)
  expect(log.current()?.operationsByPerson.get(toHex(personOf('alice')))).toBeGreaterThan(12_000)
})

it('E7 admits a device by the operation that first let it in', () => {
  const history = team()
  const state = history.state()
  const admit = history.entries.find(({ operation }) => operation.type === 'admit' && operation.join.name === 'eve')
  expect(state.devices.get(toHex(deviceOf('eve')))?.admission).toEqual(admit?.id)
})
