import {
  Check,
  ChevronsUpDown,
  KeyRound,
  Lock,
  MonitorSmartphone,
  NotebookText,
  PencilLine,
  Plus,
  Ticket,
  Users,
} from 'lucide-react'
import { lockKeys } from '#components/lock/lock-shortcut'
import { goTo, pageAddress } from '#components/session/route'
import { useSession, useSessionView, useWorkspace } from '#components/session/session-context'
import { Mark } from '#components/ui/mark'
import { Menu, MenuItem, MenuLine } from '#components/ui/menu'
import { useWorkspaces, WorkspaceName } from '#components/workspace/workspace-name'

/** The head of the sidebar: which workspace this is, and the way to the others. */
export function WorkspaceMenu({
  onRename,
  onPeople,
  onJoin,
  onDevices,
  onLock,
  onLeaveDrawer,
}: {
  onRename: () => void
  onPeople: () => void
  onJoin: () => void
  onDevices: () => void
  onLock: () => void
  onLeaveDrawer: () => void
}) {
  const session = useSession()
  const { lock } = useSessionView('lock')
  const workspaces = useWorkspaces()
  const workspace = useWorkspace('role', 'name')
  const mayRename = workspace.role === 'owner' || workspace.role === 'admin'
  return (
    <Menu
      trigger={
        <button
          type="button"
          className="flex h-9 min-w-0 items-center gap-[9px] rounded-control px-2 font-semibold text-[14px] hover:bg-hover data-popup-open:bg-hover max-desk:h-11 max-desk:text-large"
        >
          <Mark className="size-[22px]" />
          <WorkspaceName name={workspace.name} number={workspaces.find(({ current }) => current)?.number} />
          <ChevronsUpDown size={14} className="text-ink-3" aria-label="Workspaces" />
        </button>
      }
    >
      {workspaces.map(({ id, name, number, current }) => (
        <MenuItem
          key={id}
          icon={NotebookText}
          mark={current ? <Check size={14} aria-label="On screen" /> : null}
          onChoose={() => {
            if (current) return
            goTo(pageAddress(id))
            onLeaveDrawer()
          }}
        >
          <WorkspaceName name={name} number={number} />
        </MenuItem>
      ))}
      {workspaces.length > 0 ? <MenuLine /> : null}
      <MenuItem icon={Users} onChoose={onPeople}>
        People
      </MenuItem>
      <MenuItem icon={PencilLine} disabled={!mayRename} onChoose={onRename}>
        Rename this workspace
      </MenuItem>
      <MenuItem
        icon={Plus}
        onChoose={() => {
          session.createWorkspace()
          onLeaveDrawer()
        }}
      >
        New workspace
      </MenuItem>
      <MenuItem icon={Ticket} onChoose={onJoin}>
        Join with a link
      </MenuItem>
      <MenuLine />
      <MenuItem icon={MonitorSmartphone} onChoose={onDevices}>
        Your devices
      </MenuItem>
      {lock.passphrase ? (
        <MenuItem icon={Lock} mark={<kbd className="text-ink-3 text-note">{lockKeys()}</kbd>} onChoose={session.lock}>
          Lock now
        </MenuItem>
      ) : null}
      <MenuItem icon={KeyRound} onChoose={onLock}>
        {lock.passphrase ? 'Passphrase' : 'Lock with a passphrase'}
      </MenuItem>
    </Menu>
  )
}
