import type { Node } from 'prosemirror-model'
import * as Y from 'yjs'
import { fromBase64Url, toBase64Url } from '#lib/base/base64url'
import { sameBytes, toHex } from '#lib/base/bytes'
import type { Clock } from '#lib/base/clock'
import type { ChannelName, DocumentId, TagKey } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import { err, ok, type Result } from '#lib/base/result'
import { openSlice, type PageSlice } from '#lib/convert/page-slices'
import { listThreads } from '#lib/document/discussion'
import { readVersion, writeFirstBody, writeFirstMeta } from '#lib/document/first-structure'
import { addPage, listPages, restorePage, setTitle, titleOf, trashPage } from '#lib/document/workspace-index'
import type { AppendError, PageFiles } from '#lib/editor/page-files'
import { appendBody, bodyNode, isEmptyBody, writeBody } from '#lib/editor/shared-body'
import type { AppendFailure, HostClient, HostEvents } from '#lib/host/host-protocol'
import type { AwarenessBridge } from '#lib/presence/awareness-bridge'
import { bodyChannelName, discussionChannelName, indexChannelName } from '#lib/protocol/channel-name'
import { channelTag } from '#lib/protocol/derive'
import { schema } from '#lib/schema/schema'
import { type Backlink, findBacklinks } from '#lib/session/backlinks'
import type { ExportedPage } from '#lib/session/export-page'
import type { UnsavedEdits } from '#lib/session/last-words'
import { createOpenChannels, type UsedChannel } from '#lib/session/open-channels'
import { type DiscussionParts, type OpenDiscussion, openDiscussion } from '#lib/session/open-discussion'
import { createPageFilling } from '#lib/session/page-filling'
import { reenterIn } from '#lib/session/page-text'
import type { OpenPage, PageView } from '#lib/session/session-view'
import { showPage, whatIsMissing } from '#lib/session/show-page'
import { createWritingAnew, type WriteAnew } from '#lib/session/write-anew'
import type { ClientSlot } from '#lib/tabs/client-slots'
import type { TabEvent } from '#lib/tabs/tab-bus'

/** What becomes a page. */
export interface ImportedPage {
  /** One of {@link WorkspaceTab.newPageIds}. */
  readonly id: string
  readonly title: string
  /** At least one. */
  readonly slices: readonly PageSlice[]
  /** Where a link of the text leads from its page. */
  hrefOf(href: unknown): unknown
  /** Stops what is not written yet. */
  readonly signal: AbortSignal
  /** Another slice is written. */
  onWritten(): void
}

/** One workspace in this tab: its list of pages, and the page on screen. What only the leader knows comes by events. */
export interface WorkspaceTab {
  /** Reads the list of pages for the first time; `false` when nobody answers. What is taken meanwhile counts. */
  load(): Promise<boolean>
  pages(): readonly PageView[]
  trash(): readonly PageView[]
  /** What the role allowed when the list of pages was last read: a newcomer's log may have come later. */
  mayWrite(): boolean
  /** Edits of this tab that are not on disk. */
  pending(): number
  openPage(id: string): Promise<OpenPage | undefined>
  /** The comments on a page, to be closed after use. */
  openDiscussion(id: string, speaker: Pick<DiscussionParts, 'me' | 'mayRemoveAll'>): Promise<OpenDiscussion | undefined>
  /** Makes an empty page; resolves to its id. */
  createPage(): Promise<string | undefined>
  /** Ids for pages that are to be made; the first may be that of the page on screen, while nothing is written there. */
  newPageIds(count: number): Promise<readonly string[]>
  /**
   * Makes a page of an imported text, or fills the page on screen if it is that one and still empty. Resolves to the page's id
   * when it can be read; `filled` resolves when the rest is written, or was stopped.
   */
  importPage(content: ImportedPage): Promise<{ readonly id: string; readonly filled: Promise<void> } | undefined>
  trashPage(id: string): boolean
  restorePage(id: string): boolean
  renamePage(id: string, title: string): boolean
  /** What leaves with a page; `undefined` where it cannot be read. */
  exportPage(id: string): Promise<ExportedPage | undefined>
  /** The pages that mention this one. */
  backlinks(id: string): Promise<Result<readonly Backlink[], AppendFailure>>
  /** Writes what was set aside beside what counts. */
  readonly writeAnew: WriteAnew
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
  /** Another slot, for one edit. */
  takeSpareSlot(): Promise<ClientSlot | undefined>
  readonly files: PageFiles
  /** Sends nothing before the first edit by hand. */
  readonly held: boolean
  onChange(): void
  onTrouble(trouble: AppendFailure | undefined): void
  onFirstEdit(): void
}

const documentIdOf = (id: string): DocumentId | undefined => {
  const bytes = fromBase64Url(id)
  return bytes?.length === 16 ? (bytes as DocumentId) : undefined
}

/** Shows nothing before it is loaded. */
export function createWorkspaceTab(options: WorkspaceTabOptions): WorkspaceTab {
  const { host, clock, random } = options
  const bridges = new Map<string, AwarenessBridge>()
  let held = options.held
  let closed = false
  /** The page on screen. `announce` says again where this tab's person is, to a new leader. */
  let shown: { readonly id: DocumentId; announce(): void } | undefined
  /** How many pages were asked for: of two that are being opened, the later one is shown. */
  let asked = 0
  let listed: { pages: readonly PageView[]; trash: readonly PageView[] } = { pages: [], trash: [] }

  const keyOf = (name: ChannelName): string => toHex(channelTag(options.tagKey, name))
  const channels = createOpenChannels({
    ...options,
    onPending: () => host.reportPending(pending()),
    reenter: reenterIn,
  })
  const filling = createPageFilling({
    clock,
    onEnd() {
      host.reportPending(pending())
      options.onChange()
    },
  })
  const pending = (): number => channels.pending() + filling.unwritten()

  let index: UsedChannel | undefined
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

  /** Edits the index as this person; `false` where this person may not. */
  function editIndex(edit: (doc: Y.Doc) => void): boolean {
    if (!index || index.doc.readOnly()) return false
    const { doc: list } = index
    list.userEdit(() => {
      if (readVersion(list.doc()) === 'empty') writeFirstMeta(list.doc())
      edit(list.doc())
    })
    return true
  }
  /** Runs an edit by hand. */
  function byHand<T>(edit: () => T): T {
    const before = pending()
    const result = edit()
    if (pending() > before) letGo()
    return result
  }
  /** The first edit by hand takes along what waited for it. */
  function letGo(): void {
    if (!held) return
    held = false
    channels.letGo()
    options.onFirstEdit()
  }
  /** The page on screen, if it may be written in and nothing is written there. */
  async function useBlank() {
    const id = shown?.id
    const body =
      id && titleOf(index?.doc.doc() ?? new Y.Doc(), id)?.length === 0 && (await channels.use(bodyChannelName(id)))
    if (!id || !body) return undefined
    const inTrash = listed.trash.some((page) => page.id === toBase64Url(id))
    const isWritable = !inTrash && !body.doc.readOnly() && !whatIsMissing(body.doc.doc())
    if (isWritable && isEmptyBody(body.doc.doc())) return { id, body }
    body.release()
    return undefined
  }
  async function makePage(content?: ImportedPage) {
    const wanted = content && documentIdOf(content.id)
    const blank = wanted && shown && sameBytes(wanted, shown.id) ? await useBlank() : undefined
    const isTaken = !blank && index && wanted && titleOf(index.doc.doc(), wanted) !== undefined
    const id = blank?.id ?? (isTaken ? undefined : wanted) ?? (random.bytes(16) as DocumentId)
    const body = blank?.body ?? (await channels.use(bodyChannelName(id)))
    if (!body || body.doc.readOnly()) return undefined
    const [first] = content?.slices ?? []
    body.doc.userEdit(() => {
      if (!blank) writeFirstBody(body.doc.doc())
      if (first) writeBody(body.doc.doc(), openSlice(first, content?.hrefOf))
    })
    const added = editIndex((doc) => {
      if (!blank) addPage(doc, id, clock.now())
      if (content) setTitle(doc, id, content.title)
    })
    if (added) return { id: toBase64Url(id), body }
    body.release()
    return undefined
  }
  /** A struct says under which client id it was written; only the leader knows whose that is. */
  async function readThreads(name: ChannelName): Promise<ExportedPage['threads']> {
    const discussion = await channels.use(name)
    if (!discussion) return []
    const threads = listThreads(discussion.doc.doc())
    const authors = new Map(threads.length > 0 ? await host.authors(name) : [])
    discussion.release()
    return threads.map((thread) => ({
      ...thread,
      remarks: thread.remarks.map(({ client, ...remark }) => ({ ...remark, person: authors.get(client) })),
    }))
  }
  async function appendTo(id: string, block: Node): Promise<Result<undefined, AppendError>> {
    const document = documentIdOf(id)
    const body = document && (await channels.use(bodyChannelName(document)))
    if (!body) return err({ type: 'storage-failed' })
    const inTrash = listed.trash.some((page) => page.id === id)
    const mayWrite = !inTrash && !body.doc.readOnly() && !whatIsMissing(body.doc.doc())
    if (mayWrite) byHand(() => body.doc.userEdit(() => appendBody(body.doc.doc(), schema.node('doc', null, [block]))))
    body.release()
    return mayWrite ? ok(undefined) : err({ type: 'page-closed' })
  }
  const onPage = (id: string, edit: (doc: Y.Doc, page: DocumentId) => void): boolean => {
    const page = documentIdOf(id)
    const done = page !== undefined && editIndex((doc) => edit(doc, page))
    if (done) letGo()
    return done
  }

  return {
    async load() {
      index = await channels.use(indexChannelName)
      index?.onReplaced.add(watchIndex)
      if (index) watchIndex()
      return index !== undefined
    },
    pages: () => listed.pages,
    trash: () => listed.trash,
    mayWrite: () => [false, 'too-many-tabs'].includes(index?.doc.readOnly() ?? false),
    pending,
    async openPage(id) {
      const document = documentIdOf(id)
      const name = document && bodyChannelName(document)
      const order = ++asked
      const body = name && (await channels.use(name))
      if (!document || !name || !body || !index) return undefined
      const key = keyOf(name)
      const here = { id: document, announce: () => host.showPresence(name, undefined) }
      if (order === asked) {
        shown = here
        here.announce()
      }
      return showPage({
        id,
        document,
        body,
        index,
        files: options.files,
        isTrashed: () => listed.trash.some((trashed) => trashed.id === id),
        onCursor: (cursor) => host.showPresence(name, cursor),
        onBridge: (bridge) => void bridges.set(key, bridge),
        onReconnected() {
          if (shown === here) here.announce()
        },
        edit: byHand,
        append: (block) => appendTo(id, block),
        onClose(bridge) {
          if (bridges.get(key) === bridge) bridges.delete(key)
          if (shown !== here) return
          shown = undefined
          host.showPresence(undefined, undefined)
        },
      })
    },
    async openDiscussion(id, speaker) {
      const document = documentIdOf(id)
      const name = document && discussionChannelName(document)
      const channel = name && (await channels.use(name))
      return name && channel && openDiscussion({ name, channel, host, clock, edit: byHand, ...speaker })
    },
    async createPage() {
      const made = await makePage()
      made?.body.release()
      return made?.id
    },
    async newPageIds(count) {
      const blank = await useBlank()
      blank?.body.release()
      return Array.from({ length: count }, (_, at) =>
        toBase64Url(at === 0 && blank ? blank.id : (random.bytes(16) as DocumentId)),
      )
    },
    async importPage(content) {
      const made = await makePage(content)
      if (!made) return undefined
      letGo()
      const { id, body } = made
      const isUnwanted = () => closed || listed.trash.some((page) => page.id === id)
      return { id, filled: filling.fill({ ...content, slices: content.slices.slice(1), body, isUnwanted }) }
    },
    trashPage: (id) => onPage(id, (doc, page) => trashPage(doc, page, clock.now())),
    restorePage: (id) => onPage(id, restorePage),
    renamePage: (id, title) => onPage(id, (doc, page) => setTitle(doc, page, title)),
    async exportPage(id) {
      const page = documentIdOf(id)
      const body = page && (await channels.use(bodyChannelName(page)))
      if (!page || !body || !index) return undefined
      const title = titleOf(index.doc.doc(), page)?.toString() ?? ''
      const doc = bodyNode(body.doc.doc())
      body.release()
      return { title, doc, threads: await readThreads(discussionChannelName(page)) }
    },
    backlinks: (id) => findBacklinks({ host, channels }, listed.pages, id),
    writeAnew: createWritingAnew(options),
    take(event) {
      if (event.name === 'accepted') channels.find(event.payload.channel)?.take(event.payload.update)
      if (event.name === 'presence') bridges.get(event.payload.channel)?.show(event.payload.here)
      if (event.name === 'rebuilt') void channels.find(event.payload.channel)?.reload()
    },
    async reconcile() {
      await channels.reconcile()
      shown?.announce()
    },
    isHeld: () => held,
    unsaved: () => channels.unsaved(),
    adopt: (edits) => channels.adopt(edits),
    async flush() {
      await Promise.all([channels.flush(), filling.settled()])
    },
    close() {
      closed = true
      channels.close()
    },
  }
}
