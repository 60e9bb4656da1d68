import { afterEach, expect, it, vi } from 'vitest'
import { foundWorkspace } from '#lib/host/found-workspace'
import { createWorkspaceHost } from '#lib/host/workspace-host'
import { openMemoryProfile } from '#lib/testing/memory-profile'
import { createVirtualClock } from '#lib/testing/virtual-clock'

afterEach(() => vi.unstubAllGlobals())

it('lets go of the store and of every timer when the workspace cannot be opened, for it is tried again', async () => {
  vi.stubGlobal('location', { origin: 'https://waxwing.example' })
  const clock = createVirtualClock()
  const { vault, platform } = await openMemoryProfile(clock)
  const keys = await foundWorkspace(platform, await vault.createFounderKeys())
  let isClosed = false
  const storage: typeof vault.storage = {
    ...vault.storage,
    async workspace(name) {
      const opened = await vault.storage.workspace(name)
      if (!opened.ok) return opened
      const record: typeof opened.value.record = async (key) => {
        if (key.startsWith('verified')) throw new Error('taken away')
        return opened.value.record(key)
      }
      const close = () => {
        isClosed = true
        opened.value.close()
      }
      return { ok: true, value: { ...opened.value, record, close } }
    },
  }
  const opening = createWorkspaceHost({
    ...{ vault: { ...vault, storage }, keys, platform, ownName: 'Ada' },
    places: new Promise(() => {}),
    emit() {},
    async onProfile() {},
  })
  await expect(opening).rejects.toThrow('taken away')
  expect(isClosed).toBe(true)
  expect(clock.waiting).toBe(0)
})
