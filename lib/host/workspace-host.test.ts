import { afterEach, expect, it, vi } from 'vitest'
import { foundWorkspace } from '#lib/host/found-workspace'
import { type Places, placesFrom } from '#lib/host/places'
import { createWorkspaceHost } from '#lib/host/workspace-host'
import { openMemoryProfile } from '#lib/testing/memory-profile'
import { createVirtualClock } from '#lib/testing/virtual-clock'

afterEach(() => vi.unstubAllGlobals())

/** An opening that fails when this record is read, and what is left of it. */
async function failAt(record: string) {
  vi.stubGlobal('location', { origin: 'https://waxwing.example' })
  vi.stubGlobal('navigator', { onLine: true })
  const opened: string[] = []
  vi.stubGlobal(
    'WebSocket',
    class {
      constructor(url: string) {
        opened.push(url)
      }
      close() {}
    },
  )
  const clock = createVirtualClock()
  const { vault, platform } = await openMemoryProfile(clock)
  const keys = await foundWorkspace(platform, await vault.createFounderKeys())
  const closed: string[] = []
  const storage: typeof vault.storage = {
    ...vault.storage,
    async workspace(name) {
      const held = await vault.storage.workspace(name)
      if (!held.ok) return held
      const read: typeof held.value.record = async (key) => {
        if (key.startsWith(record)) throw new Error('taken away')
        return held.value.record(key)
      }
      const close = () => {
        closed.push('store')
        held.value.close()
      }
      return { ok: true, value: { ...held.value, record: read, close } }
    },
  }
  let tellPlaces = (_: Places) => {}
  const opening = createWorkspaceHost({
    ...{ vault: { ...vault, storage }, keys, platform, ownName: 'Ada' },
    places: new Promise((resolve) => {
      tellPlaces = resolve
    }),
    emit() {},
    async onProfile() {},
  })
  await expect(opening).rejects.toThrow('taken away')
  tellPlaces(placesFrom({}, 'https://waxwing.example'))
  await clock.settle()
  return { closed, opened, waiting: clock.waiting }
}

it.each(['verified', 'wrong-pins', 'seen-devices'])(
  'lets go of the store, every timer and link when the workspace cannot be opened for %s, for it is tried again',
  async (record) => {
    expect(await failAt(record)).toEqual({ closed: ['store'], opened: [], waiting: 0 })
  },
)
