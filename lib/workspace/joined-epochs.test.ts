import { expect, it } from 'vitest'
import { epochTagOf } from '#lib/protocol/derive'
import { createHistory } from '#lib/testing/membership-history'
import { joinedCommitment } from '#lib/workspace/epochs-of-log'
import { joinedEpochs } from '#lib/workspace/joined-epochs'

const { workspaceId } = createHistory().state()
const commitments = [1, 2, 3].map((value) => new Uint8Array(32).fill(value))

it('K3 joins every set of rotations that have not seen each other', () => {
  const joined = joinedEpochs(workspaceId, commitments, () => true)
  expect(joined.map((one) => one.commitments.map(([first]) => first))).toEqual([
    [1, 2],
    [1, 3],
    [2, 3],
    [1, 2, 3],
  ])
  expect(joined[3]?.tag).toEqual(epochTagOf(joinedCommitment(workspaceId, commitments)))
})

it('K3 joins no rotation with one that follows it', () => {
  const joined = joinedEpochs(workspaceId, commitments, (a, b) => a !== 0 && b !== 0)
  expect(joined.map((one) => one.commitments.map(([first]) => first))).toEqual([[2, 3]])
})

it('K3 looks at no more than 256 combinations, however many rotations somebody makes at once', () => {
  const many = Array.from({ length: 60 }, (_, i) => new Uint8Array(32).fill(i))
  expect(joinedEpochs(workspaceId, many, () => true)).toHaveLength(256)
})
