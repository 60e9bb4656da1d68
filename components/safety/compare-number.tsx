import { Camera as CameraSign } from 'lucide-react'
import { useMemo, useState } from 'react'
import { Camera, hasCamera } from '#components/devices/lazy-camera'
import { useSession, useWorkspace } from '#components/session/session-context'
import { useAsk } from '#components/session/use-ask'
import { QrCode } from '#components/share/qr-code'
import { Button } from '#components/ui/button'
import { DialogFoot } from '#components/ui/dialog'
import { compareScanned, safetyWith } from '#lib/session/safety'
import type { PersonView } from '#lib/session/session-view'
import { nameOf } from '#lib/words/pill-words'
import { compareWords, differWords, SCANNED_WORDS, verifiedWords } from '#lib/words/safety-words'

/** The number that both of two people see, and the note that they compared it. */
export function CompareNumber({ person, onBack }: { person: PersonView; onBack: () => void }) {
  const session = useSession()
  const workspace = useWorkspace('id', 'me', 'members', 'verified')
  const { busy, ask } = useAsk()
  const [scanning, setScanning] = useState(false)
  const [problem, setProblem] = useState<keyof typeof SCANNED_WORDS>()
  const { id, me, members } = workspace
  const number = useMemo(() => safetyWith({ id, me, members }, person.id), [id, me, members, person.id])
  const mark = workspace.verified.find((one) => one.id === person.id)
  const name = nameOf(person)
  const isSettled = mark?.newDevices === 0
  if (!number) return null

  const note = (verified: boolean) => ask(session.noteVerified(person.id, verified))
  const read = (text: string) => {
    const found = compareScanned(number, text)
    setScanning(false)
    setProblem(found === 'same' ? undefined : found)
    if (found === 'same') void note(true)
  }

  return (
    <>
      <div className="px-6 pt-2 max-desk:px-5">
        <p className="text-ink-2">{compareWords(name)}</p>
        {scanning ? (
          <div className="mt-4">
            <Camera
              onRead={read}
              onRefused={() => {
                setScanning(false)
                setProblem('no-camera')
              }}
            />
          </div>
        ) : (
          <div className="mt-4 flex flex-wrap items-center justify-center gap-5">
            <ol
              aria-label={`Safety number with ${name}`}
              className="grid grid-cols-3 gap-x-4 gap-y-1 font-mono text-large tabular-nums"
            >
              {number.groups.map((group, i) => (
                <li key={i}>{group}</li>
              ))}
            </ol>
            <QrCode text={number.code} label={`Safety number with ${name} as a QR code`} />
          </div>
        )}
        {problem ? (
          <p role="alert" className="mt-3 text-wax-ink">
            {SCANNED_WORDS[problem]}
          </p>
        ) : null}
        <p className="mt-4 text-help text-ink-3">{differWords(name)}</p>
        {mark ? (
          <p role="status" className="mt-3 font-medium">
            {verifiedWords(name, mark)}.
          </p>
        ) : null}
      </div>
      <DialogFoot>
        <Button look="bare" onClick={onBack}>
          Back
        </Button>
        {mark ? (
          <Button look="plain" busy={busy} onClick={() => void note(false)}>
            Take the mark away
          </Button>
        ) : null}
        {hasCamera() && !isSettled ? (
          <Button look="plain" onClick={() => setScanning(!scanning)}>
            <CameraSign size={16} />
            {scanning ? 'Show the number' : 'Scan theirs'}
          </Button>
        ) : null}
        {isSettled ? null : (
          <Button look="seal" busy={busy} onClick={() => void note(true)}>
            {mark ? 'We compared it again' : 'It is the same'}
          </Button>
        )}
      </DialogFoot>
    </>
  )
}
