import { useEffect, useRef } from 'react'
import { goTo, pageAddress, useRoute } from '#components/session/route'
import { useOpenWorkspace, useSession } from '#components/session/session-context'

/**
 * Keeps address and session at the same workspace: whoever moved last leads. Returns false for the moment in which they
 * disagree. A draft has no address of its own.
 */
export function useFollowAddress(): boolean {
  const session = useSession()
  const workspace = useOpenWorkspace('id', 'draft')
  const { workspaceId: wanted } = useRoute()
  const current = workspace?.id
  const draft = workspace?.draft ?? false
  const before = useRef({ wanted, current })

  useEffect(() => {
    if (current === undefined) return
    const { wanted: wantedBefore, current: currentBefore } = before.current
    before.current = { wanted, current }
    if (wanted === undefined || wanted === current) return
    const sessionMoved = wanted === wantedBefore && currentBefore !== undefined && current !== currentBefore
    if (sessionMoved) goTo(draft ? '#/' : pageAddress(current))
    else session.switchWorkspace(wanted)
  }, [session, wanted, current, draft])

  return wanted === undefined || wanted === current
}
