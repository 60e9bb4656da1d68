import { Letter } from '#components/onboarding/letter'
import { useFollowAddress } from '#components/session/follow-address'
import { useSessionView } from '#components/session/session-context'
import { Button } from '#components/ui/button'
import { Desk } from '#components/workspace/desk'
import { Ground } from '#components/workspace/ground'
import type { Obstacle } from '#lib/session/session-view'
import { obstacleWords } from '#lib/words/trouble-words'

/** What keeps a workspace from opening, and the way out where there is one. */
export function ObstacleLetter({ obstacle }: { obstacle: Obstacle }) {
  const { title, text } = obstacleWords(obstacle)
  return (
    <Letter title={title} text={text}>
      {obstacle.type === 'workspace-damaged' ? (
        <Button look="plain" size="large" className="w-full" onClick={() => window.location.reload()}>
          Reload
        </Button>
      ) : null}
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
  const { obstacle, workspace } = useSessionView()
  const together = useFollowAddress()
  if (obstacle) return <ObstacleLetter obstacle={obstacle} />
  if (!workspace || !together) return <Ground />
  return <Desk key={workspace.id} />
}
