import { BackupDialog } from '#components/backup/backup-dialog'
import { OpenBackupDialog } from '#components/backup/open-backup'
import { ConnectionDialog } from '#components/connection/connection-dialog'
import { HeldBackDialog } from '#components/delivery/held-back'
import { DevicesDialog } from '#components/devices/devices-dialog'
import { RenewKeysDialog } from '#components/devices/renew-keys'
import { ThisDeviceDialog } from '#components/devices/this-device-dialog'
import { LockDialog } from '#components/lock/lock-dialog'
import { PeopleDialog } from '#components/people/people-dialog'
import { SafetyDialog } from '#components/safety/safety-dialog'
import { useSession, useWorkspace } from '#components/session/session-context'
import { useAsk } from '#components/session/use-ask'
import { ShareDialog } from '#components/share/share-dialog'
import { Dialog } from '#components/ui/dialog'
import { NameForm } from '#components/ui/name-form'
import { Opener } from '#components/ui/opener'
import { ExportDialog } from '#components/workspace/export-dialog'
import { JoinDialog } from '#components/workspace/join-dialog'
import type { Done, PageView } from '#lib/session/session-view'

/** What a dialog over the workspace is about. */
export type WorkspaceTask =
  | 'share'
  | 'rename'
  | 'rename-page'
  | 'name'
  | 'backup'
  | 'open-backup'
  | 'export'
  | 'join'
  | 'people'
  | 'held-back'
  | 'connection'
  | 'devices'
  | 'new-keys'
  | 'this-device'
  | 'lock'
  | 'safety'

/** A fresh load, for what runs in this tab knows nothing of workspaces that have just come. */
function openAnew(address: string): void {
  window.history.replaceState(null, '', `/${address}`)
  window.location.reload()
}

/** The one dialog that is open, if any. */
export function WorkspaceTasks({
  task,
  page,
  onTask,
  onClose,
}: {
  task: WorkspaceTask | undefined
  page: PageView | undefined
  onTask: (task: WorkspaceTask) => void
  onClose: () => void
}) {
  const session = useSession()
  const workspace = useWorkspace('name', 'me')
  const { ask } = useAsk()
  const finish = async (asked: Done) => {
    const result = await ask(asked)
    if (result.ok) onClose()
  }
  return (
    <Opener open={task !== undefined}>
      <ShareDialog open={task === 'share'} onClose={onClose} onKit={() => onTask('devices')} />
      <PeopleDialog
        open={task === 'people'}
        onClose={onClose}
        onInvite={() => onTask('share')}
        onCompare={() => onTask('safety')}
      />
      <BackupDialog open={task === 'backup'} onClose={onClose} onOpenBackup={() => onTask('open-backup')} />
      <OpenBackupDialog open={task === 'open-backup'} onClose={onClose} onRestored={openAnew} />
      <ExportDialog open={task === 'export'} page={page} onClose={onClose} />
      <HeldBackDialog open={task === 'held-back'} onClose={onClose} />
      <ConnectionDialog open={task === 'connection'} onClose={onClose} />
      <DevicesDialog open={task === 'devices'} onClose={onClose} onThisDevice={() => onTask('this-device')} />
      <RenewKeysDialog open={task === 'new-keys'} onClose={onClose} onDone={() => onTask('devices')} />
      <ThisDeviceDialog
        open={task === 'this-device'}
        onClose={onClose}
        onBackup={() => onTask('open-backup')}
        onLinked={openAnew}
      />
      <SafetyDialog open={task === 'safety'} onClose={onClose} />
      <LockDialog open={task === 'lock'} onClose={onClose} />
      <JoinDialog open={task === 'join'} onClose={onClose} />
      <Dialog
        open={task === 'rename'}
        onClose={onClose}
        title="Rename this workspace"
        lead="Everybody in it sees the name; nobody else can read it."
      >
        <NameForm
          label="Name of the workspace"
          action="Rename"
          initial={workspace.name}
          optional
          onSave={(name) => finish(session.renameWorkspace(name))}
        />
      </Dialog>
      <Dialog open={task === 'rename-page' && page !== undefined} onClose={onClose} title="Rename this page">
        <NameForm
          label="Title"
          action="Rename"
          initial={page?.title ?? ''}
          longest={200}
          optional
          onSave={(title) => finish(session.renamePage(page?.id ?? '', title))}
        />
      </Dialog>
      <Dialog
        open={task === 'name'}
        onClose={onClose}
        title="Your name"
        lead="It stands beside your cursor and in the list of who has what."
      >
        <NameForm
          label="Your name"
          action="Save"
          initial={workspace.me.name}
          onSave={(name) => finish(session.setMyName(name))}
        />
      </Dialog>
    </Opener>
  )
}
