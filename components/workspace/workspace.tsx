import { LockingScreen, LockScreen } from '#components/lock/lock-screen'
import { Letter } from '#components/onboarding/letter'
import { useFollowAddress } from '#components/session/follow-address'
import { goTo, pageAddress } from '#components/session/route'
import { useOpenWorkspace, useSession, useSessionView } from '#components/session/session-context'
import { Button } from '#components/ui/button'
import { Tellings } from '#components/ui/tellings'
import { Desk } from '#components/workspace/desk'
import { Ground } from '#components/workspace/ground'
import { useWorkspaces, WorkspaceName } from '#components/workspace/workspace-name'
import type { Obstacle } from '#lib/session/session-view'
import { obstacleWords } from '#lib/words/trouble-words'

/** The others of this browser may open all the same. */
const obstaclesOfOneWorkspace: ReadonlySet<Obstacle['type']> = new Set([
  'workspace-damaged',
  'no-answer',
  'storage-full',
  'did-not-open',
])

/** What keeps a workspace from opening, and the way out where there is one. */
function ObstacleLetter({ obstacle }: { obstacle: Obstacle }) {
  const { title, text } = obstacleWords(obstacle)
  const session = useSession()
  const workspaces = useWorkspaces()
  const isOfOneWorkspace = obstaclesOfOneWorkspace.has(obstacle.type)
  return (
    <Letter title={title} text={text}>
      {isOfOneWorkspace ? (
        <Button look="plain" size="large" className="w-full" onClick={() => window.location.reload()}>
          Reload
        </Button>
      ) : null}
      {workspaces
        .filter(({ current }) => isOfOneWorkspace && !current)
        .map(({ id, name, number }) => (
          <Button
            key={id}
            look="plain"
            size="large"
            className="mt-2 w-full"
            onClick={() => {
              goTo(pageAddress(id))
              session.switchWorkspace(id)
            }}
          >
            <span className="flex min-w-0 whitespace-pre">
              Open <WorkspaceName name={name} number={number} />
            </span>
          </Button>
        ))}
      {obstacle.type === 'workspace-unknown' ? (
        <Button
          look="plain"
          size="large"
          className="w-full"
          onClick={() => {
            window.history.replaceState(null, '', '/')
            window.location.reload()
          }}
        >
          Open my own pages
        </Button>
      ) : null}
    </Letter>
  )
}

/** The workspace that the address names, or what stands in its way. */
export function Workspace() {
  const session = useSession()
  const { phase, lock, obstacle } = useSessionView('phase', 'lock', 'obstacle')
  const workspace = useOpenWorkspace('id')
  const together = useFollowAddress()
  if (phase === 'locking') return <LockingScreen />
  if (phase === 'locked') return <LockScreen key={lock.places.current} unlocking={session} places={lock.places} />
  const isOpen = workspace && together
  return (
    <Tellings>
      {obstacle ? <ObstacleLetter obstacle={obstacle} /> : isOpen ? <Desk key={workspace.id} /> : <Ground />}
    </Tellings>
  )
}
