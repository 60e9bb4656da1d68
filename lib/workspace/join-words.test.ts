import { expect, it } from 'vitest'
import { createInvited, createKeyChain, rootOf } from '#lib/testing/invited'
import { wordsOfJoin } from '#lib/workspace/join-words'

it('I10 gives whoever asks in somebody’s name other words than theirs', async () => {
  const { workspaceId, bob, crypto, random } = await createInvited()
  const mallory = await createKeyChain(crypto, random)
  const words = wordsOfJoin(workspaceId, rootOf(bob), bob.keys.device)
  expect(words).toHaveLength(4)
  expect(wordsOfJoin(workspaceId, rootOf(bob), bob.keys.device)).toEqual(words)
  expect(wordsOfJoin(workspaceId, rootOf(mallory), mallory.keys.device)).not.toEqual(words)
  expect(wordsOfJoin(workspaceId, rootOf(bob), mallory.keys.device)).not.toEqual(words)
  expect(wordsOfJoin(new Uint8Array(32) as never, rootOf(bob), bob.keys.device)).not.toEqual(words)
})
