import { createContext, type ReactNode, useContext, useState } from 'react'
import { popupButton } from '#components/ui/popup-button'

type Opener = () => HTMLElement | null

const OpenerContext = createContext<Opener | undefined>(undefined)

/** What had the focus as `open` became true; in a menu or a panel that closes with it the button of that, which stays. */
function useFocusBefore(open: boolean): Opener {
  const [wasOpen, setWasOpen] = useState(false)
  const [before, setBefore] = useState<Element | null>(null)
  if (open !== wasOpen) {
    setWasOpen(open)
    if (open) setBefore(popupButton(document.activeElement))
  }
  return () => (before instanceof HTMLElement && before.isConnected && before !== document.body ? before : null)
}

/** What opened the first of several dialogs that follow upon each other: the focus comes back to it after the last one. */
export function Opener({ open, children }: { open: boolean; children: ReactNode }) {
  return <OpenerContext value={useFocusBefore(open)}>{children}</OpenerContext>
}

/**
 * Where the focus goes when a dialog closes; `null` leaves that to the dialog, which does not know it where a field of it takes
 * the focus as it appears, nor after another dialog.
 */
export function useOpener(open: boolean): Opener {
  const own = useFocusBefore(open)
  return useContext(OpenerContext) ?? own
}
