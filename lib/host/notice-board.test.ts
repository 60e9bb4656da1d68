import { expect, it } from 'vitest'
import type { DeviceId } from '#lib/base/ids'
import { createNoticeBoard } from '#lib/host/notice-board'

const device = (n: number) => new Uint8Array(32).fill(n) as DeviceId

it('E8 tells once a device of forged entries that it handed on, and nothing of what changed nothing', () => {
  const board = createNoticeBoard()
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

it('I3 shows what stands until it ends, and not again once it was put away', () => {
  const board = createNoticeBoard()
  const twice = { type: 'invitation-used-twice', key: 'i1' } as const
  const [shown] = board.standing([twice])
  expect(shown).toMatchObject({ type: 'invitation-used-twice', count: 1 })
  board.dismiss(shown?.id ?? '')
  expect(board.standing([twice])).toEqual([])
  expect(board.standing([twice, { type: 'relay-refused', key: '' }]).map(({ type }) => type)).toEqual(['relay-refused'])
  expect(board.standing([])).toEqual([])
  expect(board.standing([twice])).toHaveLength(1)
})

it('R4 tells of a relay that was set back once, until it is put away, and blocks nothing by it', () => {
  const board = createNoticeBoard()
  board.setBack()
  board.setBack()
  expect(board.list().map(({ type }) => type)).toEqual(['relay-set-back'])
  expect(board.count()).toBe(0)
  board.dismiss(board.list()[0]?.id ?? '')
  expect(board.list()).toEqual([])
})
