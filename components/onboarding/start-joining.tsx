import { takeInvitation } from '#components/onboarding/first-script'
import { Join } from '#components/onboarding/join'
import { useStarted } from '#components/session/started'
import { createJoining } from '#lib/session/create-joining'

const leave = (address: string) => window.location.replace(address)

/** Opens the letter with the invitation that the first script took out of the address. */
export function StartJoining() {
  const joining = useStarted(() => createJoining(takeInvitation()))
  return joining && <Join joining={joining} onJoined={leave} />
}
