import { useRef, useState } from 'react'
import { useSession } from '#components/session/session-context'
import { Button } from '#components/ui/button'
import { Dialog, DialogFoot } from '#components/ui/dialog'
import { saveFile } from '#components/workspace/files-of-this-device'
import { actionErrorWords } from '#lib/words/trouble-words'

/** Downloads everything on this device, sealed, and shows the one code that opens it. */
export function BackupDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const session = useSession()
  const [code, setCode] = useState<string>()
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)

  /** How often the dialog was closed: what was asked for before is not wanted any more. */
  const closed = useRef(0)

  const download = async () => {
    const before = closed.current
    setBusy(true)
    const made = await session.downloadBackup()
    if (before !== closed.current) return
    setBusy(false)
    setProblem(made.ok ? undefined : actionErrorWords(made.error))
    if (!made.ok) return
    saveFile(made.value.fileName, new Blob([new Uint8Array(made.value.bytes)], { type: 'application/octet-stream' }))
    setCode(made.value.code)
  }
  const close = () => {
    closed.current++
    setBusy(false)
    setCode(undefined)
    setProblem(undefined)
    onClose()
  }

  const keep = () => {
    void session.noteBackupKept()
    close()
  }

  return (
    <Dialog
      open={open}
      onClose={close}
      title="Back up this device"
      lead="One encrypted file with every page and its history, as this device has them."
    >
      <div className="px-6 pt-3 max-desk:px-5" aria-live="polite">
        {problem ? <p className="text-wax-ink">{problem}</p> : null}
        {code === undefined ? null : (
          <>
            <p className="text-ink-2">
              Look that the file is in your downloads. It opens with this code and with nothing else:
            </p>
            <p className="mt-3 select-all rounded-control bg-sunken px-4 py-3 font-mono text-large shadow-hairline [overflow-wrap:anywhere]">
              {code}
            </p>
            <p className="mt-2 text-help text-ink-3">
              Write it down and keep it apart from the file. It is shown once.
            </p>
          </>
        )}
      </div>
      <DialogFoot>
        {code === undefined ? (
          <Button look="seal" disabled={busy} onClick={() => void download()}>
            {busy ? 'Sealing…' : 'Download'}
          </Button>
        ) : (
          <Button look="plain" onClick={keep}>
            I have the code
          </Button>
        )}
      </DialogFoot>
    </Dialog>
  )
}
