import type { Node } from 'prosemirror-model'
import { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { fromBase64Url, toBase64Url } from '#lib/base/base64url'
import { toHex } from '#lib/base/bytes'
import type { Clock } from '#lib/base/clock'
import type { ChannelName, DocumentId, TagKey } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import { readVersion, writeFirstBody, writeFirstMeta } from '#lib/document/first-structure'
import { addPage, listPages, restorePage, setTitle, titleOf, trashPage } from '#lib/document/workspace-index'
import { appendBody, isEmptyBody, slicesOf, writeBody } from '#lib/editor/shared-body'
import type { AppendFailure, HostClient, HostEvents } from '#lib/host/host-protocol'
import { type AwarenessBridge, createAwarenessBridge } from '#lib/presence/awareness-bridge'
import { bodyChannelName, indexChannelName } from '#lib/protocol/channel-name'
import { channelTag } from '#lib/protocol/derive'
import { type ChannelDoc, openChannelDoc } from '#lib/session/channel-doc'
import type { UnsavedEdits } from '#lib/session/last-words'
import { markdownFromBody, reenterBody, reenterIndex } from '#lib/session/page-text'
import type { OpenPage, PageView } from '#lib/session/session-view'
import type { TabEvent } from '#lib/tabs/tab-bus'

/** What an imported page starts with. */
export interface PageContent {
  readonly title: string
  readonly page: Node
}

/** One workspace in this tab: its list of pages, and the page on screen. What only the leader knows comes by events. */
export interface WorkspaceTab {
  pages(): readonly PageView[]
  trash(): readonly PageView[]
  /** What the role allowed when the list of pages was last read: a newcomer's log may have come later. */
  mayWrite(): boolean
  /** Edits of this tab that are not on disk. */
  pending(): number
  openPage(id: string): Promise<OpenPage | undefined>
  /** Makes a page; `content` goes into the page on screen as long as nothing is written there. Resolves to the page's id. */
  createPage(content?: PageContent): Promise<string | undefined>
  trashPage(id: string): boolean
  restorePage(id: string): boolean
  renamePage(id: string, title: string): boolean
  /** Title and body as Markdown. */
  exportPage(id: string): Promise<{ readonly title: string; readonly text: string } | undefined>
  take(event: TabEvent<HostEvents>): void
  /** The leader changed: everything open catches up, what waits is handed over again. */
  reconcile(): Promise<void>
  /** Nothing was written by hand yet: what a new workspace starts with waits for the first edit. */
  isHeld(): boolean
  /** Hands over what waits; resolves when that was tried once. */
  flush(): Promise<void>
  /** What is typed and not on disk, by channel. */
  unsaved(): readonly UnsavedEdits[]
  /** Takes up what earlier tabs left: from this call on it counts as waiting here, also while its channel cannot be read. */
  adopt(edits: readonly UnsavedEdits[]): Promise<void>
  close(): void
}

export interface WorkspaceTabOptions {
  readonly host: HostClient
  readonly tagKey: TagKey
  readonly clock: Clock
  readonly random: Random
  readonly slot: number | undefined
  /** Sends nothing before the first edit by hand. */
  readonly held: boolean
  onChange(): void
  onTrouble(trouble: AppendFailure | undefined): void
  onFirstEdit(): void
}

/** Characters of an imported text that become one change. */
const SLICE_LENGTH = 50_000

const documentIdOf = (id: string): DocumentId | undefined => {
  const bytes = fromBase64Url(id)
  return bytes?.length === 16 ? (bytes as DocumentId) : undefined
}

export async function openWorkspaceTab(options: WorkspaceTabOptions): Promise<WorkspaceTab | undefined> {
  const { host, clock, random } = options
  const open = new Map<
    string,
    { name: ChannelName; doc: ChannelDoc; users: number; replaced: Set<() => void>; pending: number }
  >()
  /** What earlier tabs left in channels that are not read yet, by their tags. */
  const left = new Map<string, UnsavedEdits>()
  const bridges = new Map<string, AwarenessBridge>()
  let held = options.held
  let closed = false
  /** Slices of imported texts that are not in their pages yet. */
  let unwritten = 0
  const filling = new Set<Promise<void>>()
  /** The page on screen. `announce` says again where this tab's person is, to a new leader. */
  let shown: { readonly id: DocumentId; announce(): void } | undefined
  let listed: { pages: readonly PageView[]; trash: readonly PageView[] } = { pages: [], trash: [] }

  const channelKey = (name: ChannelName): string => toHex(channelTag(options.tagKey, name))
  const pending = (): number =>
    [...open.values()].reduce((sum, channel) => sum + channel.pending, unwritten) +
    [...left.values()].reduce((sum, { updates }) => sum + updates.length, 0)

  /** A channel that nobody uses stays until its edits are on disk. */
  function closeIfDone(key: string): void {
    const channel = open.get(key)
    if (!channel || channel.users > 0 || channel.pending > 0) return
    open.delete(key)
    channel.doc.close()
  }

  /** The tab's document of a channel, shared by all who use it here; `release` when done. */
  async function use(
    name: ChannelName,
  ): Promise<{ doc: ChannelDoc; onReplaced: Set<() => void>; release(): void } | undefined> {
    const key = channelKey(name)
    let channel = open.get(key)
    if (!channel) {
      const replaced = new Set<() => void>()
      const doc = await openChannelDoc({
        name,
        host,
        clock,
        slot: options.slot,
        held,
        onPending(count) {
          const entry = open.get(key)
          if (entry) entry.pending = count
          closeIfDone(key)
          host.reportPending(pending())
        },
        onReplaced: () => {
          for (const listener of [...replaced]) listener()
        },
        onTrouble: options.onTrouble,
        reenter: key === channelKey(indexChannelName) ? reenterIndex : reenterBody,
      })
      if (!doc) return undefined
      channel = open.get(key) ?? { name, doc, users: 0, replaced, pending: doc.pending() }
      open.set(key, channel)
    }
    const used = channel
    used.users++
    const words = left.get(key)
    left.delete(key)
    if (words) await used.doc.adopt(words.updates)
    return {
      doc: used.doc,
      onReplaced: used.replaced,
      release() {
        used.users--
        void used.doc.flush()
        closeIfDone(key)
      },
    }
  }

  const index = await use(indexChannelName)
  if (!index) return undefined
  const pageView = (page: ReturnType<typeof listPages>['pages'][number]): PageView => ({
    id: page.key,
    title: page.title,
    createdAt: page.createdAt,
  })
  function list(): void {
    const { pages, trash } = listPages(index?.doc.doc() ?? new Y.Doc())
    listed = { pages: pages.map(pageView), trash: trash.map(pageView) }
    options.onChange()
  }
  function watchIndex(): void {
    index?.doc.doc().on('afterTransaction', list)
    list()
  }
  index.onReplaced.add(watchIndex)
  watchIndex()

  /** Edits the index as this person; `false` where this person may not. */
  function editIndex(edit: (doc: Y.Doc) => void): boolean {
    if (!index || index.doc.readOnly()) return false
    index.doc.userEdit(() => {
      if (readVersion(index.doc.doc()) === 'empty') writeFirstMeta(index.doc.doc())
      edit(index.doc.doc())
    })
    return true
  }
  /** The first edit by hand takes along what waited for it. */
  function letGo(): void {
    if (!held) return
    held = false
    for (const channel of open.values()) channel.doc.letGo()
    options.onFirstEdit()
  }
  /** The page on screen, if it may be written in and nothing is written there. */
  async function useBlank() {
    const id = shown?.id
    const body = id && titleOf(index?.doc.doc() ?? new Y.Doc(), id)?.length === 0 && (await use(bodyChannelName(id)))
    if (!id || !body) return undefined
    const inTrash = listed.trash.some((page) => page.id === toBase64Url(id))
    if (!inTrash && !body.doc.readOnly() && isEmptyBody(body.doc.doc())) return { id, body }
    body.release()
    return undefined
  }
  /**
   * Writes the rest of a long text, each slice when the one before is on disk: keys get their turn in between, and no
   * change outgrows what one entry may hold (E7). Ends early when the page goes to the trash.
   */
  async function fill(page: string, body: ChannelDoc, slices: readonly Node[]): Promise<void> {
    const isUnwanted = () => closed || body.readOnly() || listed.trash.some(({ id }) => id === page)
    unwritten += slices.length
    for (const [i, slice] of slices.entries()) {
      await body.flush()
      await new Promise<void>((resolve) => clock.after(0, resolve))
      if (isUnwanted()) {
        unwritten -= slices.length - i
        break
      }
      unwritten--
      body.userEdit(() => appendBody(body.doc(), slice))
    }
    await body.flush()
    host.reportPending(pending())
    options.onChange()
  }
  async function takeUpLeft(): Promise<void> {
    await Promise.all([...left.values()].map(async ({ channel }) => (await use(channel))?.release()))
  }
  const onPage = (id: string, edit: (doc: Y.Doc, page: DocumentId) => void): boolean => {
    const page = documentIdOf(id)
    const done = page !== undefined && editIndex((doc) => edit(doc, page))
    if (done) letGo()
    return done
  }

  return {
    pages: () => listed.pages,
    trash: () => listed.trash,
    mayWrite: () => index.doc.readOnly() !== 'role',
    pending,
    async openPage(id) {
      const page = documentIdOf(id)
      const name = page && bodyChannelName(page)
      const body = name && (await use(name))
      if (!page || !name || !body || !index) return undefined
      const key = channelKey(name)
      /** A document that is replaced takes its awareness with it. */
      const connect = () => {
        const awareness = new Awareness(body.doc.doc())
        const bridge = createAwarenessBridge(awareness, (cursor) => host.showPresence(name, cursor))
        bridges.set(key, bridge)
        const close = () => {
          if (bridges.get(key) === bridge) bridges.delete(key)
          bridge.close()
          awareness.destroy()
        }
        return { awareness, close }
      }
      let presence = connect()
      const isStale = () => presence.awareness.doc !== body.doc.doc()
      const here = { id: page, announce: () => host.showPresence(name, undefined) }
      shown = here
      here.announce()
      let current: OpenPage
      const build = (): OpenPage => ({
        id,
        doc: body.doc.doc(),
        awareness: presence.awareness,
        title: titleOf(index.doc.doc(), page) ?? new Y.Doc().getText('title'),
        readOnly: body.doc.readOnly() || (listed.trash.some((trashed) => trashed.id === id) ? 'trashed' : false),
        userEdit(edit) {
          const before = pending()
          const result = body.doc.userEdit(() => index.doc.userEdit(edit))
          if (pending() > before) letGo()
          return result
        },
        flush() {
          void body.doc.flush()
          void index.doc.flush()
        },
        onReplaced: undefined,
        close() {
          body.onReplaced.delete(replace)
          index.onReplaced.delete(replace)
          if (shown === here) {
            shown = undefined
            host.showPresence(undefined, undefined)
          }
          presence.close()
          body.release()
        },
      })
      function replace(): void {
        const before = current
        const stale = isStale() ? presence : undefined
        if (stale) presence = connect()
        current = build()
        current.onReplaced = before.onReplaced
        before.onReplaced?.(current)
        stale?.close()
        if (stale && shown === here) here.announce()
      }
      body.onReplaced.add(replace)
      index.onReplaced.add(replace)
      current = build()
      return current
    },
    async createPage(content) {
      const blank = content && (await useBlank())
      const id = blank?.id ?? (random.bytes(16) as DocumentId)
      const body = blank?.body ?? (await use(bodyChannelName(id)))
      if (!body || body.doc.readOnly()) return undefined
      const [first, ...rest] = content ? slicesOf(content.page, SLICE_LENGTH) : []
      body.doc.userEdit(() => {
        if (!blank) writeFirstBody(body.doc.doc())
        if (first) writeBody(body.doc.doc(), first)
      })
      const added = editIndex((doc) => {
        if (!blank) addPage(doc, id, clock.now())
        if (content) setTitle(doc, id, content.title)
      })
      if (content) letGo()
      const filled = fill(toBase64Url(id), body.doc, rest).finally(() => {
        filling.delete(filled)
        body.release()
      })
      filling.add(filled)
      return added ? toBase64Url(id) : undefined
    },
    trashPage: (id) => onPage(id, (doc, page) => trashPage(doc, page, clock.now())),
    restorePage: (id) => onPage(id, restorePage),
    renamePage: (id, title) => onPage(id, (doc, page) => setTitle(doc, page, title)),
    async exportPage(id) {
      const page = documentIdOf(id)
      const body = page && (await use(bodyChannelName(page)))
      if (!page || !body || !index) return undefined
      const title = titleOf(index.doc.doc(), page)?.toString() ?? ''
      const text = await markdownFromBody(body.doc.doc(), title)
      body.release()
      return { title, text }
    },
    take(event) {
      if (event.name === 'accepted') open.get(event.payload.channel)?.doc.take(event.payload.update)
      if (event.name === 'presence') bridges.get(event.payload.channel)?.show(event.payload.here)
      if (event.name === 'rebuilt') void open.get(event.payload.channel)?.doc.reload()
    },
    async reconcile() {
      await Promise.all([...open.values()].map((channel) => channel.doc.reconcile()))
      await takeUpLeft()
      shown?.announce()
    },
    isHeld: () => held,
    unsaved: () => [
      ...left.values(),
      ...[...open.values()].map(({ name, doc }) => ({ channel: name, updates: doc.unsaved() })),
    ],
    adopt(edits) {
      for (const { channel, updates } of edits) {
        const key = channelKey(channel)
        left.set(key, { channel, updates: [...(left.get(key)?.updates ?? []), ...updates] })
      }
      return takeUpLeft()
    },
    async flush() {
      await Promise.all([...[...open.values()].map((channel) => channel.doc.flush()), ...filling])
    },
    close() {
      closed = true
      for (const channel of open.values()) channel.doc.close()
      open.clear()
    },
  }
}
