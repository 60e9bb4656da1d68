import { useEffect, useState } from 'react'
import { useWatched } from '#components/devices/use-watched'
import { pageAddress } from '#components/session/route'
import { useSession } from '#components/session/session-context'
import { useStarted } from '#components/session/started'
import { Button } from '#components/ui/button'
import { DialogFoot } from '#components/ui/dialog'
import { WordsField } from '#components/ui/words-field'
import { notBackWords, recoveryProblemWords } from '#lib/words/kit-words'

const body = 'px-6 pt-3 max-desk:px-5'

/** Brings everything back from the words of a kit. */
export function Recover({ onBack, onRecovered }: { onBack: () => void; onRecovered: (address: string) => void }) {
  const session = useSession()
  const recovery = useStarted(() => session.recover())
  const state = useWatched(recovery)
  const [typed, setTyped] = useState('')
  useEffect(() => {
    if (state?.type === 'recovered' && state.failed === 0) onRecovered(pageAddress(state.workspaceId))
  }, [state, onRecovered])

  if (state?.type === 'recovered' && state.failed > 0)
    return (
      <>
        <p role="alert" className={`${body} text-ink-2`}>
          {notBackWords(state)}
        </p>
        <DialogFoot>
          <Button look="seal" autoFocus onClick={() => onRecovered(pageAddress(state.workspaceId))}>
            Open what came back
          </Button>
        </DialogFoot>
      </>
    )
  if (state?.type === 'looking' || state?.type === 'recovering' || state?.type === 'recovered') {
    const words =
      state.type === 'looking'
        ? 'Looking for your workspaces…'
        : state.type === 'recovered'
          ? 'Your pages are being opened…'
          : `Bringing back ${state.done + 1} of ${state.of}…`
    return (
      <p role="status" className={`${body} pb-6 text-ink-2`}>
        {words}
      </p>
    )
  }
  const problem = state?.problem && recoveryProblemWords(state.problem)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (typed.trim() !== '') recovery?.begin(typed)
      }}
    >
      <div className={body}>
        <p className="text-ink-2">Type the 24 words of your paper, in their order.</p>
        <WordsField
          label="The 24 words"
          rows={5}
          value={typed}
          problem={problem && `${problem.title}. ${problem.text}`}
          autoFocus
          onChange={setTyped}
          className="mt-4"
        />
      </div>
      <DialogFoot>
        <Button look="plain" onClick={onBack}>
          Back
        </Button>
        <Button look="seal" type="submit" disabled={typed.trim() === ''}>
          Bring everything back
        </Button>
      </DialogFoot>
    </form>
  )
}
