import { useEffect, useState } from 'react'
import { useWatched } from '#components/devices/use-watched'
import { pageAddress } from '#components/session/route'
import { useSession } from '#components/session/session-context'
import { useStarted } from '#components/session/started'
import { Button } from '#components/ui/button'
import { Dialog, DialogFoot } from '#components/ui/dialog'
import { Field } from '#components/ui/field'
import { TextField } from '#components/ui/text-field'
import { chooseFiles } from '#components/workspace/files-of-this-device'
import type { BackupOpeningState, FoundInBackup } from '#lib/session/session-view'
import {
  backupOpeningProblemWords,
  foundWords,
  madeWords,
  ONLY_OWN_BACKUPS,
  readOnlyBackWords,
  someBackWords,
} from '#lib/words/backup-words'
import { workspaceName } from '#lib/words/workspace-words'

const body = 'px-6 pt-3 max-desk:px-5'

interface OpenBackupProps {
  readonly onClose: () => void
  /** A fragment; what runs in this tab knows nothing of the workspaces that came. */
  readonly onRestored: (address: string) => void
}

/** Opens a backup: the file and its code, then what is in it, and only then it comes back. */
export function OpenBackupDialog({ open, ...rest }: OpenBackupProps & { open: boolean }) {
  const [leave, setLeave] = useState<() => void>()
  return (
    <Dialog open={open} onClose={leave ?? rest.onClose} title="Open a backup">
      <OpenBackup {...rest} onLeaveChange={setLeave} />
    </Dialog>
  )
}

interface OpenBackupSteps extends OpenBackupProps {
  /** Made is what closing the dialog does instead. */
  readonly onLeaveChange: (make: () => (() => void) | undefined) => void
}

function OpenBackup({ onClose, onRestored, onLeaveChange }: OpenBackupSteps) {
  const session = useSession()
  const opening = useStarted(() => session.openBackup())
  const state = useWatched(opening)
  const [file, setFile] = useState<File>()
  const [code, setCode] = useState('')
  const restored = state?.type === 'restored' ? state.workspaceId : undefined
  const isRestoring = state?.type === 'restoring'
  useEffect(() => {
    // whoever closes it in the middle is told what came, and what came is in the list
    if (isRestoring) onLeaveChange(() => opening?.stop)
    else if (restored) onLeaveChange(() => () => onRestored(pageAddress(restored)))
    return () => onLeaveChange(() => undefined)
  }, [isRestoring, restored, opening, onLeaveChange, onRestored])
  const isWhole = state?.type === 'restored' && state.readable.length === 0 && !state.problem
  useEffect(() => {
    if (state?.type === 'restored' && isWhole) onRestored(pageAddress(state.workspaceId))
  }, [state, isWhole, onRestored])

  switch (state?.type) {
    case 'looking':
    case 'restoring':
      return <Progress {...state} onStop={() => opening?.stop()} />
    case 'found':
      return <Found {...state} onRestore={() => opening?.restore()} onBack={() => opening?.stop()} />
    case 'restored':
      return isWhole ? (
        <p role="status" className={`${body} pb-6 text-ink-2`}>
          Your pages are being opened…
        </p>
      ) : (
        <>
          <div role="alert" className={`${body} grid gap-2 text-ink-2`}>
            {state.readable.length > 0 ? <p>{readOnlyBackWords(state.readable)}</p> : null}
            {state.problem ? <p>{someBackWords([...state.writable, ...state.readable], state.problem)}</p> : null}
          </div>
          <DialogFoot>
            <Button look="seal" autoFocus onClick={() => onRestored(pageAddress(state.workspaceId))}>
              Open what came back
            </Button>
          </DialogFoot>
        </>
      )
    default: {
      const problem = state?.problem && backupOpeningProblemWords(state.problem)
      const isOfCode = state?.problem?.type === 'not-a-code' || state?.problem?.type === 'wrong-code'
      const sentence = problem && `${problem.title}. ${problem.text}`
      const choose = async () => {
        const [chosen] = await chooseFiles('.backup', { several: false })
        if (chosen) setFile(chosen)
      }
      return (
        <form
          onSubmit={(event) => {
            event.preventDefault()
            if (file && code.trim() !== '') opening?.look(file, code)
          }}
        >
          <div className={`${body} grid gap-4`}>
            <Field label="The file" problem={isOfCode ? undefined : sentence}>
              {(control) => (
                <button
                  type="button"
                  {...control}
                  aria-label={file ? `The file: ${file.name}` : undefined}
                  onClick={() => void choose()}
                  className="h-10 w-full truncate rounded-field px-3 text-left text-large shadow-edge hover:bg-hover max-desk:h-11"
                >
                  {file ? <bdi>{file.name}</bdi> : <span className="text-ink-3">Choose the backup…</span>}
                </button>
              )}
            </Field>
            <TextField
              label="Its code"
              value={code}
              autoFocus={isOfCode}
              maxLength={80}
              spellCheck={false}
              autoCapitalize="characters"
              placeholder="ABCD-EFGH-…"
              problem={isOfCode ? sentence : undefined}
              onChange={(event) => setCode(event.target.value)}
            />
          </div>
          <DialogFoot>
            <Button look="plain" onClick={onClose}>
              Cancel
            </Button>
            <Button look="seal" type="submit" disabled={!file || code.trim() === ''}>
              Look into it
            </Button>
          </DialogFoot>
        </form>
      )
    }
  }
}

function Progress({
  type,
  percent,
  onStop,
}: Extract<BackupOpeningState, { percent: number }> & { onStop: () => void }) {
  const words = type === 'looking' ? 'Reading the backup…' : 'Bringing everything back…'
  return (
    <>
      <div className={`${body} flex gap-3 text-ink-2`}>
        <p role="status" className="flex-1">
          {words}
        </p>
        <span role="progressbar" aria-label={words} aria-valuenow={percent} className="text-ink-3 tabular-nums">
          {percent} %
        </span>
      </div>
      <DialogFoot>
        <Button look="plain" autoFocus onClick={onStop}>
          Stop
        </Button>
      </DialogFoot>
    </>
  )
}

/** What a backup holds; nothing of it is written yet. */
function Found({
  madeAt,
  workspaces,
  onRestore,
  onBack,
}: Extract<BackupOpeningState, { type: 'found' }> & { onRestore: () => void; onBack: () => void }) {
  const isWorthIt = workspaces.some(({ isHere }) => !isHere)
  return (
    <>
      <div className={body}>
        <p role="status" className="text-ink-2">
          {madeWords(madeAt, workspaces.length)}
        </p>
        <ul className="mt-3 grid max-h-[40dvh] gap-px overflow-y-auto rounded-control bg-sunken py-1 shadow-hairline">
          {workspaces.map((workspace, at) => (
            <FoundRow key={`${at} ${workspace.name}`} workspace={workspace} />
          ))}
        </ul>
        <p className="mt-3 text-ink-2">
          {isWorthIt ? ONLY_OWN_BACKUPS : 'Everything in it is in this browser already.'}
        </p>
      </div>
      <DialogFoot>
        <Button look="plain" autoFocus={!isWorthIt} onClick={onBack}>
          Back
        </Button>
        {isWorthIt ? (
          <Button look="seal" autoFocus onClick={onRestore}>
            Bring it back
          </Button>
        ) : null}
      </DialogFoot>
    </>
  )
}

function FoundRow({ workspace }: { workspace: FoundInBackup }) {
  return (
    <li className="px-4 py-1.5">
      <bdi className="block truncate font-medium">{workspaceName(workspace.name)}</bdi>
      <span className="text-help text-ink-2">{foundWords(workspace)}</span>
    </li>
  )
}
