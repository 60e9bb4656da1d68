import { expect, it } from 'vitest'
import type { UndoneView } from '#lib/session/session-view'
import { redoWords, undoneWords } from '#lib/words/undone-words'

const theirs = { id: '1', by: 'Bob', isMine: false, mayRedo: true } as const
const removal: UndoneView = { ...theirs, type: 'remove', name: 'Carol', now: 'editor' }
const role: UndoneView = { ...theirs, type: 'set-role', name: 'Vic', now: 'viewer', role: 'admin' }
const said = (act: UndoneView): readonly string[] => [undoneWords(act), redoWords(act)]

it('M4 says what was undone, why, and what one click does', () => {
  expect(said(removal)).toEqual([
    'Carol is still here: Bob removed them, with a right that ended at the same moment.',
    'Remove Carol',
  ])
  expect(said(role)).toEqual([
    'Vic is still a reader: Bob made them an admin, with a right that ended at the same moment.',
    'Make Vic an admin',
  ])
  expect(said({ ...theirs, type: 'revoke', label: 'the press' })).toEqual([
    'The invitation for the press still works: Bob took it back, with a right that ended at the same moment.',
    'Take it back',
  ])
  expect(said({ ...theirs, by: '', type: 'rename', name: 'Ours', now: 'Harbour' })).toEqual([
    'This workspace is still called “Harbour”: Someone named it “Ours”, with a right that ended at the same moment.',
    'Name it “Ours”',
  ])
})

it('M4 says to who did it in vain whether they can do it again, or who can', () => {
  const mine = { isMine: true, mayRedo: false } as const
  const inVain = 'when you removed them, your right to had ended already, and the device did not know yet.'
  expect(undoneWords({ ...removal, ...mine })).toBe(`Carol is still here: ${inVain} An admin can do it again.`)
  expect(undoneWords({ ...role, ...mine })).toContain('The owner can do it again.')
  expect(undoneWords({ ...removal, ...mine, mayRedo: true })).toBe(`Carol is still here: ${inVain}`)
})
