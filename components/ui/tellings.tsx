import { Toast } from '@base-ui/react/toast'
import type { ReactNode } from 'react'
import { AlertKeeper } from '#components/ui/alerts'
import { Toasts } from '#components/ui/toast'

/**
 * Keeps what a person is told for as long as it stands: toasts and alerts name pages, files and people, so it must not
 * stand around a lock. What is told once it is gone is heard by nobody.
 */
export function Tellings({ children }: { children: ReactNode }) {
  return (
    <Toast.Provider>
      <AlertKeeper>{children}</AlertKeeper>
      <Toasts />
    </Toast.Provider>
  )
}
