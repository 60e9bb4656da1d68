'use client'

import dynamic from 'next/dynamic'
import { Letter } from '#components/onboarding/letter'
import { InterfaceRoot } from '#components/ui/interface-root'

const Running = dynamic(() => import('#components/onboarding/start-joining').then((room) => room.StartJoining), {
  ssr: false,
  loading: () => <Letter title="An invitation" text="It is being opened…" />,
})

/** The join page: runs in the browser only. */
export function JoinApp() {
  return (
    <InterfaceRoot>
      <Running />
    </InterfaceRoot>
  )
}
