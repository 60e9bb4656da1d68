import { expect, it } from 'vitest'
import { createHeldBackWatch } from '#lib/host/held-back-watch'
import { createVirtualClock } from '#lib/testing/virtual-clock'

it('W1 keeps what was read before where it cannot be read now, and looks again at the next change', async () => {
  const clock = createVirtualClock()
  const answers = [async () => ['one'], () => Promise.reject(new Error('the disk was taken away')), async () => ['two']]
  const watch = createHeldBackWatch(
    clock,
    async () => (await answers.shift()?.()) ?? [],
    () => {},
  )
  const seen: (readonly string[])[] = []
  while (answers.length > 0) {
    watch.changed()
    await clock.advance(100)
    seen.push(watch.list())
  }
  expect(seen).toEqual([['one'], ['one'], ['two']])
})
