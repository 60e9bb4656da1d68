import { describe, expect, it } from 'vitest'
import { utf8 } from '#lib/base/bytes'
import type { ChannelName, WorkspaceId } from '#lib/base/ids'
import { systemRandom } from '#lib/crypto/system-random'
import { openLastWords, type SynchronousStore } from '#lib/session/last-words'
import { openMemoryStorage } from '#lib/storage/memory-storage'

function createStore(): SynchronousStore & { readonly texts: Map<string, string> } {
  const texts = new Map<string, string>()
  return {
    texts,
    getItem: (name) => texts.get(name) ?? null,
    setItem: (name, value) => void texts.set(name, value),
    removeItem: (name) => void texts.delete(name),
  }
}
const workspaceId = systemRandom.bytes(32) as WorkspaceId
const edits = [{ channel: utf8('index') as ChannelName, updates: [utf8('canary one'), utf8('canary two')] }]

async function openTwice(slot: number, other: number) {
  const storage = openMemoryStorage()
  const store = createStore()
  const first = await openLastWords(storage, store, systemRandom, { workspaceId, slot })
  const second = await openLastWords(storage, store, systemRandom, { workspaceId, slot: other })
  if (!first || !second) throw new Error('no key')
  return { first, second, store }
}

describe('what a closing tab leaves', () => {
  it('is taken once by the next tab of its slot', async () => {
    const { first, second } = await openTwice(3, 3)
    first.leave(edits)
    expect(second.take()).toEqual(edits)
    expect(second.take()).toEqual([])
  })

  it('is left alone by tabs of other slots', async () => {
    const { first, second } = await openTwice(3, 4)
    first.leave(edits)
    expect(second.take()).toEqual([])
    expect(first.take()).toEqual(edits)
  })

  it('shows nothing readable and goes away with the last edit saved', async () => {
    const { first, store } = await openTwice(0, 0)
    first.leave(edits)
    const text = [...store.texts.values()].join('')
    expect(text.length).toBeGreaterThan(40)
    expect(Buffer.from(text, 'base64url').toString('latin1')).not.toContain('canary')
    first.leave([])
    expect(store.texts.size).toBe(0)
  })

  it('is dropped when damaged, and a full store disturbs nobody', async () => {
    const { first, store } = await openTwice(0, 0)
    first.leave(edits)
    for (const [name, text] of store.texts) store.texts.set(name, `${text.slice(0, -4)}AAAA`)
    expect(first.take()).toEqual([])
    store.setItem = () => {
      throw new Error('quota')
    }
    expect(() => first.leave(edits)).not.toThrow()
  })
})
