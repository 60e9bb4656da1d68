import { expect, it } from 'vitest'
import type { DeviceId } from '#lib/base/ids'
import { openNoticeBoard } from '#lib/host/notice-board'
import { storeOf } from '#lib/testing/lone-replica'

const device = (n: number) => new Uint8Array(32).fill(n) as DeviceId

it('E8 tells once a device of forged entries that it handed on, and nothing of what changed nothing', async () => {
  const board = await openNoticeBoard(await storeOf())
  board.blame(device(1), { type: 'misplaced-hello' }, '')
  expect(board.list()).toEqual([])
  board.blame(device(1), { type: 'bad-entry', reason: 'signature' }, '')
  board.blame(device(1), { type: 'bad-entry', reason: 'signature' }, '')
  board.blame(device(2), { type: 'bad-entry', reason: 'signature' }, 'Bob')
  expect(board.list().map(({ type, who, count }) => [type, who, count])).toEqual([
    ['refused-change', undefined, 1],
    ['refused-change', 'Bob', 1],
  ])
  expect(board.count()).toBe(2)
})

it('I3 shows what stands until it ends, and not again once it was put away', async () => {
  const board = await openNoticeBoard(await storeOf())
  const twice = { type: 'invitation-used-twice', key: 'i1' } as const
  const [shown] = board.standing([twice])
  expect(shown).toMatchObject({ type: 'invitation-used-twice', count: 1 })
  board.dismiss(shown?.id ?? '')
  expect(board.standing([twice])).toEqual([])
  expect(board.standing([twice, { type: 'relay-refused', key: '' }]).map(({ type }) => type)).toEqual(['relay-refused'])
  expect(board.standing([])).toEqual([])
  expect(board.standing([twice])).toHaveLength(1)
})

it('R4 tells of a relay that was set back once, until it is put away, and blocks nothing by it', async () => {
  const board = await openNoticeBoard(await storeOf())
  board.setBack()
  board.setBack()
  expect(board.list().map(({ type }) => type)).toEqual(['relay-set-back'])
  expect(board.count()).toBe(0)
  board.dismiss(board.list()[0]?.id ?? '')
  expect(board.list()).toEqual([])
})

it('attack 7 E8 E2 tells after a restart what was refused and that the profile was copied, until somebody put that away', async () => {
  const store = await storeOf()
  const first = await openNoticeBoard(store)
  first.add({ type: 'void' }, 'Bob')
  first.add({ type: 'void' }, 'Bob')
  first.add({ type: 'copied-profile' }, 'Alice')
  first.add({ type: 'opaque' }, 'Carol')
  first.setBack()
  await first.close()
  const second = await openNoticeBoard(store)
  expect(second.list().map(({ type, who, count }) => [type, who, count])).toEqual([
    ['refused-change', 'Bob', 2],
    ['copied-profile', undefined, 1],
    ['relay-set-back', undefined, 1],
  ])
  expect(second.count()).toBe(2)
  second.add({ type: 'void' }, 'Bob')
  second.dismiss('copied-profile/')
  second.dismiss('relay-set-back/')
  await second.close()
  const third = await openNoticeBoard(store)
  expect(third.list().map(({ type, count }) => [type, count])).toEqual([['refused-change', 3]])
  third.dismiss('refused-change/Bob')
  await third.close()
  expect((await openNoticeBoard(store)).list()).toEqual([])
})

it('E8 keeps the newest notices, and nothing of a damaged record', async () => {
  const store = await storeOf()
  const board = await openNoticeBoard(store)
  for (let i = 0; i < 100; i++) board.add({ type: 'void' }, `Bob ${i}`)
  await board.close()
  const again = await openNoticeBoard(store)
  expect([again.list().length, again.list().at(-1)?.who]).toEqual([64, 'Bob 99'])
  const record = await store.record('notices')
  if (!record.ok || !record.value) throw new Error('nothing kept')
  await store.commit({ entries: [], records: [{ key: 'notices', value: record.value.slice(1) }] })
  expect((await openNoticeBoard(store)).list()).toEqual([])
})
