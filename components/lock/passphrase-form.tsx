import { type FormEvent, useId, useState } from 'react'
import { Button } from '#components/ui/button'
import { DialogFoot } from '#components/ui/dialog'
import { TextField } from '#components/ui/text-field'
import type { UnlockError } from '#lib/session/lock-view'
import { passphraseAdvice, SHORTEST_PASSPHRASE, unlockErrorWords } from '#lib/words/lock-words'

type Outcome = { readonly ok: true } | { readonly ok: false; readonly error: UnlockError }

/** Asks for the passphrase that stands now, for another one twice, or for both. */
export function PassphraseForm({
  action,
  asksCurrent = false,
  asksNext = true,
  onSubmit,
  onDone,
}: {
  action: string
  asksCurrent?: boolean
  asksNext?: boolean
  onSubmit: (typed: { current: string; next: string }) => Promise<Outcome>
  onDone?: () => void
}) {
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const [again, setAgain] = useState('')
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)
  const adviceId = useId()
  const differs = again !== '' && again !== next
  const isReady =
    (!asksCurrent || current !== '') && (!asksNext || (next.trim().length >= SHORTEST_PASSPHRASE && again === next))

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (busy || !isReady) return
    setBusy(true)
    setProblem(undefined)
    const done = await onSubmit({ current, next })
    setBusy(false)
    if (done.ok) onDone?.()
    else setProblem(unlockErrorWords(done.error))
  }

  return (
    <form onSubmit={(event) => void submit(event)}>
      <div className="grid gap-3.5 px-6 pt-[18px] max-desk:px-5">
        {asksCurrent ? (
          <TextField
            label="Your passphrase"
            type="password"
            autoComplete="current-password"
            autoFocus
            value={current}
            problem={problem}
            onChange={(event) => setCurrent(event.target.value)}
          />
        ) : null}
        {asksNext ? (
          <>
            <div>
              <TextField
                label="New passphrase"
                type="password"
                autoComplete="new-password"
                autoFocus={!asksCurrent}
                value={next}
                onChange={(event) => setNext(event.target.value)}
              />
              <p id={adviceId} role="status" className="mt-1.5 text-help text-ink-2">
                {passphraseAdvice(next)}
              </p>
            </div>
            <TextField
              label="The same again"
              type="password"
              autoComplete="new-password"
              value={again}
              problem={differs ? 'The two are not the same yet.' : undefined}
              onChange={(event) => setAgain(event.target.value)}
            />
          </>
        ) : null}
        {!asksCurrent && problem ? (
          <p role="alert" className="text-wax-ink">
            {problem}
          </p>
        ) : null}
      </div>
      <DialogFoot>
        <Button look="seal" type="submit" busy={busy} disabled={!isReady}>
          {busy ? 'One moment…' : action}
        </Button>
      </DialogFoot>
    </form>
  )
}
