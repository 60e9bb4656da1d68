import { expect, it } from 'vitest'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { createVirtualClock } from '#lib/testing/virtual-clock'
import { createMeshGuard } from '#lib/transport/mesh-guard'

function openGuard(degree = 0) {
  const clock = createVirtualClock()
  const links = { degree }
  const calledAt: number[] = []
  const guard = createMeshGuard({
    clock,
    random: createSeededRandom(1),
    maxConnections: 10,
    degree: () => links.degree,
    announce: () => calledAt.push(clock.now()),
  })
  return { clock, guard, links, calledAt }
}

it('D3 gives up between 8 and 10 seconds, unless cancelled', async () => {
  const { clock, guard } = openGuard()
  const ended: number[] = []
  const start = clock.now()
  guard.deadline(() => ended.push(clock.now() - start))
  guard.deadline(() => ended.push(-1))()
  await clock.advance(20_000)
  expect(ended).toHaveLength(1)
  expect(ended[0]).toBeGreaterThanOrEqual(8000)
  expect(ended[0]).toBeLessThan(10_000)
})

it('D3 alone it calls out again and again, ever more rarely', async () => {
  const { clock, calledAt } = openGuard(0)
  await clock.advance(600_000)
  const pauses = calledAt.slice(1).map((at, i) => at - (calledAt[i] ?? 0))
  expect(pauses[0]).toBeLessThan(14_000)
  expect(Math.min(...pauses.slice(5))).toBeGreaterThanOrEqual(30_000)
  expect(Math.max(...pauses)).toBeLessThan(33_001)
})

it('D3 with enough links it stays silent, and calls out again when they are gone', async () => {
  const { clock, links, calledAt } = openGuard(4)
  await clock.advance(600_000)
  expect(calledAt).toEqual([])
  links.degree = 0
  await clock.advance(9000)
  expect(calledAt).toHaveLength(1)
})

it('D3 when the network is back it calls out at once and forgets old failures', () => {
  const { guard, calledAt } = openGuard(1)
  for (let i = 0; i < 5; i++) guard.failed('peer')
  expect(guard.mayConnect('peer', 0)).toBe(false)
  guard.wake()
  expect([calledAt.length, guard.mayConnect('peer', 0)]).toEqual([1, true])
})

it('D3 a peer that keeps failing is left alone ever longer, others are not', async () => {
  const { clock, guard } = openGuard()
  guard.failed('peer')
  expect(guard.mayConnect('peer', 0)).toBe(true)
  for (const pauseMs of [2000, 4000, 8000]) {
    guard.failed('peer')
    await clock.advance(pauseMs - 1)
    expect([guard.mayConnect('peer', 0), guard.mayConnect('other', 0)]).toEqual([false, true])
    await clock.advance(1)
    expect(guard.mayConnect('peer', 0)).toBe(true)
  }
  guard.succeeded('peer')
  guard.failed('peer')
  expect(guard.mayConnect('peer', 0)).toBe(true)
})

it('D3 takes a few more links than it looks for, then no more', () => {
  const { guard } = openGuard()
  expect([guard.mayConnect('a', 15), guard.mayConnect('b', 16)]).toEqual([true, false])
})

it('D3 connections are made in bounded number, however many call', async () => {
  const { clock, guard } = openGuard()
  const made = () => Array.from({ length: 200 }, (_, i) => guard.mayConnect(`peer ${i}`, 0)).filter(Boolean).length
  expect(made()).toBe(40)
  await clock.advance(10_000)
  expect(made()).toBe(10)
})

it('R1 links to unknown devices are bounded', () => {
  const { guard } = openGuard()
  expect([guard.mayKeepUnknown(8), guard.mayKeepUnknown(9)]).toEqual([true, false])
})

it('closed it neither calls nor connects', async () => {
  const { clock, guard, calledAt } = openGuard()
  guard.close()
  guard.wake()
  await clock.advance(100_000)
  expect([calledAt, guard.mayConnect('peer', 0), clock.waiting]).toEqual([[], false, 0])
})
