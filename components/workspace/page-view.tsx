import { ArchiveRestore, ImportIcon, MonitorSmartphone, Ticket } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useEffect, useMemo, useState } from 'react'
import type { Comments } from '#components/discussion/use-comments'
import { pageAddress } from '#components/session/route'
import { useSessionView, useWorkspace } from '#components/session/session-context'
import { useAlert } from '#components/ui/alerts'
import { Button } from '#components/ui/button'
import { useFocusGoesOn } from '#components/ui/handed-focus'
import { useToast } from '#components/ui/toast'
import { Backlinks } from '#components/workspace/backlinks'
import { chooseFiles, IMPORTABLE } from '#components/workspace/files-of-this-device'
import { usePageActions } from '#components/workspace/page-actions'
import type { WorkspaceTask } from '#components/workspace/workspace-tasks'
import { isEmptyBody } from '#lib/editor/shared-body'
import type { OpenPage } from '#lib/session/session-view'
import { editorWords } from '#lib/words/editor-words'
import { readOnlyWords, standingWords } from '#lib/words/trouble-words'

const PageEditor = dynamic(() => import('#components/editor/page-editor').then((room) => room.PageEditor), {
  ssr: false,
})

/** Whether nothing stands in the page, title included. */
const isBlank = (page: OpenPage): boolean => page.title.length === 0 && isEmptyBody(page.doc)

function useBlank(page: OpenPage): boolean {
  const [blank, setBlank] = useState(() => isBlank(page))
  useEffect(() => {
    const look = () => setBlank(isBlank(page))
    look()
    page.doc.on('afterTransaction', look)
    page.title.observe(look)
    return () => {
      page.doc.off('afterTransaction', look)
      page.title.unobserve(look)
    }
  }, [page])
  return blank
}

/** What an empty page offers; gone at the first key. */
function Starts({ onTask }: { onTask: (task: WorkspaceTask) => void }) {
  const actions = usePageActions()
  const isFirst = useSessionView('workspaces').workspaces.length === 0
  const row =
    'flex h-[38px] w-full items-center gap-3 rounded-control px-3 text-left text-[14px] text-ink-2 hover:bg-hover max-desk:h-11'
  return (
    <ul
      aria-label="Other ways to begin"
      className="print:hidden mt-11 grid w-[420px] max-w-full gap-px px-2 desk:-ml-3 desk:px-0"
    >
      <li>
        <button
          type="button"
          className={row}
          onClick={() => void chooseFiles(IMPORTABLE).then((files) => actions.importFiles(files))}
        >
          <ImportIcon size={16} className="text-ink-3" />
          Import files
        </button>
      </li>
      <li>
        <button type="button" className={row} onClick={() => onTask('join')}>
          <Ticket size={16} className="text-ink-3" />
          Join with a link
        </button>
      </li>
      {isFirst ? (
        <li>
          <button type="button" className={row} onClick={() => onTask('this-device')}>
            <MonitorSmartphone size={16} className="text-ink-3" />I use Waxwing on another device
          </button>
        </li>
      ) : null}
      {isFirst ? (
        <li>
          <button type="button" className={row} onClick={() => onTask('open-backup')}>
            <ArchiveRestore size={16} className="text-ink-3" />
            Open a backup
          </button>
        </li>
      ) : null}
    </ul>
  )
}

/** What is on its way is there in a moment, most times: nothing is said of it before. */
const ARRIVAL_MS = 1500

/** What stands in the way of writing. */
function ReadOnlyNotice({ page }: { page: OpenPage }) {
  const { standing, role } = useWorkspace('standing', 'role')
  const [isLate, setIsLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setIsLate(true), ARRIVAL_MS)
    return () => clearTimeout(timer)
  }, [])
  if (!page.readOnly || (page.readOnly === 'arriving' && !isLate)) return null
  return <NoticeLine page={page} text={standingWords(standing) ?? readOnlyWords(page.readOnly, role)} />
}

/** Gone with what it says; the focus goes on to the page then. */
function NoticeLine({ page, text }: { page: OpenPage; text: string }) {
  const actions = usePageActions()
  const line = useFocusGoesOn<HTMLDivElement>(() => document.querySelector<HTMLElement>('.page-title'))
  return (
    <div ref={line} className="mx-5 mt-3 flex items-center gap-3 rounded-menu bg-wash px-4 py-2 text-ink-2 desk:mx-0">
      <p className="flex-1">{text}</p>
      {page.readOnly === 'trashed' ? (
        <Button look="plain" size="small" onClick={() => void actions.restore(page.id)}>
          Restore
        </Button>
      ) : null}
    </div>
  )
}

/** Whom and what a page may mention, and all who have a name, wherever they are now. */
function useMentionable(pageId: string) {
  const { id: workspaceId, pages, trash, members, people } = useWorkspace('id', 'pages', 'trash', 'members', 'people')
  return useMemo(
    () => ({
      pages: pages.filter(({ id }) => id !== pageId),
      people: members,
      named: { pages: [...pages, ...trash], people: [...people.former, ...members] },
      addressOf: (id: string) => pageAddress(workspaceId, id),
    }),
    [pageId, workspaceId, pages, trash, members, people],
  )
}

/** Copies the address of a block. */
function useCopyLink(pageId: string): (block: string) => void {
  const { id: workspaceId } = useWorkspace('id')
  const toast = useToast()
  const alert = useAlert()
  return (block) => {
    const { href } = new URL(pageAddress(workspaceId, pageId, block), window.location.href)
    void navigator.clipboard.writeText(href).then(
      () => toast(editorWords.linkCopied),
      () => alert(editorWords.notCopied),
    )
  }
}

/** A page to read and write, with what stands in the way of writing said above it. */
export function PageView({
  page,
  comments,
  block,
  toFollow,
  onFocusMode,
  onTask,
}: {
  page: OpenPage
  comments: Comments
  /** The block that the address names. */
  block?: string | undefined
  /** Whose caret the page is to follow from now on; another object each time it is asked for. */
  toFollow: { readonly client: number } | undefined
  onFocusMode: () => void
  onTask: (task: WorkspaceTask) => void
}) {
  const blank = useBlank(page)
  const mentionable = useMentionable(page.id)
  const copyLink = useCopyLink(page.id)
  return (
    <div className="mx-auto w-(--measure) max-w-full">
      <ReadOnlyNotice key={page.id} page={page} />
      <PageEditor
        page={page}
        comments={comments}
        mentionable={mentionable}
        block={block}
        toFollow={toFollow}
        onCopyLink={copyLink}
        onFocusMode={onFocusMode}
      />
      {blank && page.readOnly === false ? <Starts onTask={onTask} /> : null}
      {!blank && mentionable.pages.length > 0 ? <Backlinks pageId={page.id} /> : null}
    </div>
  )
}
