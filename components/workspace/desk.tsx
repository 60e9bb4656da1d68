import { Dialog } from '@base-ui/react/dialog'
import { useEffect, useState } from 'react'
import { CommentsPanel } from '#components/discussion/comments-panel'
import { useComments } from '#components/discussion/use-comments'
import { useLockShortcut } from '#components/lock/lock-shortcut'
import { useOfflineCopy } from '#components/session/offline-copy'
import { useOpenPage } from '#components/session/open-page'
import { goTo, pageAddress, useRoute } from '#components/session/route'
import { useWorkspace } from '#components/session/session-context'
import { Alerts } from '#components/ui/alerts'
import { Button } from '#components/ui/button'
import { classNames } from '#components/ui/class-names'
import { useNarrow } from '#components/ui/narrow'
import { Arriving } from '#components/workspace/arriving'
import { Header } from '#components/workspace/header'
import { Notices } from '#components/workspace/notices'
import { titleOf } from '#components/workspace/page-actions'
import { PageView } from '#components/workspace/page-view'
import { Sidebar } from '#components/workspace/sidebar'
import { TrashView } from '#components/workspace/trash-view'
import { useFollowables } from '#components/workspace/use-followables'
import { type WorkspaceTask, WorkspaceTasks } from '#components/workspace/workspace-tasks'
import { isWaiting } from '#lib/words/pill-words'

/**
 * The window's title: a dot while edits wait, and the app's name alone. Browsers write titles into their history, in
 * plain, and send that to other devices and their makers: words of a page do not belong there (ADR 0013).
 */
function WindowTitle() {
  const { delivery } = useWorkspace('delivery')
  const waiting = isWaiting(delivery.pill)
  useEffect(() => {
    document.title = waiting ? '• Waxwing' : 'Waxwing'
    return () => {
      document.title = 'Waxwing'
    }
  }, [waiting])
  return null
}

/** One workspace on screen: sidebar, header, and the page or the trash. */
export function Desk() {
  const workspace = useWorkspace('id', 'pages')
  const route = useRoute()
  const narrow = useNarrow()
  const newVersion = useOfflineCopy()
  const shown = useOpenPage(route)
  const [task, setTask] = useState<WorkspaceTask>()
  const [drawer, setDrawer] = useState(false)
  const [focusMode, setFocusMode] = useState(false)
  const [toFollow, setToFollow] = useState<{ readonly client: number }>()

  const inTrash = route.place === 'trash'
  const openId = typeof shown === 'object' ? shown.id : undefined
  const page = inTrash ? undefined : workspace.pages.find(({ id }) => id === openId)
  const comments = useComments(page?.id)
  const others = useFollowables(typeof shown === 'object' && !inTrash ? shown : undefined)
  const toggleFocusMode = () => {
    if (!focusMode) comments.show(false)
    setFocusMode(!focusMode)
  }
  /** Nothing but the page is asked for, and a page is there. */
  const isAlone = focusMode && page !== undefined
  useLockShortcut()

  const sidebar = (
    <Sidebar
      pageId={openId}
      newVersion={newVersion}
      onLeave={() => setDrawer(false)}
      onTask={(wanted) => {
        setDrawer(false)
        setTask(wanted)
      }}
    />
  )
  return (
    <>
      <WindowTitle />
      <div
        className={classNames(
          'grid h-dvh overflow-hidden bg-paper print:block print:h-auto print:overflow-visible',
          isAlone ? undefined : 'desk:grid-cols-[256px_minmax(0,1fr)]',
        )}
      >
        {isAlone ? null : narrow ? (
          <Dialog.Root open={drawer} onOpenChange={setDrawer}>
            <Dialog.Portal>
              <Dialog.Backdrop className="fades fixed inset-0 z-20 bg-scrim" />
              <Dialog.Popup
                aria-label="Sidebar"
                finalFocus={(closedBy) => closedBy === 'keyboard'}
                className="slides fixed inset-y-0 left-0 z-20 w-[300px] max-w-[85vw] pb-[env(safe-area-inset-bottom)] shadow-dialog outline-none"
              >
                {sidebar}
              </Dialog.Popup>
            </Dialog.Portal>
          </Dialog.Root>
        ) : (
          sidebar
        )}
        <div className="flex min-h-0 min-w-0 flex-col print:block">
          <Header
            page={page}
            place={inTrash ? 'Trash' : titleOf(page)}
            comments={comments}
            onTask={setTask}
            onOpenDrawer={() => setDrawer(true)}
            isAlone={isAlone}
            onFocusMode={toggleFocusMode}
            follow={{ others, start: (client) => setToFollow({ client }) }}
          />
          <div className="flex min-h-0 flex-1 print:block">
            <main className="min-w-0 flex-1 scroll-pt-6 scroll-pb-18 overflow-y-auto overflow-x-hidden print:overflow-visible">
              <Alerts notices={<Notices task={task} onTask={setTask} />} />
              {inTrash ? <TrashView /> : null}
              {!inTrash && typeof shown === 'object' ? (
                <PageView
                  key={shown.id}
                  page={shown}
                  comments={comments}
                  block={route.pageId === shown.id ? route.block : undefined}
                  toFollow={toFollow}
                  onFocusMode={toggleFocusMode}
                  onTask={setTask}
                />
              ) : null}
              {!inTrash && shown === undefined ? <Arriving /> : null}
              {!inTrash && shown === 'missing' ? (
                <div className="mx-auto grid max-w-[600px] justify-items-start gap-4 px-5 pt-11">
                  <p className="text-ink-2 text-large">This page is not here, or has not reached this device yet.</p>
                  <Button look="plain" onClick={() => goTo(pageAddress(workspace.id))}>
                    Open my last page
                  </Button>
                </div>
              ) : null}
            </main>
            {page ? <CommentsPanel comments={comments} /> : null}
          </div>
        </div>
      </div>
      <WorkspaceTasks task={task} page={page} onTask={setTask} onClose={() => setTask(undefined)} />
    </>
  )
}
