import { useEffect, useState } from 'react'
import { Recover } from '#components/devices/recover'
import { useWatched } from '#components/devices/use-watched'
import { WordList } from '#components/devices/word-list'
import { pageAddress } from '#components/session/route'
import { useSession } from '#components/session/session-context'
import { QrCode } from '#components/share/qr-code'
import { Button } from '#components/ui/button'
import { Dialog, DialogFoot } from '#components/ui/dialog'
import type { Asking, AskingState } from '#lib/session/session-view'
import { askingFailureWords } from '#lib/words/device-words'

const body = 'px-6 pt-3 max-desk:px-5'

/** Twelve words, and the same as a code for a camera. */
function ShowWords({ state }: { state: Extract<AskingState, { type: 'showing' }> }) {
  return (
    <div className={`${body} pb-6`}>
      <p className="text-ink-2">
        On the other device open the workspace menu, then “Your devices”, then “Link another device”. It takes this
        code, or the words:
      </p>
      <div className="mt-4 grid items-center gap-5 desk:grid-cols-[auto_minmax(0,1fr)] max-desk:justify-items-center">
        <QrCode text={state.words.join(' ')} label="QR code of the words" size={188} />
        <WordList words={state.words} />
      </div>
      <p role="status" className="mt-4 text-help text-ink-3">
        {state.relay === 'away'
          ? 'The relay does not answer at the moment. This page keeps trying.'
          : 'Waiting for the other device. Let nobody else see this: the two will have each other’s workspaces.'}
      </p>
    </div>
  )
}

function Steps({ state, onAgain }: { state: AskingState; onAgain: () => void }) {
  switch (state.type) {
    case 'starting':
      return <p className={`${body} pb-6 text-ink-2`}>Making words…</p>
    case 'showing':
      return <ShowWords state={state} />
    case 'confirm':
      return (
        <div className={`${body} pb-6`} role="status">
          <p className="text-ink-2">Type this code on the other device:</p>
          <p className="my-4 text-center font-mono text-[34px] leading-10 tracking-[.08em]">
            {state.code.slice(0, 3)} {state.code.slice(3)}
          </p>
          <p className="text-help text-ink-3">It shows that the two have found each other, and nobody is in between.</p>
        </div>
      )
    case 'receiving':
      return (
        <p role="status" className={`${body} pb-6 text-ink-2`}>
          Receiving{state.of > 0 ? ` ${state.done} of ${state.of}` : ''}…
        </p>
      )
    case 'linked':
      return (
        <p role="status" className={`${body} pb-6 text-ink-2`}>
          {state.workspaceId ? 'Your pages are being opened…' : 'This browser had everything already.'}
        </p>
      )
    case 'failed': {
      const { title, text } = askingFailureWords(state.reason)
      return (
        <>
          <div className={body} role="status">
            <p className="font-semibold">{title}</p>
            <p className="text-ink-2">{text}</p>
          </div>
          <DialogFoot>
            <Button look="plain" onClick={onAgain}>
              Begin again
            </Button>
          </DialogFoot>
        </>
      )
    }
  }
}

/** Makes this browser a further device of somebody who is in elsewhere (V1). */
export function ThisDeviceDialog({
  open,
  onClose,
  onBackup,
  onLinked,
}: {
  open: boolean
  onClose: () => void
  /** The person has no other device any more, and a backup. */
  onBackup: () => void
  /** A fragment; what runs in this tab knows nothing of the workspaces that came. */
  onLinked: (address: string) => void
}) {
  const session = useSession()
  const [asking, setAsking] = useState<Asking>()
  const [isRecovering, setIsRecovering] = useState(false)
  const state = useWatched(asking)
  useEffect(() => {
    setAsking(open && !isRecovering ? session.askToBeLinked() : undefined)
  }, [open, isRecovering, session])
  useEffect(() => {
    if (state?.type === 'linked' && state.workspaceId) onLinked(pageAddress(state.workspaceId))
  }, [state, onLinked])
  const close = () => {
    setIsRecovering(false)
    onClose()
  }
  if (isRecovering) {
    return (
      <Dialog open={open} onClose={close} title="Come back with your words">
        <Recover onBack={() => setIsRecovering(false)} onRecovered={onLinked} />
      </Dialog>
    )
  }
  return (
    <Dialog open={open} onClose={close} title="Link this device">
      {state ? <Steps state={state} onAgain={() => setAsking(session.askToBeLinked())} /> : null}
      {state?.type === 'showing' || state?.type === 'failed' ? (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1 bg-footing px-6 py-3.5 max-desk:px-5">
          <p className="min-w-0 flex-1 text-ink-2 max-desk:basis-full">No other device any more?</p>
          <Button look="plain" size="small" onClick={() => setIsRecovering(true)}>
            I have my 24 words
          </Button>
          <Button look="plain" size="small" onClick={onBackup}>
            I have a backup
          </Button>
        </div>
      ) : null}
    </Dialog>
  )
}
