import { expect, it } from 'vitest'
import type { EpochTag } from '#lib/base/ids'
import { noteLeftMeshes, readLeftMeshes } from '#lib/host/left-meshes-record'
import { storeOf } from '#lib/testing/lone-replica'

it('K5 notes the meshes in which it stays for the next start', async () => {
  const store = await storeOf()
  expect(await readLeftMeshes(store)).toEqual([])
  const left = [1, 2].map((value) => ({ tag: new Uint8Array(16).fill(value) as EpochTag, leftAtMs: value }))
  await noteLeftMeshes(store, left)
  expect(await readLeftMeshes(store)).toEqual(left)
  await noteLeftMeshes(store, [])
  expect(await readLeftMeshes(store)).toEqual([])
})
