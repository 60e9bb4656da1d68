import { type FormEvent, useState } from 'react'
import { OtherProfiles } from '#components/lock/other-profiles'
import { Letter } from '#components/onboarding/letter'
import { Button } from '#components/ui/button'
import { Fold } from '#components/ui/fold'
import { TextField } from '#components/ui/text-field'
import type { ProfilePlaces, Unlocking } from '#lib/session/lock-view'
import { unlockErrorWords } from '#lib/words/lock-words'

function Forgotten({ unlocking, places }: { unlocking: Unlocking; places: ProfilePlaces }) {
  return (
    <Fold look="foot" title="I forgot the passphrase" className="border-line border-t">
      <div className="px-14 pb-6 text-ink-2 max-desk:px-6">
        <p className="text-balance">
          Nobody can reset it. Your recovery kit or another device of yours has the same pages: start anew here and get
          them back from there, or ask a member to invite you again. What is locked stays in this browser, in case you
          remember.
        </p>
        <Button look="plain" className="mt-4" onClick={() => unlocking.startAnew()}>
          Start anew, delete nothing
        </Button>
        <OtherProfiles places={places} onOpen={(place) => unlocking.openProfile(place)} />
      </div>
    </Fold>
  )
}

/** All that a locked page shows: nothing of what it keeps, not even a name. */
export function LockScreen({ unlocking, places }: { unlocking: Unlocking; places: ProfilePlaces }) {
  const [passphrase, setPassphrase] = useState('')
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)

  const unlock = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const field = event.currentTarget.querySelector('input')
    if (busy || passphrase === '') return
    setBusy(true)
    setProblem(undefined)
    const opened = await unlocking.unlock(passphrase)
    if (opened.ok) return
    setBusy(false)
    setProblem(unlockErrorWords(opened.error))
    field?.focus()
    field?.select()
  }

  return (
    <Letter title="Locked" below={<Forgotten unlocking={unlocking} places={places} />}>
      <form onSubmit={(event) => void unlock(event)} className="text-left">
        <TextField
          label="Passphrase"
          type="password"
          autoComplete="current-password"
          autoFocus
          value={passphrase}
          problem={problem}
          onChange={(event) => setPassphrase(event.target.value)}
        />
        <Button look="seal" size="large" type="submit" busy={busy} disabled={passphrase === ''} className="mt-4 w-full">
          {busy ? 'Opening…' : 'Unlock'}
        </Button>
      </form>
    </Letter>
  )
}

/** While what was typed is still being committed. */
export function LockingScreen() {
  return <Letter title="Locking" text={<p role="status">What you typed is being put away…</p>} />
}
