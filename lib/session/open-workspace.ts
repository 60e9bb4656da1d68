import { toBase64Url } from '#lib/base/base64url'
import { sameBytes, toHex } from '#lib/base/bytes'
import type { WorkspaceId } from '#lib/base/ids'
import { keepEqual } from '#lib/base/keep-equal'
import type { Result } from '#lib/base/result'
import { err, ok } from '#lib/base/result'
import { readInWorker } from '#lib/convert/read-in-worker'
import type { PageFiles } from '#lib/editor/page-files'
import type { Platform } from '#lib/host/browser-platform'
import { foundWorkspace } from '#lib/host/found-workspace'
import type { AppendFailure, CommandReply, HostClient, HostCommand, HostView } from '#lib/host/host-protocol'
import { draftView } from '#lib/host/host-view'
import type { Places } from '#lib/host/places'
import { createWorkspaceHost } from '#lib/host/workspace-host'
import { openWorkspaceRoad, type RoadFailure, type WorkspaceRoad } from '#lib/host/workspace-road'
import { entryKind } from '#lib/protocol/entry-kind'
import { createDraftClient } from '#lib/session/draft-client'
import { createForeignTabNotice } from '#lib/session/foreign-tab'
import { createImports, type Imports } from '#lib/session/imports'
import type { InertParser } from '#lib/session/inert-parser'
import type { OpenDiscussion } from '#lib/session/open-discussion'
import { pageFragment } from '#lib/session/page-address'
import { createPageFiles } from '#lib/session/page-files'
import { createPagesOfChannels } from '#lib/session/pages-of-channels'
import type { OpenPage, WorkspaceView } from '#lib/session/session-view'
import { openWordsOfGoneTabs, type WordsOfGoneTabs } from '#lib/session/words-of-gone-tabs'
import { createWorkspaceTab, type WorkspaceTab } from '#lib/session/workspace-tab'
import { showTabLife, takeClientSlot, takeSpareSlot } from '#lib/tabs/client-slots'
import type { Profile } from '#lib/vault/profile'
import type { Vault } from '#lib/vault/vault'
import type { WorkspaceKeys } from '#lib/vault/workspace-keys'
import { decodeOperation } from '#lib/workspace/operation-format'

/** The workspace on screen. */
export interface OpenWorkspace {
  /** base64url. */
  readonly id: string
  readonly tab: WorkspaceTab
  isDraft(): boolean
  view(): WorkspaceView
  openPage(pageId: string | 'last'): Promise<OpenPage | undefined>
  openDiscussion(pageId: string): Promise<OpenDiscussion | undefined>
  readonly imports: Imports
  readonly files: PageFiles
  command(command: HostCommand): Promise<Result<CommandReply, AppendFailure>>
  /** Hands over what waits, and leaves it for the next tab in case this one has no time. */
  flush(): void
  close(): Promise<void>
}

export interface WorkspaceParts {
  readonly vault: Vault
  readonly places: Promise<Places>
  readonly platform: Platform
  profile(): Profile | undefined
  onChange(): void
  /** The profile changed on disk. */
  onProfile(): Promise<void>
  readonly parseHtml: InertParser
}

/** A workspace of this profile; the error's `type` says why its keys or its tab cannot be had, as `obstacleOf` reads it. */
export async function openKnown(parts: WorkspaceParts, id: WorkspaceId): Promise<Result<OpenWorkspace, RoadFailure>> {
  const keys = await parts.vault.loadWorkspaceKeys(id)
  if (!keys.ok) return keys
  if (!keys.value) return err({ type: 'keys-missing' })
  return open(parts, keys.value, openRoad(parts, keys.value))
}

/** A new workspace that exists in memory only, until its first edit (product.md: nothing is created before). */
export async function openDraft(parts: WorkspaceParts): Promise<Result<OpenWorkspace, RoadFailure>> {
  const keys = await foundWorkspace(parts.platform, await parts.vault.createFounderKeys())
  return open(parts, keys, undefined)
}

/** The road to whichever tab leads that workspace; this one, where none does. */
export function openRoad(
  { vault, places, platform, profile, onProfile }: WorkspaceParts,
  keys: WorkspaceKeys,
): WorkspaceRoad {
  return openWorkspaceRoad({
    workspace: toHex(keys.workspaceId),
    tab: platform.tab,
    platform: platform.tabs,
    clock: platform.clock,
    async startHost(emit) {
      // A tab that opened earlier may know keys that this device has replaced since (E2).
      const newest = await vault.loadWorkspaceKeys(keys.workspaceId)
      return createWorkspaceHost({
        ...{ vault, places, platform, ownName: profile()?.name ?? '', emit, onProfile },
        keys: (newest.ok && newest.value) || keys,
      })
    },
  })
}

/** A draft where no road is known. */
async function open(
  parts: WorkspaceParts,
  keys: WorkspaceKeys,
  known: WorkspaceRoad | undefined,
): Promise<Result<OpenWorkspace, RoadFailure>> {
  const { platform } = parts
  const isDraft = known === undefined
  const id = toBase64Url(keys.workspaceId)
  const key = toHex(keys.workspaceId)
  const slot = await takeClientSlot(platform.tabs.locks, key)
  const stopShowing = await showTabLife(platform.tabs.locks, key, platform.tab)
  let hostView: HostView = draftView(parts.profile()?.name ?? '')
  let view: WorkspaceView | undefined
  let isViewStale = true
  let trouble: AppendFailure | undefined
  let tab: WorkspaceTab | undefined
  let kept: WordsOfGoneTabs | undefined
  /** What the role allowed when that was last told. */
  let followed: string | undefined
  let isLoaded = false
  const waiting = new Set<() => void>()
  const foreignTab = createForeignTabNotice(changed)

  function listen(to: WorkspaceRoad): void {
    to.onEvent = (event) => {
      if (event.name === 'view') setHostView(event.payload)
      else tab?.take(event)
    }
    to.onForeignVersion = foreignTab.heard
    to.onLeader = () => {
      void to.view().then((latest) => latest && setHostView(latest))
      void tab?.reconcile()
      // The one that led may be gone, in the middle of a word.
      kept?.lookAgain()
    }
  }

  function setHostView(latest: HostView): void {
    hostView = latest
    if (tab && isLoaded) follow(tab, latest)
    changed()
  }

  /**
   * Once for each change, whatever the list of pages says: that may have been read anew already, and the page on screen not.
   * The first time only where they disagree; an index that a newer version wrote stays as it is.
   */
  function follow(to: WorkspaceTab, { canWrite, canComment }: HostView): void {
    const latest = `${canWrite} ${canComment}`
    const isFirst = followed === undefined
    if (isFirst ? to.mayWrite() !== canWrite : followed !== latest) void to.reconcile()
    followed = latest
  }

  function changed(): void {
    isViewStale = true
    for (const look of [...waiting]) look()
    parts.onChange()
  }

  /** Resolves with the first page that arrives: a newcomer's list is empty until the index came. */
  const firstArrival = (of: WorkspaceTab): Promise<string> =>
    new Promise((resolve) => {
      const look = () => {
        const [first] = of.pages()
        if (!first) return
        waiting.delete(look)
        resolve(first.id)
      }
      waiting.add(look)
      look()
    })

  const client = createDraftClient({
    ...{ vault: parts.vault, keys, known, openRoad: () => openRoad(parts, keys) },
    async onFounded(road) {
      listen(road)
      await parts.onProfile()
      changed()
    },
  })

  async function leave(): Promise<void> {
    stopShowing()
    slot?.release()
    await client.road()?.close()
  }

  const host: HostClient = {
    ...client,
    reportPending(count) {
      kept?.settle()
      client.reportPending(count)
    },
  }
  if (known) listen(known)
  const files = createPageFiles({ host, crypto: platform.crypto, random: platform.random, clock: platform.clock })
  tab = createWorkspaceTab({
    host,
    tagKey: keys.tagKey,
    clock: platform.clock,
    random: platform.random,
    slot: slot?.slot,
    takeSpareSlot: () => takeSpareSlot(platform.tabs.locks, key),
    files,
    held: isDraft,
    onChange: changed,
    onTrouble(latest) {
      if (latest?.type === trouble?.type) return
      trouble = latest
      changed()
    },
    onFirstEdit: changed,
  })
  isLoaded = await tab.load()
  if (!isLoaded) {
    await leave()
    return err(client.road()?.failure() ?? { type: 'host-failed' })
  }
  const opened = tab
  const imports = createImports({
    read: readInWorker,
    async readHtml(page, surroundings) {
      const { readHtml } = await import('#lib/convert/html-page')
      return readHtml(page, { parse: parts.parseHtml, ...surroundings })
    },
    files,
    clock: platform.clock,
    tab: opened,
    addressOf: (page) => pageFragment(id, page),
    onChange: changed,
  })
  const pagesOf = createPagesOfChannels(keys.tagKey, () => opened.pages())
  kept =
    slot &&
    (await openWordsOfGoneTabs({
      ...{ workspaceId: keys.workspaceId, own: slot, vault: parts.vault },
      ...{ locks: platform.tabs.locks, random: platform.random, unsaved: opened.unsaved, adopt: opened.adopt },
    }))
  if (isDraft) await tab.createPage()
  else await tab.adopt(kept?.found ?? [])
  kept?.settle()
  // whoever led may have gone while this tab was opening
  kept?.lookAgain()

  const buildView = (): WorkspaceView => ({
    id,
    ...hostView,
    members: hostView.members.map((member) => ({ ...member, onPages: pagesOf(member.onPages) })),
    notices: [...hostView.notices, ...foreignTab.list()],
    draft: client.road() === undefined,
    pages: opened.isHeld() ? [] : opened.pages(),
    trash: opened.trash(),
    imports: imports.list(),
    importReports: imports.reports(),
    delivery:
      trouble?.type === 'storage-full' ? { ...hostView.delivery, pill: { type: 'storage-full' } } : hostView.delivery,
  })

  return ok({
    id,
    tab: opened,
    isDraft: () => opened.isHeld(),
    view() {
      if (!view || isViewStale) view = keepEqual(view, buildView())
      isViewStale = false
      return view
    },
    async openPage(pageId) {
      if (pageId !== 'last') return opened.openPage(pageId)
      const remembered = parts.profile()?.workspaces.find((one) => toHex(one.id) === key)?.lastPage
      const last = remembered && toBase64Url(remembered)
      const shown = opened.pages().find((page) => page.id === last) ?? opened.pages()[0]
      const ownWorkspace = isDraft || isFounder(keys)
      const target = shown?.id ?? (ownWorkspace ? await opened.createPage() : await firstArrival(opened))
      return target ? opened.openPage(target) : undefined
    },
    openDiscussion: (pageId) =>
      opened.openDiscussion(pageId, { me: () => hostView.me.id, mayRemoveAll: () => hostView.canWrite }),
    imports,
    files,
    async command(command) {
      const isOwn = command.type === 'dismiss-notice' && foreignTab.dismiss(command.id)
      return isOwn ? ok({ type: 'done' }) : host.run(command)
    },
    flush() {
      void opened.flush()
      if (!opened.isHeld()) kept?.leave()
    },
    async close() {
      kept?.stopLooking()
      imports.stopReading()
      await opened.flush()
      if (!opened.isHeld()) kept?.leave()
      kept?.close()
      opened.close()
      await leave()
    },
  })
}

/** Whether this device made the workspace: then a missing page was never written, not just not received. */
function isFounder({ genesis, device }: WorkspaceKeys): boolean {
  const decoded = genesis && decodeOperation(entryKind.genesis, genesis)
  return (
    decoded?.ok === true && decoded.value.type === 'genesis' && sameBytes(decoded.value.keys.device, device.publicKey)
  )
}
