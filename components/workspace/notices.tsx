import { HeldBackNotice } from '#components/delivery/held-back'
import { UndoneNotices } from '#components/people/undone-notices'
import { useSession, useWorkspace } from '#components/session/session-context'
import { AlertCard } from '#components/ui/alerts'
import { Button } from '#components/ui/button'
import { ImportNotices } from '#components/workspace/import-notices'
import type { WorkspaceTask } from '#components/workspace/workspace-tasks'
import type { Notice } from '#lib/session/session-view'
import { noticeWords } from '#lib/words/trouble-words'

/** Where a person can do something about a notice, if anywhere. */
const steps: { readonly [Type in Notice['type']]?: { readonly label: string; readonly task: WorkspaceTask } } = {
  'join-request': { label: 'Review', task: 'share' },
  'transfer-contested': { label: 'People', task: 'people' },
  'own-new-device': { label: 'Devices', task: 'devices' },
  'new-device': { label: 'People', task: 'people' },
  'kit-offered': { label: 'Recovery kit', task: 'devices' },
  'kit-elsewhere': { label: 'Recovery kit', task: 'devices' },
  recovered: { label: 'Devices', task: 'devices' },
  'verified-new-device': { label: 'People', task: 'people' },
  'verified-other-key': { label: 'Compare', task: 'safety' },
  'copied-profile': { label: 'New keys', task: 'new-keys' },
  'relay-full': { label: 'Connections', task: 'connection' },
  'invitation-used-twice': { label: 'Invitations', task: 'share' },
}

/** What happened by itself and is worth knowing, each with its next step; and long files that come in. */
export function Notices({
  task,
  onTask,
}: {
  /** What is open already: a notice that leads there has nothing to add. */
  task: WorkspaceTask | undefined
  onTask: (task: WorkspaceTask) => void
}) {
  const session = useSession()
  const { notices } = useWorkspace('notices')
  return (
    <>
      <ImportNotices />
      <HeldBackNotice onLook={() => onTask('held-back')} />
      <UndoneNotices />
      {notices.map((notice) => {
        const step = steps[notice.type]
        return step && step.task === task ? null : (
          <AlertCard
            key={notice.id}
            urgent={false}
            text={noticeWords(notice)}
            onDismiss={() => session.dismissNotice(notice.id)}
          >
            {step ? (
              <Button look="plain" size="small" onClick={() => onTask(step.task)}>
                {step.label}
              </Button>
            ) : null}
          </AlertCard>
        )
      })}
    </>
  )
}
