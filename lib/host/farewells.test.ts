import { beforeEach, expect, it } from 'vitest'
import { createFarewells, type Farewells } from '#lib/host/farewells'
import { createVirtualClock, type VirtualClock } from '#lib/testing/virtual-clock'

let clock: VirtualClock
let former: Set<string>
let farewells: Farewells
beforeEach(() => {
  clock = createVirtualClock()
  former = new Set(['bob'])
  farewells = createFarewells(clock, 'own', (device) => former.has(device))
})

function link() {
  const made = { closed: 0, isOpen: () => made.closed === 0, close: () => void made.closed++ }
  return made
}

it('R1 a former device has ten seconds to read why, and no link after that', async () => {
  const bobs = link()
  farewells.begin('bob', bobs)
  await clock.advance(9000)
  expect([bobs.closed, farewells.isOver('bob')]).toEqual([0, false])
  await clock.advance(1000)
  expect([bobs.closed, farewells.isOver('bob')]).toEqual([1, true])
})

it('W1 a former device whose link broke before its time was over has it again', async () => {
  const bobs = link()
  farewells.begin('bob', bobs)
  bobs.close()
  await clock.advance(10_000)
  expect([bobs.closed, farewells.isOver('bob')]).toEqual([1, false])
})

it('R1 whoever is no former device any more is welcome again, and once more has ten seconds after that', async () => {
  const bobs = link()
  farewells.begin('bob', link())
  await clock.advance(10_000)
  expect(farewells.takeBack()).toBe(false)
  former.delete('bob')
  farewells.begin('bob', bobs)
  expect([farewells.isOver('bob'), farewells.takeBack()]).toEqual([false, true])
  await clock.advance(10_000)
  former.add('bob')
  expect([bobs.closed, farewells.isOver('bob'), farewells.takeBack()]).toEqual([0, false, false])
})

it('R1 this device calls out once when it is let in again itself: it was turned away meanwhile', () => {
  expect(farewells.takeBack()).toBe(false)
  former.add('own')
  expect(farewells.takeBack()).toBe(false)
  former.delete('own')
  expect([farewells.takeBack(), farewells.takeBack()]).toEqual([true, false])
})
