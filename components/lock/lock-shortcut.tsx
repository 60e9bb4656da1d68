import { useEffect } from 'react'
import { useSession, useSessionView } from '#components/session/session-context'
import { isMac } from '#components/ui/is-mac'

/** How the shortcut is written on this device's keyboard. */
export const lockKeys = (): string => (isMac() ? '⇧⌘L' : 'Ctrl+Shift+L')

/** Locks by Ctrl+Shift+L or ⇧⌘L from anywhere on the page, where there is a passphrase. */
export function useLockShortcut(): void {
  const session = useSession()
  const { lock } = useSessionView('lock')
  useEffect(() => {
    if (!lock.passphrase) return
    const press = (event: KeyboardEvent) => {
      const mod = isMac() ? event.metaKey : event.ctrlKey
      if (!mod || !event.shiftKey || event.altKey || event.isComposing || event.key.toLowerCase() !== 'l') return
      event.preventDefault()
      session.lock()
    }
    window.addEventListener('keydown', press, { capture: true })
    return () => window.removeEventListener('keydown', press, { capture: true })
  }, [session, lock.passphrase])
}
