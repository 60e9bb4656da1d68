import { useEffect, useState } from 'react'
import { useWatched } from '#components/devices/use-watched'
import { pageAddress } from '#components/session/route'
import { useSession } from '#components/session/session-context'
import { QrCode } from '#components/share/qr-code'
import { Button } from '#components/ui/button'
import { Dialog, DialogFoot } from '#components/ui/dialog'
import type { Asking, AskingState } from '#lib/session/session-view'
import { askingFailureWords } from '#lib/words/device-words'

const body = 'px-6 pt-3 max-desk:px-5'

/** Twelve words, in reading order down the columns, and the same as a code for a camera. */
function ShowWords({ state }: { state: Extract<AskingState, { type: 'showing' }> }) {
  return (
    <div className={`${body} pb-6`}>
      <p className="text-ink-2">
        On the other device open the workspace menu, then “Your devices”, then “Link another device”. It takes this
        code, or the words:
      </p>
      <div className="mt-4 grid items-center gap-5 desk:grid-cols-[auto_minmax(0,1fr)] max-desk:justify-items-center">
        <QrCode text={state.words.join(' ')} label="QR code of the words" size={188} />
        <ol className="grid w-full grid-flow-col grid-cols-2 grid-rows-6 gap-x-4 font-mono text-ui leading-[26px]">
          {state.words.map((word, at) => (
            <li key={`${at}-${word}`} className="flex gap-2">
              <span aria-hidden="true" className="w-5 text-right text-ink-3">
                {at + 1}
              </span>
              {word}
            </li>
          ))}
        </ol>
      </div>
      <p role="status" className="mt-4 text-help text-ink-3">
        {state.relay === 'away'
          ? 'The relay does not answer at the moment. This page keeps trying.'
          : 'Waiting for the other device. Let nobody else see this.'}
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
  onLinked,
}: {
  open: boolean
  onClose: () => void
  /** A fragment; what runs in this tab knows nothing of the workspaces that came. */
  onLinked: (address: string) => void
}) {
  const session = useSession()
  const [asking, setAsking] = useState<Asking>()
  const state = useWatched(asking)
  useEffect(() => {
    setAsking(open ? session.askToBeLinked() : undefined)
  }, [open, session])
  useEffect(() => {
    if (state?.type === 'linked' && state.workspaceId) onLinked(pageAddress(state.workspaceId))
  }, [state, onLinked])
  return (
    <Dialog open={open} onClose={onClose} title="Link this device">
      {state ? <Steps state={state} onAgain={() => setAsking(session.askToBeLinked())} /> : null}
    </Dialog>
  )
}
