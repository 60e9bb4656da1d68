import { Archive, ImportIcon, RefreshCw, SquarePen, Trash2 } from 'lucide-react'
import { useRef } from 'react'
import type { NewVersion } from '#components/session/offline-copy'
import { trashAddress, useRoute } from '#components/session/route'
import { useWorkspace } from '#components/session/session-context'
import { Face } from '#components/ui/face'
import { IconButton } from '#components/ui/icon-button'
import { chooseFiles, IMPORTABLE } from '#components/workspace/files-of-this-device'
import { usePageActions } from '#components/workspace/page-actions'
import { PageRow, rowClass } from '#components/workspace/page-row'
import { WorkspaceMenu } from '#components/workspace/workspace-menu'
import type { WorkspaceTask } from '#components/workspace/workspace-tasks'

/** Everything in the workspace by name; `onLeave` is called when something was chosen that the drawer would cover. */
export function Sidebar({
  pageId,
  newVersion,
  onTask,
  onLeave,
}: {
  pageId: string | undefined
  newVersion: NewVersion
  onTask: (task: WorkspaceTask) => void
  onLeave: () => void
}) {
  const workspace = useWorkspace('id', 'pages', 'trash', 'canWrite', 'me')
  const route = useRoute()
  const newPage = useRef<HTMLButtonElement>(null)
  const actions = usePageActions()
  const pages =
    workspace.pages.length > 0 || pageId === undefined ? workspace.pages : [{ id: pageId, title: '', createdAt: 0 }]
  const chooseImport = async () => {
    onLeave()
    await actions.importFiles(await chooseFiles(IMPORTABLE))
  }
  return (
    <nav aria-label="Workspace" className="flex h-full min-h-0 flex-col bg-wash px-2 pb-2 print:hidden">
      <div className="flex h-[52px] flex-none items-center justify-between gap-1">
        <WorkspaceMenu
          onPeople={() => onTask('people')}
          onRename={() => onTask('rename')}
          onJoin={() => onTask('join')}
          onDevices={() => onTask('devices')}
          onLock={() => onTask('lock')}
          onLeaveDrawer={onLeave}
        />
        {workspace.canWrite ? (
          <IconButton
            ref={newPage}
            label="New page"
            onClick={() => {
              onLeave()
              void actions.create()
            }}
          >
            <SquarePen size={16} />
          </IconButton>
        ) : null}
      </div>

      <div className="min-h-0 flex-1 scroll-pb-4 overflow-y-auto pb-4">
        <h2 id="pages" className="px-2 pt-2 pb-[5px] font-medium text-ink-3 text-note">
          Pages
        </h2>
        <ul aria-labelledby="pages">
          {pages.map((page) => (
            <PageRow
              key={page.id}
              page={page}
              here={route.place === 'page' && page.id === pageId}
              actions={actions}
              onOpen={onLeave}
              last={() => newPage.current}
            />
          ))}
        </ul>
      </div>

      <div className="relative grid flex-none grid-cols-[minmax(0,1fr)] gap-px pt-1.5 before:pointer-events-none before:absolute before:inset-x-0 before:bottom-full before:h-4 before:bg-linear-to-t before:from-wash before:to-transparent">
        {newVersion ? (
          <button type="button" className={rowClass()} onClick={newVersion.use}>
            <RefreshCw size={16} className="text-ink-3" />
            <span className="truncate">Use the new version</span>
          </button>
        ) : null}
        {workspace.canWrite ? (
          <button type="button" className={rowClass()} onClick={() => void chooseImport()}>
            <ImportIcon size={16} className="text-ink-3" />
            <span className="truncate">Import files</span>
          </button>
        ) : null}
        <button type="button" className={rowClass()} onClick={() => onTask('backup')}>
          <Archive size={16} className="text-ink-3" />
          <span className="truncate">Back up</span>
        </button>
        <a
          href={trashAddress(workspace.id)}
          aria-current={route.place === 'trash' ? 'page' : undefined}
          onClick={onLeave}
          className={rowClass(route.place === 'trash')}
        >
          <Trash2 size={16} className="text-ink-3" />
          <span className="truncate">Trash</span>
          {workspace.trash.length > 0 ? (
            <span className="ml-auto text-ink-3 text-note">{workspace.trash.length}</span>
          ) : null}
        </a>
        <button
          type="button"
          onClick={() => onTask('name')}
          className="mt-1.5 flex items-center gap-[9px] rounded-control p-2 text-left outline-offset-[-2px] hover:bg-hover max-desk:min-h-11"
        >
          <Face person={workspace.me} />
          <span className="min-w-0">
            <bdi className="block truncate font-medium leading-[17px]">{workspace.me.name || 'You'}</bdi>
            <span className="block text-ink-3 text-note leading-[15px]">This device</span>
          </span>
        </button>
      </div>
    </nav>
  )
}
