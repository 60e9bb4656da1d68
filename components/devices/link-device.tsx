import { Camera as CameraSign } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { Camera, hasCamera } from '#components/devices/lazy-camera'
import { useWatched } from '#components/devices/use-watched'
import { useSession } from '#components/session/session-context'
import { Button } from '#components/ui/button'
import { DialogFoot } from '#components/ui/dialog'
import { useNarrow } from '#components/ui/narrow'
import { TextField } from '#components/ui/text-field'
import { WordsField } from '#components/ui/words-field'
import type { Giving, GivingState } from '#lib/session/session-view'
import { list } from '#lib/words/count-words'
import { givingFailureWords, wrongCodeWords } from '#lib/words/device-words'
import { workspaceName } from '#lib/words/workspace-words'

const MOST_CODES = 3
const body = 'px-6 pt-3 max-desk:px-5'

/** The words of the new device, by camera or by hand. */
function TakeWords({ problem, onWords }: { problem: string | undefined; onWords: (words: string) => void }) {
  const [typed, setTyped] = useState('')
  const [isScanning, setIsScanning] = useState(false)
  const [refused, setRefused] = useState(false)
  const narrow = useNarrow()
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (typed.trim() !== '') onWords(typed)
      }}
    >
      <div className={body}>
        <ol className="list-decimal pl-5 text-ink-2 leading-[22px]">
          <li>Open this address on the new device.</li>
          <li>Choose “I use Waxwing on another device” there. It shows a code and twelve words.</li>
          <li>Bring them here.</li>
        </ol>
        {isScanning ? (
          <div className="mt-4">
            <Camera
              onRead={(text) => {
                setIsScanning(false)
                onWords(text)
              }}
              onRefused={() => {
                setIsScanning(false)
                setRefused(true)
              }}
            />
          </div>
        ) : null}
        {refused ? (
          <p role="status" className="mt-3 text-wax-ink">
            The camera cannot be used here. Type the words instead.
          </p>
        ) : null}
        <WordsField
          label="The twelve words"
          rows={3}
          value={typed}
          problem={problem}
          autoFocus={!narrow}
          onChange={setTyped}
          className="mt-4"
        />
      </div>
      <DialogFoot>
        {hasCamera() ? (
          <Button look={isScanning || typed !== '' ? 'plain' : 'seal'} onClick={() => setIsScanning(!isScanning)}>
            <CameraSign size={16} />
            {isScanning ? 'Close the camera' : 'Scan the code'}
          </Button>
        ) : null}
        <Button
          look={hasCamera() && !isScanning && typed === '' ? 'plain' : 'seal'}
          type="submit"
          disabled={typed.trim() === ''}
        >
          Continue
        </Button>
      </DialogFoot>
    </form>
  )
}

/** The one moment that decides: who has the code in front of them. */
function TypeCode({
  state,
  onCode,
  onCancel,
}: {
  state: Extract<GivingState, { type: 'confirm' }>
  onCode: (code: string) => void
  onCancel: () => void
}) {
  const [code, setCode] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onCode(code)
    setCode('')
  }
  return (
    <form onSubmit={submit}>
      <div className={body}>
        <p className="text-ink-2">
          <bdi className="font-semibold text-ink">{state.deviceName || 'A device'}</bdi> asks to become yours. It will
          read and write everything you can, in all workspaces of this browser and those to come.
        </p>
        <p className="mt-2 text-ink-2">
          Type the code that stands on its screen. If that screen is not in front of you, it is not your device: cancel.
        </p>
        <TextField
          label="Code on the new device"
          value={code}
          inputMode="numeric"
          maxLength={11}
          autoFocus
          problem={state.wrongCodes > 0 ? wrongCodeWords(MOST_CODES - state.wrongCodes) : undefined}
          onChange={(event) => setCode(event.target.value)}
          className="mt-4 [&_input]:font-mono"
        />
      </div>
      <DialogFoot>
        <Button look="plain" onClick={onCancel}>
          Cancel
        </Button>
        <Button look="mask" type="submit" disabled={code.replace(/\D/g, '').length < 6}>
          Link this device
        </Button>
      </DialogFoot>
    </form>
  )
}

function Linked({ state, onDone }: { state: Extract<GivingState, { type: 'linked' }>; onDone: () => void }) {
  const named = (names: readonly string[]) => list(names.map(workspaceName))
  return (
    <>
      <div className={body} role="status">
        <p>
          <bdi className="font-semibold">{state.deviceName}</bdi>{' '}
          {state.linked.length > 0 ? `is yours now, in ${named(state.linked)}.` : 'had everything already.'}
        </p>
        {state.failed.length > 0 ? (
          <p className="mt-2 text-wax-ink">
            {named(state.failed)} could not be linked. Open it on this device and link again.
          </p>
        ) : null}
      </div>
      <DialogFoot>
        <Button look="plain" autoFocus onClick={onDone}>
          Done
        </Button>
      </DialogFoot>
    </>
  )
}

/** Links another device from this one: its words, then its code, then nothing more to do. */
export function LinkDevice({ onDone }: { onDone: () => void }) {
  const session = useSession()
  const [giving, setGiving] = useState<Giving>()
  const state = useWatched(giving)
  if (!giving || !state || state.type === 'failed') {
    const failure =
      state?.type === 'failed' && state.reason.type !== 'cancelled' ? givingFailureWords(state.reason) : undefined
    return (
      <TakeWords
        problem={failure && `${failure.title}. ${failure.text}`}
        onWords={(words) => setGiving(session.linkDevice(words))}
      />
    )
  }
  switch (state.type) {
    case 'confirm':
      return <TypeCode state={state} onCode={(code) => giving.confirm(code)} onCancel={() => giving.close()} />
    case 'linked':
      return <Linked state={state} onDone={onDone} />
    case 'waiting':
      return (
        <>
          <p role="status" className={`${body} text-ink-2`}>
            Looking for the new device at the relay…
          </p>
          <DialogFoot>
            <Button look="plain" onClick={() => giving.close()}>
              Cancel
            </Button>
          </DialogFoot>
        </>
      )
    case 'linking':
      return (
        <p role="status" className={`${body} pb-6 text-ink-2`}>
          Linking{state.of ? ` ${state.done} of ${state.of}` : ''}…
        </p>
      )
  }
}
