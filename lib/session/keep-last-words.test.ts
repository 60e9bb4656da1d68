import { describe, expect, it } from 'vitest'
import { utf8 } from '#lib/base/bytes'
import type { ChannelName, WorkspaceId } from '#lib/base/ids'
import { systemRandom } from '#lib/crypto/system-random'
import { keepLastWords } from '#lib/session/keep-last-words'
import { openLastWords, slotsWithLastWords, type UnsavedEdits } from '#lib/session/last-words'
import { openMemoryStorage } from '#lib/storage/memory-storage'
import { createSynchronousStore } from '#lib/testing/synchronous-store'

const workspaceId = systemRandom.bytes(32) as WorkspaceId
const edits = (...texts: string[]): UnsavedEdits[] => [
  { channel: utf8('index') as ChannelName, updates: texts.map((text) => utf8(text)) },
]

/** A browser: each tab that opens a slot comes after the one before is gone. */
async function openSlot() {
  const storage = openMemoryStorage()
  const store = createSynchronousStore()
  const released: number[] = []
  const open = async (slot: number) => {
    const words = await openLastWords(storage, store, systemRandom, { workspaceId, slot })
    if (!words) throw new Error('no key')
    return words
  }
  const free = async (slot: number) => ({ words: await open(slot), release: () => void released.push(slot) })
  const openTab = async ({ slot = 0, others = [] as number[] } = {}) => {
    const tab = { unsaved: edits() as readonly UnsavedEdits[] }
    const kept = keepLastWords(await open(slot), await Promise.all(others.map(free)), () => tab.unsaved)
    tab.unsaved = kept.found
    return { tab, kept }
  }
  const found = async (slot = 0) => (await open(slot)).read()
  const leave = async (slot: number, ...texts: string[]) => (await open(slot)).leave(edits(...texts))
  return { openTab, found, leave, free, released, slots: () => slotsWithLastWords(store, workspaceId) }
}

describe('the note of a tab', () => {
  it('E12 outlives a tab that takes it up and ends before the edits are on disk', async () => {
    const { openTab, found } = await openSlot()
    const first = await openTab()
    first.tab.unsaved = edits('one', 'two')
    first.kept.leave()
    const second = await openTab()
    second.kept.settle()
    expect(await found()).toEqual(edits('one', 'two'))
  })

  it('E12 holds what still waits, and is gone once everything is on disk', async () => {
    const { openTab, found } = await openSlot()
    const { tab, kept } = await openTab()
    const typed = edits('one', 'two')
    tab.unsaved = typed
    kept.leave()
    tab.unsaved = typed.map(({ channel, updates }) => ({ channel, updates: updates.slice(1) }))
    kept.settle()
    expect(await found()).toEqual(edits('two'))
    tab.unsaved = []
    kept.settle()
    expect(await found()).toEqual([])
  })

  it('E12 holds edits that were written anew in place of the old ones, never both', async () => {
    const { openTab, found } = await openSlot()
    const { tab, kept } = await openTab()
    tab.unsaved = edits('under an old client id')
    kept.leave()
    tab.unsaved = edits('written anew')
    kept.settle()
    expect(await found()).toEqual(edits('written anew'))
  })

  it('E12 is found under every slot, and each slot stays taken until what was left there is on disk', async () => {
    const { openTab, found, leave, released, slots } = await openSlot()
    await leave(1, 'one')
    await leave(2, 'two')
    expect(slots()).toEqual([1, 2])
    const { tab, kept } = await openTab({ others: [1, 2] })
    expect(kept.found.flatMap(({ updates }) => updates)).toEqual([utf8('one'), utf8('two')])
    kept.leave()
    expect([await found(0), await found(1), await found(2)]).toEqual([[], edits('one'), edits('two')])
    tab.unsaved = kept.found.slice(1)
    kept.settle()
    expect([released, slots()]).toEqual([[1], [2]])
    tab.unsaved = edits('two, written anew')
    kept.settle()
    expect([released, slots(), await found(0)]).toEqual([[1, 2], [0], edits('two, written anew')])
  })

  it('E12 is found under a slot whose tab went later', async () => {
    const { openTab, found, leave, free, released } = await openSlot()
    const { tab, kept } = await openTab()
    await leave(3, 'from a tab that led')
    tab.unsaved = kept.takeUp([await free(3)])
    expect(tab.unsaved).toEqual(edits('from a tab that led'))
    kept.settle()
    expect([await found(3), released]).toEqual([edits('from a tab that led'), []])
    tab.unsaved = []
    kept.settle()
    expect([await found(3), released]).toEqual([[], [3]])
  })

  it('E12 stays as it is when its tab is closed', async () => {
    const { openTab, found } = await openSlot()
    const { tab, kept } = await openTab()
    tab.unsaved = edits('not on disk')
    kept.leave()
    kept.close()
    tab.unsaved = []
    kept.settle()
    expect(await found()).toEqual(edits('not on disk'))
  })
})
