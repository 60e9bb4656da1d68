import { useEffect, useState, useSyncExternalStore } from 'react'
import { JoinLetter } from '#components/onboarding/join-letter'
import { pageAddress } from '#components/session/route'
import type { Joining } from '#lib/session/session-view'

/** Runs one joining to its end, then leaves for the workspace by a fresh load that knows nothing of the invitation. */
export function Join({ joining, onJoined }: { joining: Joining; onJoined: (address: string) => void }) {
  const [now] = useState(() => Date.now())
  const state = useSyncExternalStore(joining.subscribe, joining.state, joining.state)
  useEffect(() => {
    if (state.type === 'joined') onJoined(`/${pageAddress(state.workspaceId, state.pageId)}`)
  }, [state, onJoined])
  return (
    <JoinLetter
      state={state}
      now={now}
      onAccept={(name, pin) => joining.accept(name, pin)}
      onWords={(text) => joining.openWords(text)}
      onCancel={() => joining.cancel()}
      unlocking={joining}
    />
  )
}
