import { describe, expect, it } from 'vitest'
import { encodeStateAsUpdate, XmlElement } from 'yjs'
import { fromBase64Url, toBase64Url } from '#lib/base/base64url'
import { toHex } from '#lib/base/bytes'
import type { ChannelName, DocumentId, TagKey } from '#lib/base/ids'
import { err, ok } from '#lib/base/result'
import { slicesOf } from '#lib/convert/page-slices'
import { encodeState } from '#lib/document/encode-state'
import { writeFirstBody } from '#lib/document/first-structure'
import { applyAccepted, createQuietDoc } from '#lib/document/quiet-doc'
import { addPage } from '#lib/document/workspace-index'
import { bodyNode } from '#lib/editor/shared-body'
import type { HostClient } from '#lib/host/host-protocol'
import { bodyChannelName, indexChannelName } from '#lib/protocol/channel-name'
import { channelTag } from '#lib/protocol/derive'
import { MAX_PAYLOAD_BYTES } from '#lib/protocol/limits'
import { schema } from '#lib/schema/schema'
import type { OpenPage } from '#lib/session/session-view'
import { createWorkspaceTab, type ImportedPage, type WorkspaceTab } from '#lib/session/workspace-tab'
import { createFakeFiles } from '#lib/testing/fake-files'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { createVirtualClock } from '#lib/testing/virtual-clock'

const tagKey = new Uint8Array(32).fill(7) as TagKey

/** A tab before a leader that keeps every channel in memory, not loaded yet. */
function startTab({ held = false } = {}) {
  const docs = new Map<string, ReturnType<typeof createQuietDoc>>()
  const leader = {
    clients: [101],
    cursors: [] as unknown[],
    answers: true,
    here: '',
    opening: Promise.resolve(),
    /** Its answers are under way until then. */
    delivery: Promise.resolve(),
  }
  const appended: Uint8Array[] = []
  const docOf = (name: Uint8Array) => {
    const doc = docs.get(toHex(name)) ?? createQuietDoc()
    docs.set(toHex(name), doc)
    return doc
  }
  const host: HostClient = {
    async open(name) {
      await leader.opening
      const state = encodeState(docOf(name))
      await leader.delivery
      return leader.answers ? { state, clients: leader.clients, newerVersion: false } : undefined
    },
    async append(name, update) {
      appended.push(update)
      applyAccepted(docOf(name), update)
      return ok(undefined)
    },
    authors: async () => [],
    run: async () => err({ type: 'nobody-leads' }),
    view: async () => undefined,
    reportPending() {},
    showPresence(name, cursor) {
      leader.cursors.push(cursor)
      leader.here = name ? toHex(name) : ''
    },
  }
  const clock = createVirtualClock()
  const options = { host, tagKey, clock, random: createSeededRandom(1), slot: 0, held, files: createFakeFiles() }
  const tab = createWorkspaceTab({
    ...options,
    onChange() {},
    onTrouble() {},
    onFirstEdit() {},
    takeSpareSlot: async () => undefined,
  })
  return { tab, leader, clock, appended, docOf }
}

/** A tab with a page of its own on screen. */
async function openTab({ held = false } = {}) {
  const { tab, ...parts } = startTab({ held })
  await tab.load()
  const id = await tab.createPage()
  const page = id && (await tab.openPage(id))
  if (!id || !page) throw new Error('not opened')
  await parts.clock.advance(500)
  const channel = toHex(channelTag(tagKey, bodyChannelName(fromBase64Url(id) as DocumentId)))
  return { tab, id, page, channel, ...parts }
}

/** What somebody else's new page begins with. */
function foreignBody(): Uint8Array {
  const doc = createQuietDoc()
  writeFirstBody(doc)
  return encodeStateAsUpdate(doc)
}

const pageOf = (blocks: readonly string[]) =>
  schema.node(
    'doc',
    null,
    blocks.map((text) => schema.node('paragraph', null, [schema.text(text)])),
  )

/** A text to import, and how much of it was written. */
function importOf(title: string, blocks: readonly string[]) {
  const stop = new AbortController()
  const told = { written: 0 }
  const content = {
    title,
    slices: slicesOf(pageOf(blocks), 50_000),
    signal: stop.signal,
    hrefOf: (href: unknown) => href,
    onWritten: () => void told.written++,
  }
  return { content, stop, told }
}
const imported = importOf('Harbour', ['Imported.']).content

async function bringIn(tab: WorkspaceTab, content: Omit<ImportedPage, 'id'>) {
  const [id = ''] = await tab.newPageIds(1)
  return tab.importPage({ ...content, id })
}

describe('a workspace in a tab', () => {
  it('F1 writes a block on a page that was left, and none on one in the trash', async () => {
    const { tab, id, page, clock, docOf } = await openTab()
    const block = schema.node('paragraph', null, schema.text('late'))
    page.close()
    expect(await page.append(block)).toEqual(ok(undefined))
    await clock.advance(500)
    expect(bodyNode(docOf(bodyChannelName(fromBase64Url(id) as DocumentId))).lastChild?.textContent).toBe('late')
    tab.trashPage(id)
    expect(await page.append(block)).toEqual(err({ type: 'page-closed' }))
  })

  it('F1 says of a block that its page could not be opened, where that is why it was not written', async () => {
    const { page, leader } = await openTab()
    page.close()
    leader.answers = false
    const block = schema.node('paragraph', null, schema.text('late'))
    expect(await page.append(block)).toEqual(err({ type: 'storage-failed' }))
  })

  it('keeps a page that was imported before anything was written', async () => {
    const { tab } = await openTab({ held: true })
    expect(tab.isHeld()).toBe(true)
    await bringIn(tab, imported)
    await tab.flush()
    expect([tab.isHeld(), tab.pending()]).toEqual([false, 0])
  })

  it('puts what is imported into the page on screen while nothing is written there, else into a new one', async () => {
    const { tab, id, page } = await openTab()
    expect((await bringIn(tab, imported))?.id).toBe(id)
    expect(bodyNode(page.doc).textContent).toBe('Imported.')
    expect(tab.pages().map(({ title }) => title)).toEqual(['Harbour'])
    expect((await bringIn(tab, imported))?.id).not.toBe(id)
    expect(tab.pages()).toHaveLength(2)
  })

  it('gives ids to pages before they are made, and never writes into a page that came to be meanwhile', async () => {
    const { tab, id, page } = await openTab()
    const ids = await tab.newPageIds(3)
    expect(ids[0]).toBe(id)
    expect(new Set(ids).size).toBe(3)
    page.userEdit(() =>
      page.doc.getXmlFragment('body').insert(0, [new XmlElement('paragraph'), new XmlElement('paragraph')]),
    )
    const links = importOf('Links', ['Next']).content
    const made = await tab.importPage({ ...links, id, hrefOf: (href) => href })
    expect(made?.id).not.toBe(id)
    expect((await tab.importPage({ ...links, id: ids[1] ?? '' }))?.id).toBe(ids[1])
    expect(tab.pages()).toHaveLength(3)
  })

  describe('with a page that others made', () => {
    const document = new Uint8Array(16).fill(9) as DocumentId
    const foreign = { id: toBase64Url(document), name: bodyChannelName(document) }
    const accepted = { channel: toHex(channelTag(tagKey, foreign.name)), update: foreignBody() }

    it('E12 shows what was committed while it read the channel', async () => {
      const { tab, leader } = await openTab()
      let deliver = () => {}
      leader.delivery = new Promise((resolve) => (deliver = resolve))
      const opening = tab.openPage(foreign.id)
      await Promise.resolve()
      tab.take({ name: 'accepted', payload: accepted })
      deliver()
      expect((await opening)?.doc.getXmlFragment('body').length).toBe(1)
    })

    it('E12 lists what was committed while it read the list', async () => {
      const { tab, leader } = startTab()
      let deliver = () => {}
      leader.delivery = new Promise((resolve) => (deliver = resolve))
      const loading = tab.load()
      await Promise.resolve()
      const index = createQuietDoc()
      addPage(index, document, 0)
      const payload = { channel: toHex(channelTag(tagKey, indexChannelName)), update: encodeStateAsUpdate(index) }
      tab.take({ name: 'accepted', payload })
      deliver()
      expect(await loading).toBe(true)
      expect(tab.pages().map(({ id }) => id)).toEqual([foreign.id])
    })

    it('reads a channel once for all who ask at once', async () => {
      const { tab } = await openTab()
      const [one, other] = await Promise.all([tab.openPage(foreign.id), tab.openPage(foreign.id)])
      expect(one?.doc).toBe(other?.doc)
    })

    it('lets nobody write on a page of which nothing came yet: it would begin twice', async () => {
      const { tab } = await openTab()
      const page = await tab.openPage(foreign.id)
      expect(page?.readOnly).toBe('arriving')
      const replaced: OpenPage[] = []
      if (page) page.onReplaced = (fresh) => replaced.push(fresh)
      tab.take({ name: 'accepted', payload: accepted })
      expect(replaced.map(({ readOnly }) => readOnly)).toEqual([false])
    })

    it('D14 shows a page of a newer schema and lets nobody write on it', async () => {
      const { tab, docOf } = await openTab()
      docOf(foreign.name).getMap('meta').set('schema', 1000)
      expect((await tab.openPage(foreign.id))?.readOnly).toBe('newer-version')
    })
  })

  describe('with a long text to import', () => {
    const blocks = Array.from({ length: 2000 }, (_, i) => `p${i} ${'word '.repeat(20)}`.trim())
    const shownBlocks = (doc: OpenPage['doc']) => bodyNode(doc).content.content.map(({ textContent }) => textContent)

    it('E7 writes it in changes that each fit one entry, and counts what is not written yet', async () => {
      const { tab, page, appended, clock } = await openTab()
      await bringIn(tab, importOf('Long', blocks).content)
      expect(tab.pending()).toBeGreaterThan(2)
      await clock.advance(1000)
      expect(tab.pending()).toBe(0)
      expect(shownBlocks(page.doc)).toEqual(blocks)
      expect(Math.max(...appended.map(({ length }) => length))).toBeLessThan(MAX_PAYLOAD_BYTES)
    })

    it('leaves alone what is typed into the page meanwhile', async () => {
      const { tab, page, clock } = await openTab()
      await bringIn(tab, importOf('Long', blocks).content)
      page.userEdit(() => page.doc.getXmlFragment('body').insert(0, [new XmlElement('paragraph')]))
      await clock.advance(1000)
      expect(shownBlocks(page.doc)).toEqual(['', ...blocks])
    })

    it('keeps what was written before it was stopped, and says when it has ended', async () => {
      const { tab, page, clock } = await openTab()
      const { content, stop, told } = importOf('Long', blocks)
      const made = await bringIn(tab, {
        ...content,
        onWritten() {
          content.onWritten()
          stop.abort()
        },
      })
      await clock.advance(1000)
      await made?.filled
      expect([told.written, tab.pending()]).toEqual([1, 0])
      const shown = shownBlocks(page.doc)
      expect(shown).toEqual(blocks.slice(0, shown.length))
      expect(shown.length).toBeGreaterThan(500)
      expect(shown.length).toBeLessThan(blocks.length)
    })

    it('stops when the page goes to the trash', async () => {
      const { tab, id, page, clock } = await openTab()
      await bringIn(tab, importOf('Long', blocks).content)
      tab.trashPage(id)
      await clock.advance(1000)
      expect(tab.pending()).toBe(0)
      expect(shownBlocks(page.doc).length).toBeLessThan(blocks.length)
    })
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

  it('E12 counts last words as waiting while their page cannot be read, and hands them over when it can', async () => {
    const { tab, leader, clock, appended } = await openTab()
    const words = createQuietDoc()
    words.clientID = 101
    words.getXmlFragment('body').insert(0, [new XmlElement('paragraph')])
    const updates = [encodeStateAsUpdate(words)]
    const edits = [{ channel: bodyChannelName(new Uint8Array(16) as DocumentId) as ChannelName, updates }]
    leader.answers = false
    const before = appended.length
    const adopting = tab.adopt(edits)
    await clock.advance(5000)
    await adopting
    expect([tab.pending(), tab.unsaved().find(({ updates }) => updates.length > 0)]).toEqual([1, edits[0]])
    leader.answers = true
    await tab.reconcile()
    await clock.advance(500)
    expect([tab.pending(), appended.length - before]).toEqual([0, 1])
  })

  it('R7 shows its person on the page that was opened last, even if one before takes longer to open', async () => {
    const { tab, id, page, leader, clock } = await openTab()
    page.close()
    const other = (await tab.createPage()) ?? ''
    await clock.advance(500)
    let arrive = () => {}
    leader.opening = new Promise((resolve) => (arrive = resolve))
    const slow = tab.openPage(id)
    leader.opening = Promise.resolve()
    await tab.openPage(other)
    const here = toHex(bodyChannelName(fromBase64Url(other) as DocumentId))
    expect(leader.here).toBe(here)
    arrive()
    const abandoned = await slow
    expect(leader.here).toBe(here)
    abandoned?.close()
    expect(leader.here).toBe(here)
  })

  it('resolves a flush when what was typed is on disk', async () => {
    const { tab, page } = await openTab()
    page.userEdit(() => page.title.insert(0, 'the last word'))
    expect(tab.pending()).toBeGreaterThan(0)
    await tab.flush()
    expect(tab.pending()).toBe(0)
  })
})
