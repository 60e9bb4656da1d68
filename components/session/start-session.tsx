import { type ReactNode, useState } from 'react'
import { parseRoute } from '#components/session/route'
import { SessionProvider } from '#components/session/session-context'
import { createSession } from '#lib/session/create-session'

/** Starts the one session of this tab, at the workspace that the address names. */
export function StartSession({ children }: { children: ReactNode }) {
  const [session] = useState(() => {
    const created = createSession()
    const { workspaceId } = parseRoute(window.location.hash)
    if (workspaceId !== undefined) created.switchWorkspace(workspaceId)
    return created
  })
  return <SessionProvider session={session}>{children}</SessionProvider>
}
