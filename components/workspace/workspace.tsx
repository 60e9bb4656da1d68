import { useEffect } from 'react'
import { Letter } from '#components/onboarding/letter'
import { goTo, useRoute } from '#components/session/route'
import { useSession, useSessionView } from '#components/session/session-context'
import { Button } from '#components/ui/button'
import { Desk } from '#components/workspace/desk'
import { Ground } from '#components/workspace/ground'
import type { Obstacle } from '#lib/session/session-view'
import { obstacleWords } from '#lib/words/trouble-words'

function ObstacleView({ obstacle }: { obstacle: Obstacle }) {
  const { title, text } = obstacleWords(obstacle)
  return (
    <Letter title={title} text={text}>
      {obstacle.type === 'workspace-unknown' ? (
        <Button
          look="plain"
          size="large"
          className="w-full"
          onClick={() => {
            goTo('#/', { replace: true })
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
  const { obstacle, workspace } = useSessionView()
  const { workspaceId: wanted } = useRoute()
  const current = workspace?.id
  const elsewhere = wanted !== undefined && current !== undefined && wanted !== current

  useEffect(() => {
    if (elsewhere) session.switchWorkspace(wanted)
  }, [session, elsewhere, wanted])

  if (obstacle) return <ObstacleView obstacle={obstacle} />
  if (current === undefined || elsewhere) return <Ground />
  return <Desk key={current} />
}
