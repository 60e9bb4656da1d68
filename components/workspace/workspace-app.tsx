'use client'

import dynamic from 'next/dynamic'
import { InterfaceRoot } from '#components/ui/interface-root'
import { Ground } from '#components/workspace/ground'

const Running = dynamic(() => import('#components/workspace/running').then((room) => room.Running), {
  ssr: false,
  loading: Ground,
})

/** The whole app of a person with pages: runs in the browser only, nothing of it is rendered ahead. */
export function WorkspaceApp() {
  return (
    <InterfaceRoot>
      <Running />
    </InterfaceRoot>
  )
}
