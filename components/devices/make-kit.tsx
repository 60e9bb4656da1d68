import { Printer } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { useWatched } from '#components/devices/use-watched'
import { WordList } from '#components/devices/word-list'
import { useSession, useWorkspace } from '#components/session/session-context'
import { useStarted } from '#components/session/started'
import { Button } from '#components/ui/button'
import { DialogFoot } from '#components/ui/dialog'
import { TextField } from '#components/ui/text-field'
import type { KitMaking, KitState } from '#lib/session/session-view'
import { KIT_REPLACES, keptWords } from '#lib/words/kit-words'

const body = 'px-6 pt-3 max-desk:px-5'

function WriteDown({ words, onWritten }: { words: readonly string[]; onWritten: () => void }) {
  const { kit } = useWorkspace('kit')
  return (
    <>
      <div className={`${body} prints`}>
        <p className="text-ink-2">
          These 24 words bring back all your workspaces when every device is gone. Print them or write them down, and
          keep the paper like a passport: whoever has it is you.
        </p>
        <div className="mt-4 rounded-field bg-sunken px-4 py-3 shadow-hairline">
          <WordList words={words} />
        </div>
        <p className="mt-3 text-help text-ink-3">
          They are shown now and never again. To come back, open {window.location.host} and choose “I use Waxwing on
          another device”.
        </p>
      </div>
      {kit === 'none' ? null : <p className={`${body} text-help text-ink-3`}>{KIT_REPLACES}</p>}
      <DialogFoot>
        <Button look="seal" onClick={() => window.print()}>
          <Printer size={16} />
          Print
        </Button>
        <Button look="plain" onClick={onWritten}>
          I have them on paper
        </Button>
      </DialogFoot>
    </>
  )
}

function Test({
  state,
  onAnswer,
  onBack,
}: {
  state: Extract<KitState, { type: 'test' }>
  onAnswer: (words: readonly string[]) => void
  onBack: () => void
}) {
  const [typed, setTyped] = useState<Readonly<Record<number, string>>>({})
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onAnswer(state.places.map((place) => typed[place] ?? ''))
  }
  return (
    <form onSubmit={submit}>
      <div className={body}>
        <p className="text-ink-2">Three words from your paper, so that you can trust it:</p>
        <div className="mt-4 grid gap-4 tablet:grid-cols-3">
          {state.places.map((place, at) => (
            <TextField
              key={place}
              label={`Word ${place}`}
              value={typed[place] ?? ''}
              autoFocus={at === 0}
              autoCapitalize="none"
              spellCheck={false}
              onChange={(event) => setTyped({ ...typed, [place]: event.target.value })}
              className="[&_input]:font-mono"
            />
          ))}
        </div>
        <p role="status" className="mt-3 min-h-[18px] text-help text-wax-ink">
          {state.wasWrong ? 'One of those was not right. Here are three others.' : ''}
        </p>
      </div>
      <DialogFoot>
        <Button look="plain" onClick={onBack}>
          Show the words
        </Button>
        <Button look="seal" type="submit" disabled={state.places.some((place) => (typed[place] ?? '').trim() === '')}>
          Keep this kit
        </Button>
      </DialogFoot>
    </form>
  )
}

/** Makes a recovery kit: paper first, then three words of it, then it counts. */
export function MakeKit({ onDone }: { onDone: () => void }) {
  const session = useSession()
  const making: KitMaking | undefined = useStarted(() => session.makeKit())
  const state = useWatched(making)
  switch (state?.type) {
    case undefined:
      return null
    case 'words':
      return <WriteDown words={state.words} onWritten={() => making?.test()} />
    case 'test':
      return (
        <Test
          key={state.places.join()}
          state={state}
          onAnswer={(words) => making?.answer(words)}
          onBack={() => making?.showAgain()}
        />
      )
    case 'keeping':
      return (
        <p role="status" className={`${body} pb-6 text-ink-2`}>
          Putting your workspaces in…
        </p>
      )
    case 'kept':
    case 'failed':
      return (
        <>
          <p role="status" className={body}>
            {state.type === 'kept'
              ? keptWords(state.kept, state.failed)
              : 'The browser could not write to this device. Nothing was changed; these words bring back nothing.'}
          </p>
          <DialogFoot>
            <Button look="plain" autoFocus onClick={onDone}>
              Done
            </Button>
          </DialogFoot>
        </>
      )
  }
}
