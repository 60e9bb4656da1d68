import { describe, expect, it } from 'vitest'
import { fromBase64Url } from '#lib/base/base64url'
import { toHex } from '#lib/base/bytes'
import type { DocumentId, TagKey } from '#lib/base/ids'
import { err, ok } from '#lib/base/result'
import { encodeState } from '#lib/document/encode-state'
import { applyAccepted, createQuietDoc } from '#lib/document/quiet-doc'
import { bodyNode } from '#lib/editor/shared-body'
import type { HostClient } from '#lib/host/host-protocol'
import { bodyChannelName } from '#lib/protocol/channel-name'
import { channelTag } from '#lib/protocol/derive'
import { schema } from '#lib/schema/schema'
import type { OpenPage } from '#lib/session/session-view'
import { openWorkspaceTab } from '#lib/session/workspace-tab'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { createVirtualClock } from '#lib/testing/virtual-clock'

const tagKey = new Uint8Array(32).fill(7) as TagKey

/** A tab before a leader that keeps every channel in memory. */
async function openTab({ held = false } = {}) {
  const docs = new Map<string, ReturnType<typeof createQuietDoc>>()
  const leader = { clients: [101], cursors: [] as unknown[] }
  const docOf = (name: Uint8Array) => {
    const doc = docs.get(toHex(name)) ?? createQuietDoc()
    docs.set(toHex(name), doc)
    return doc
  }
  const host: HostClient = {
    open: async (name) => ({ state: encodeState(docOf(name)), clients: leader.clients, newerVersion: false }),
    async append(name, update) {
      applyAccepted(docOf(name), update)
      return ok(undefined)
    },
    run: async () => err({ type: 'nobody-leads' }),
    view: async () => undefined,
    reportPending() {},
    showPresence: (_, cursor) => void leader.cursors.push(cursor),
  }
  const clock = createVirtualClock()
  const options = { host, tagKey, clock, random: createSeededRandom(1), slot: 0, held }
  const tab = await openWorkspaceTab({ ...options, onChange() {}, onTrouble() {}, onFirstEdit() {} })
  const id = await tab?.createPage()
  const page = id && (await tab?.openPage(id))
  if (!tab || !id || !page) throw new Error('not opened')
  await clock.advance(500)
  const channel = toHex(channelTag(tagKey, bodyChannelName(fromBase64Url(id) as DocumentId)))
  return { tab, id, page, channel, leader, clock }
}

const imported = {
  title: 'Harbour',
  page: schema.node('doc', null, [schema.node('paragraph', null, [schema.text('Imported.')])]),
}

describe('a workspace in a tab', () => {
  it('keeps a page that was imported before anything was written', async () => {
    const { tab } = await openTab({ held: true })
    expect(tab.isHeld()).toBe(true)
    await tab.createPage(imported)
    await tab.flush()
    expect([tab.isHeld(), tab.pending()]).toEqual([false, 0])
  })

  it('puts what is imported into the page on screen while nothing is written there, else into a new one', async () => {
    const { tab, id, page } = await openTab()
    expect(await tab.createPage(imported)).toBe(id)
    expect(bodyNode(page.doc).textContent).toBe('Imported.')
    expect(tab.pages().map(({ title }) => title)).toEqual(['Harbour'])
    expect(await tab.createPage(imported)).not.toBe(id)
    expect(tab.pages()).toHaveLength(2)
  })

  it('E11 R7 gives a page that was built anew an awareness of its own', async () => {
    const { tab, page, channel, leader, clock } = await openTab()
    const fresh: OpenPage[] = []
    page.onReplaced = (next) => void fresh.push(next)
    leader.clients = [201]
    tab.take({ name: 'rebuilt', payload: { channel } })
    await clock.advance(500)
    const latest = fresh.at(-1)
    expect(latest?.awareness.doc).toBe(latest?.doc)
    expect(latest?.awareness.clientID).toBe(201)
    expect(latest?.awareness.getLocalState()).not.toBeNull()
  })

  it('resolves a flush when what was typed is on disk', async () => {
    const { tab, page } = await openTab()
    page.userEdit(() => page.title.insert(0, 'the last word'))
    expect(tab.pending()).toBeGreaterThan(0)
    await tab.flush()
    expect(tab.pending()).toBe(0)
  })
})
