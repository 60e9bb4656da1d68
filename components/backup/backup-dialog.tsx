import { useState } from 'react'
import { useWatched } from '#components/devices/use-watched'
import { AskPassphrase } from '#components/lock/passphrase-gate'
import { useSession, useSessionView } from '#components/session/session-context'
import { Button } from '#components/ui/button'
import { Dialog, DialogFoot } from '#components/ui/dialog'
import { saveFile } from '#components/workspace/files-of-this-device'
import type { BackupMakingState, Watched } from '#lib/session/session-view'
import { BACKUP_LEAD, backupCodeWords, backupMakingProblemWords, sealingWords } from '#lib/words/backup-words'

const body = 'px-6 pt-3 max-desk:px-5'

/** Downloads everything on this device, sealed, and shows the one code that opens it. */
export function BackupDialog({
  open,
  onClose,
  onOpenBackup,
}: {
  open: boolean
  onClose: () => void
  onOpenBackup: () => void
}) {
  return (
    <Dialog open={open} onClose={onClose} title="Back up this device" lead={BACKUP_LEAD}>
      <MakeBackup onDone={onClose} onOpen={onOpenBackup} />
    </Dialog>
  )
}

/** Ends what is being sealed when it is no longer shown. */
function MakeBackup({ onDone, onOpen }: { onDone: () => void; onOpen: () => void }) {
  const session = useSession()
  const { lock } = useSessionView('lock')
  const [asksPassphrase, setAsksPassphrase] = useState(false)
  const [making, setMaking] = useState<Watched<BackupMakingState>>()
  const state = useWatched(making)

  const begin = (withFiles: boolean) => {
    const begun = session.makeBackup(withFiles)
    begun.subscribe(() => {
      const made = begun.state()
      if (made.type === 'made') saveFile(made.fileName, made.file)
    })
    setMaking(begun)
  }
  const keep = () => {
    void session.noteBackupKept()
    onDone()
  }

  if (asksPassphrase) {
    return (
      <AskPassphrase
        onKnown={() => {
          setAsksPassphrase(false)
          begin(true)
        }}
      />
    )
  }
  switch (state?.type) {
    case 'making':
      return (
        <>
          <p role="status" className={`${body} text-ink-2`}>
            {sealingWords(state.bytes)}
          </p>
          <DialogFoot>
            <Button look="plain" autoFocus onClick={onDone}>
              Stop
            </Button>
          </DialogFoot>
        </>
      )
    case 'made':
      return (
        <>
          <div className={body} aria-live="polite">
            <p className="text-ink-2">{backupCodeWords.whatOpens}</p>
            <p className="mt-3 select-all rounded-control bg-sunken px-4 py-3 font-mono text-large shadow-hairline [overflow-wrap:anywhere]">
              {state.code}
            </p>
            <p className="mt-2 text-help text-ink-3">{backupCodeWords.keep}</p>
          </div>
          <DialogFoot>
            <Button look="plain" onClick={keep}>
              I have the code
            </Button>
          </DialogFoot>
        </>
      )
    default:
      return (
        <>
          {state ? (
            <p role="alert" className={`${body} text-wax-ink`}>
              {backupMakingProblemWords(state.problem)}
            </p>
          ) : null}
          <DialogFoot>
            <Button look="plain" onClick={onOpen}>
              Open a backup
            </Button>
            {state?.problem.type === 'files-too-large' ? (
              <Button look="seal" onClick={() => begin(false)}>
                Download without files
              </Button>
            ) : (
              <Button look="seal" onClick={() => (lock.passphrase ? setAsksPassphrase(true) : begin(true))}>
                Download
              </Button>
            )}
          </DialogFoot>
        </>
      )
  }
}
