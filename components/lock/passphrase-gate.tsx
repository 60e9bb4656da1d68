import { type ReactNode, useState } from 'react'
import { PassphraseForm } from '#components/lock/passphrase-form'
import { useSession, useSessionView } from '#components/session/session-context'

/** Asks for the passphrase, where there is one, before what is inside: an open page may have been left alone. */
export function PassphraseGate({ children }: { children: ReactNode }) {
  const session = useSession()
  const { lock } = useSessionView()
  const [known, setKnown] = useState(false)
  if (known || !lock.passphrase) return children
  return (
    <PassphraseForm
      asksCurrent
      asksNext={false}
      action="Continue"
      onSubmit={({ current }) => session.confirmPassphrase(current)}
      onDone={() => setKnown(true)}
    />
  )
}
