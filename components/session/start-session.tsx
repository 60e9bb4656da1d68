import { type ReactNode, useState } from 'react'
import { SessionProvider } from '#components/session/session-context'
import { createSession } from '#lib/session/create-session'

/** Starts the one session of this tab; it opens the workspace that the address names. */
export function StartSession({ children }: { children: ReactNode }) {
  const [session] = useState(createSession)
  return <SessionProvider session={session}>{children}</SessionProvider>
}
