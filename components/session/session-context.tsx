import { createContext, type ReactNode, useContext, useRef, useSyncExternalStore } from 'react'
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

/** What `read` says of the session; renders again when one of these fields is another value, or it says nothing any more. */
function useFields<Facts extends object>(
  read: (session: Session) => Facts | undefined,
  fields: readonly (keyof Facts)[],
): Facts | undefined {
  const session = useSession()
  const shown = useRef<Facts>(undefined)
  const look = () => {
    const [before, now] = [shown.current, read(session)]
    const isSame = before && now && fields.every((field) => before[field] === now[field])
    if (!isSame) shown.current = now
    return shown.current
  }
  return useSyncExternalStore(session.subscribe, look, look)
}

const viewOf = (session: Session): SessionView => session.view()
const workspaceOf = (session: Session): WorkspaceView | undefined => session.view().workspace

/** These facts of what the session tells. */
export function useSessionView<Field extends keyof SessionView>(...fields: readonly Field[]): Pick<SessionView, Field> {
  const view = useFields(viewOf, fields)
  if (!view) throw new Error('a session always tells something')
  return view
}

/** These facts of the workspace on screen, if there is one. */
export function useOpenWorkspace<Field extends keyof WorkspaceView>(
  ...fields: readonly Field[]
): Pick<WorkspaceView, Field> | undefined {
  return useFields(workspaceOf, fields)
}

/**
 * The same, for components that are shown when there is one. Most of it stays as it is while somebody types: what is not named
 * keeps nobody busy.
 */
export function useWorkspace<Field extends keyof WorkspaceView>(
  ...fields: readonly Field[]
): Pick<WorkspaceView, Field> {
  const workspace = useOpenWorkspace(...fields)
  if (!workspace) throw new Error('used without a workspace')
  return workspace
}
