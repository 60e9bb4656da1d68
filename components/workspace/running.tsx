import { StartSession } from '#components/session/start-session'
import { Workspace } from '#components/workspace/workspace'

/** The session of this tab with its workspace on screen: all that the app loads before a page is there. */
export function Running() {
  return (
    <StartSession>
      <Workspace />
    </StartSession>
  )
}
