import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react'
import { Button } from '#components/ui/button'
import { classNames } from '#components/ui/class-names'

interface Alert {
  readonly id: number
  readonly text: string
}

interface KeptAlerts {
  readonly alerts: readonly Alert[]
  add(text: string): void
  dismiss(id: number): void
}

const AlertContext = createContext<KeptAlerts | undefined>(undefined)

/** Returns the function that tells why something asked for was not done. */
export function useAlert(): (text: string) => void {
  return useContext(AlertContext)?.add ?? unheard
}

const unheard = () => {}

function useKeptAlerts(): KeptAlerts {
  const [alerts, setAlerts] = useState<readonly Alert[]>([])
  const add = useCallback((text: string) => {
    setAlerts((before) => [
      ...before.filter((alert) => alert.text !== text),
      { id: (before.at(-1)?.id ?? 0) + 1, text },
    ])
  }, [])
  const dismiss = useCallback((id: number) => setAlerts((before) => before.filter((alert) => alert.id !== id)), [])
  return useMemo(() => ({ alerts, add, dismiss }), [alerts, add, dismiss])
}

/** Keeps what is told while what shows it is replaced: the way from one workspace to another, say. */
export function AlertKeeper({ children }: { children: ReactNode }) {
  return <AlertContext value={useKeptAlerts()}>{children}</AlertContext>
}

/** One sentence on a card that stays until dismissed. */
export function AlertCard({
  text,
  onDismiss,
  urgent,
  children,
}: {
  text: string
  onDismiss: () => void
  urgent: boolean
  /** A way to act on it. */
  children?: ReactNode
}) {
  return (
    <div
      role={urgent ? 'alert' : 'status'}
      className={classNames(
        'rises flex items-start gap-x-3 gap-y-1 rounded-menu bg-raised py-2.5 pr-2.5 pl-4 shadow-float',
        children ? 'flex-wrap justify-end' : '',
      )}
    >
      <p className={classNames('min-w-0 py-1 [overflow-wrap:anywhere]', children ? 'basis-full' : 'flex-1')}>{text}</p>
      {children}
      <Button look="bare" size="small" onClick={onDismiss}>
        Dismiss
      </Button>
    </div>
  )
}

/** Gives `useAlert` to everything below, and shows what it was told together with `notices`, at the lower right, on a phone under the header. */
export function Alerts({ notices, children }: { notices?: ReactNode; children: ReactNode }) {
  const own = useKeptAlerts()
  const kept = useContext(AlertContext) ?? own
  const { alerts, dismiss } = kept
  return (
    <AlertContext value={kept}>
      {children}
      <div className="fixed right-4 bottom-4 z-40 grid w-[360px] max-w-[calc(100vw-32px)] gap-2 max-desk:top-14 max-desk:bottom-auto print:hidden">
        {notices}
        {alerts.map((alert) => (
          <AlertCard key={alert.id} text={alert.text} urgent onDismiss={() => dismiss(alert.id)} />
        ))}
      </div>
    </AlertContext>
  )
}
