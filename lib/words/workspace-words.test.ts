import { expect, it } from 'vitest'
import { workspaceNumbers } from '#lib/words/workspace-words'

it('numbers workspaces that would look alike, in the order of their list, and no others', () => {
  expect(workspaceNumbers(['', 'Desk', '', 'Quay', 'Desk', ''])).toEqual([
    ...[undefined, undefined, 2, undefined, 2],
    3,
  ])
})

it('gives no workspace a number with which it has the name of another', () => {
  expect(workspaceNumbers(['My workspace', '', 'My workspace 2'])).toEqual([undefined, 3, undefined])
})
