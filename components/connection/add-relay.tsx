import { useState } from 'react'
import { useSession } from '#components/session/session-context'
import { Button } from '#components/ui/button'
import { TextField } from '#components/ui/text-field'
import { ADD_RELAY_HELP } from '#lib/words/connection-words'
import { actionErrorWords } from '#lib/words/trouble-words'

/** Names a further relay for everybody in the workspace, once it has answered. */
export function AddRelay() {
  const session = useSession()
  const [address, setAddress] = useState('')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const add = async () => {
    setBusy(true)
    const added = await session.addRelay(address)
    setBusy(false)
    setProblem(added.ok ? undefined : actionErrorWords(added.error))
    if (added.ok) setAddress('')
  }
  return (
    <form
      className="border-line border-t px-6 pt-3 pb-4 max-desk:px-5"
      onSubmit={(event) => {
        event.preventDefault()
        if (!busy && address.trim() !== '') void add()
      }}
    >
      <TextField
        label="Address of a further relay"
        value={address}
        problem={problem}
        maxLength={200}
        onChange={(event) => setAddress(event.target.value)}
      />
      <p role="status" className="mt-1 text-help text-ink-3">
        {busy ? 'Calling it …' : ADD_RELAY_HELP}
      </p>
      <Button look="plain" size="small" className="mt-2" type="submit" busy={busy} disabled={address.trim() === ''}>
        Add relay
      </Button>
    </form>
  )
}
