import { createContext, type ReactNode, useContext, useSyncExternalStore } from 'react'
import type { Session, SessionView, WorkspaceView } from '#lib/session/session-view'

const SessionContext = createContext<Session | undefined>(undefined)

/** Gives every component below the session that runs in this tab. */
export function SessionProvider({ session, children }: { session: Session; children: ReactNode }) {
  return <SessionContext value={session}>{children}</SessionContext>
}

/** The running session, to ask things of. */
export function useSession(): Session {
  const session = useContext(SessionContext)
  if (!session) throw new Error('used outside of SessionProvider')
  return session
}

/** What the session tells; renders again when it changed. */
export function useSessionView(): SessionView {
  const session = useSession()
  return useSyncExternalStore(session.subscribe, session.view, session.view)
}

/** The workspace on screen; only for components that are shown when there is one. */
export function useWorkspace(): WorkspaceView {
  const { workspace } = useSessionView()
  if (!workspace) throw new Error('used without a workspace')
  return workspace
}
