'use client'

import dynamic from 'next/dynamic'
import { InterfaceRoot } from '#components/ui/interface-root'
import { Ground } from '#components/workspace/ground'

const Running = dynamic(
  () =>
    Promise.all([import('#components/session/start-session'), import('#components/workspace/workspace')]).then(
      ([{ StartSession }, { Workspace }]) =>
        function Running() {
          return (
            <StartSession>
              <Workspace />
            </StartSession>
          )
        },
    ),
  { ssr: false, loading: Ground },
)

/** The whole app of a person with pages: runs in the browser only, nothing of it is rendered ahead. */
export function WorkspaceApp() {
  return (
    <InterfaceRoot>
      <Running />
    </InterfaceRoot>
  )
}
