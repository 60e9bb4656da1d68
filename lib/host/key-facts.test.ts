import { expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import { systemRandom } from '#lib/crypto/system-random'
import { keyFacts } from '#lib/host/key-facts'
import { openNoticeBoard } from '#lib/host/notice-board'
import { bring as bringTo, type KeyHolder, startKeyHolder } from '#lib/testing/key-holder'
import { storeOf } from '#lib/testing/lone-replica'
import { createOfflineTeam } from '#lib/testing/offline-team'
import { createVirtualClock } from '#lib/testing/virtual-clock'
import { noticeWords } from '#lib/words/trouble-words'

const team = await createOfflineTeam()
const bring = (from: KeyHolder, ...to: readonly KeyHolder[]) => bringTo(team, from, ...to)

/** Three people, and what the screen of one of them says of the keys. */
async function createOffice() {
  const clock = createVirtualClock()
  const start = (name: string) => startKeyHolder(team, name, clock, systemRandom)
  const boards = await openNoticeBoard(await storeOf())
  const toldTo = ({ keeper }: KeyHolder) => boards.standing(keyFacts(keeper, () => 'Alice')).map(noticeWords)
  return { clock, start, toldTo }
}

it('K2 an editor is told in words that somebody who left could read on, until an admin came', async () => {
  const { clock, start, toldTo } = await createOffice()
  const [alice, bob, carol] = [await start('alice'), await start('bob'), await start('carol')]
  await bob.acts.leave()
  await bring(bob, alice, carol)
  await clock.advance(15_000)
  expect(toldTo(carol)).toEqual([])
  await clock.advance(110_000)
  expect(toldTo(carol)).toEqual([
    expect.stringMatching(/not of this workspace any more still has its keys: until an admin/),
  ])
  await bring(alice, carol)
  expect(toldTo(carol)).toEqual([])
})

it('attack 43 K1 a spoilt box is told with the name of who made it', async () => {
  const { clock, start, toldTo } = await createOffice()
  const [alice, bob, carol] = [await start('alice'), await start('bob'), await start('carol')]
  await alice.acts.rotateKeys()
  await alice.keeper.settled()
  const rotation = alice.replica.membership.handedOut().at(-1)?.rotation
  if (!rotation) throw new Error('no rotation')
  const bobs = toHex(bob.mate.keys.exchange.publicKey)
  const boxes = rotation.boxes.map((one) => (toHex(one.recipient) === bobs ? { ...one, box: new Uint8Array(48) } : one))
  const mallory = await start('alice')
  await mallory.mate.operate({ type: 'epoch.rotate', ...rotation, boxes })
  await bring(mallory, bob, carol)
  await clock.advance(20_000)
  for (const one of [bob, carol])
    expect(toldTo(one)).toContainEqual(expect.stringMatching(/^New keys from Alice did not fit/))
})
