import { type ReactNode, useState } from 'react'
import { PassphraseForm } from '#components/lock/passphrase-form'
import { useSession, useSessionView } from '#components/session/session-context'

/** Asks for the passphrase, where there is one, before what is inside: an open page may have been left alone. */
export function PassphraseGate({ children }: { children: ReactNode }) {
  const { lock } = useSessionView('lock')
  const [known, setKnown] = useState(false)
  return known || !lock.passphrase ? children : <AskPassphrase onKnown={() => setKnown(true)} />
}

/** Asks for the passphrase that stands now. */
export function AskPassphrase({ onKnown }: { onKnown: () => void }) {
  const session = useSession()
  return (
    <PassphraseForm
      asksCurrent
      asksNext={false}
      action="Continue"
      onSubmit={({ current }) => session.confirmPassphrase(current)}
      onDone={onKnown}
    />
  )
}
