import type { ReactNode } from 'react'
import { SessionProvider } from '#components/session/session-context'
import { useStarted } from '#components/session/started'
import { createSession } from '#lib/session/create-session'

/** Starts the one session of this tab; it opens the workspace that the address names. */
export function StartSession({ children }: { children: ReactNode }) {
  const session = useStarted(createSession)
  return session && <SessionProvider session={session}>{children}</SessionProvider>
}
