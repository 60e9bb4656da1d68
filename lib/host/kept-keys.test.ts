import { expect, it } from 'vitest'
import { err, ok, type Result } from '#lib/base/result'
import { createKeptKeys } from '#lib/host/kept-keys'
import { found } from '#lib/testing/lone-replica'
import type { VaultError } from '#lib/vault/vault'
import type { WorkspaceKeys } from '#lib/vault/workspace-keys'

/** A vault that answers when the test says so. */
async function keeping() {
  const saves: { keys: WorkspaceKeys; answer(result: Result<void, VaultError>): void }[] = []
  const saveWorkspaceKeys = (keys: WorkspaceKeys) =>
    new Promise<Result<void, VaultError>>((answer) => saves.push({ keys, answer }))
  const [before, after] = [await found(), await found()]
  const kept = createKeptKeys({ saveWorkspaceKeys }, before)
  const answerNext = async (result: Result<void, VaultError> = ok(undefined)) => {
    while (saves.length === 0) await Promise.resolve()
    const save = saves.shift()
    save?.answer(result)
    return save?.keys.device
  }
  return { kept, before, after, answerNext }
}

it('E2 brings no old keys back by what is saved while new ones are', async () => {
  const { kept, after, answerNext } = await keeping()
  const both = Promise.all([kept.replace(after), kept.saveEpochs(after.epochs)])
  expect(await answerNext()).toBe(after.device)
  expect(await answerNext()).toBe(after.device)
  expect((await both).every((saved) => saved.ok)).toBe(true)
})

it('E2 goes on with the old keys where the new ones could not be saved', async () => {
  const { kept, before, after, answerNext } = await keeping()
  const both = Promise.all([kept.replace(after), kept.saveEpochs(after.epochs)])
  expect(await answerNext(err({ type: 'storage-full' }))).toBe(after.device)
  expect(await answerNext()).toBe(before.device)
  expect((await both).map((saved) => saved.ok)).toEqual([false, true])
})
