import { expect, it } from 'vitest'
import { createMemoryDisk, openMemoryStorage } from '#lib/storage/memory-storage'
import { found, replicaOf, typist } from '#lib/testing/lone-replica'

/** A disk that does not promise what it says, on which a run was cut short after some words. */
async function afterPowerCut() {
  const keys = await found()
  const opened = await openMemoryStorage(createMemoryDisk(), 'relaxed').workspace('w')
  if (!opened.ok) throw new Error('no store')
  const before = await (await typist((await replicaOf(keys, opened.value)).replica)).type('before')
  if (!before.ok) throw new Error(before.error.type)
  return { again: await replicaOf(keys, opened.value), chain: before.value.header.chain }
}

it('E2 waits after a power cut, and goes on where it wrote once somebody was compared with', async () => {
  const { again, chain } = await afterPowerCut()
  let isWritten = false
  const after = (await typist(again.replica)).type('after').finally(() => {
    isWritten = true
  })
  for (let turn = 0; turn < 100; turn++) await Promise.resolve()
  expect(isWritten).toBe(false)
  again.replica.compared()
  expect(await after).toMatchObject({ ok: true, value: { header: { chain, seq: 2 } } })
})
