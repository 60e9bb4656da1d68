import { expect, it } from 'vitest'
import { openKitOffer } from '#lib/host/kit-offer'
import { createMemoryDisk, openMemoryStorage } from '#lib/storage/memory-storage'
import { createVirtualClock } from '#lib/testing/virtual-clock'

const FIVE_MINUTES_MS = 300_000

it('V2 offers a kit after five minutes of work, never at the door, and once', async () => {
  const profile = openMemoryStorage(createMemoryDisk())
  const clock = createVirtualClock()
  let changes = 0
  const open = () => openKitOffer({ profile, clock, onChange: () => void changes++ })
  const offer = await open()
  await clock.advance(FIVE_MINUTES_MS - 1)
  expect(offer.facts('none')).toEqual([])
  await clock.advance(1)
  expect([offer.facts('none'), changes]).toEqual([[{ type: 'kit-offered', key: '' }], 1])
  expect([offer.facts('kept'), offer.facts('not-here')]).toEqual([[], []])
  await offer.dismissed('relay-refused/')
  expect(offer.facts('none')).toHaveLength(1)
  await offer.dismissed('kit-offered/')
  expect(offer.facts('none')).toEqual([])
  const again = await open()
  await clock.advance(FIVE_MINUTES_MS)
  expect(again.facts('none')).toEqual([])
})

it('V2 offers nothing any more once the workspace was closed', async () => {
  const clock = createVirtualClock()
  let changes = 0
  const profile = openMemoryStorage(createMemoryDisk())
  const offer = await openKitOffer({ profile, clock, onChange: () => void changes++ })
  offer.close()
  await clock.advance(FIVE_MINUTES_MS)
  expect(changes).toBe(0)
})
