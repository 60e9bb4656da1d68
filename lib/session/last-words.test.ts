import { describe, expect, it } from 'vitest'
import { utf8 } from '#lib/base/bytes'
import type { ChannelName, WorkspaceId } from '#lib/base/ids'
import { systemRandom } from '#lib/crypto/system-random'
import { openLastWords } from '#lib/session/last-words'
import { openMemoryStorage } from '#lib/storage/memory-storage'
import { createSynchronousStore } from '#lib/testing/synchronous-store'

const workspaceId = systemRandom.bytes(32) as WorkspaceId
const edits = [{ channel: utf8('index') as ChannelName, updates: [utf8('canary one'), utf8('canary two')] }]

async function openTwice(slot: number, other: number) {
  const storage = openMemoryStorage()
  const store = createSynchronousStore()
  const first = await openLastWords(storage, store, systemRandom, { workspaceId, slot })
  const second = await openLastWords(storage, store, systemRandom, { workspaceId, slot: other })
  if (!first || !second) throw new Error('no key')
  return { first, second, store }
}

describe('what a closing tab leaves', () => {
  it('E12 is there for the next tab of its slot until that one leaves something else', async () => {
    const { first, second } = await openTwice(3, 3)
    first.leave(edits)
    expect(second.read()).toEqual(edits)
    expect(second.read()).toEqual(edits)
    second.leave([])
    expect(second.read()).toEqual([])
  })

  it('is left alone by tabs of other slots', async () => {
    const { first, second } = await openTwice(3, 4)
    first.leave(edits)
    expect(second.read()).toEqual([])
    expect(first.read()).toEqual(edits)
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
    expect(first.read()).toEqual([])
    store.setItem = () => {
      throw new Error('quota')
    }
    expect(() => first.leave(edits)).not.toThrow()
  })
})
