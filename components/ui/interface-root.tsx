'use client'

import { CSPProvider } from '@base-ui/react/csp-provider'
import { Toast } from '@base-ui/react/toast'
import { Tooltip } from '@base-ui/react/tooltip'
import type { ReactNode } from 'react'
import { AlertKeeper } from '#components/ui/alerts'
import { Toasts } from '#components/ui/toast'

/** What every screen stands in: no inline style elements (the policy refuses them), tooltips, toasts. */
export function InterfaceRoot({ children }: { children: ReactNode }) {
  return (
    <CSPProvider disableStyleElements>
      <Tooltip.Provider>
        <Toast.Provider>
          <AlertKeeper>{children}</AlertKeeper>
          <Toasts />
        </Toast.Provider>
      </Tooltip.Provider>
    </CSPProvider>
  )
}
