import { expect, it } from 'vitest'
import { createSerial } from '#lib/base/serial'

it('runs tasks one after the other, also after one that failed', async () => {
  const serial = createSerial()
  const order: string[] = []
  const task = (name: string, fails = false) =>
    serial(async () => {
      order.push(`${name} begins`)
      await Promise.resolve()
      order.push(`${name} ends`)
      if (fails) throw new Error(name)
      return name
    })
  const [first, second, third] = await Promise.allSettled([task('a'), task('b', true), task('c')])
  expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
  expect([first?.status, second?.status, third?.status]).toEqual(['fulfilled', 'rejected', 'fulfilled'])
})
