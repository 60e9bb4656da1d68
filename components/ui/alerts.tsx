import {
  createContext,
  type FocusEvent,
  type ReactNode,
  useCallback,
  useContext,
  useMemo,
  useRef,
  useState,
} from 'react'
import { Button } from '#components/ui/button'
import { classNames } from '#components/ui/class-names'
import { useHandedFocus } from '#components/ui/handed-focus'

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

const FocusBeforeContext = createContext<() => HTMLElement | null>(() => null)

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
  const card = useHandedFocus<HTMLDivElement>(useContext(FocusBeforeContext))
  return (
    <div
      ref={card}
      tabIndex={-1}
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

/**
 * Shows what `useAlert` was told together with `notices`: at the lower right, on a phone above the page, which begins below them
 * and scrolls away under them. The last card that is dismissed gives the focus back to what had it before.
 */
export function Alerts({ notices }: { notices?: ReactNode }) {
  const kept = useContext(AlertContext)
  const before = useRef<HTMLElement>(null)
  const noteBefore = ({ currentTarget, relatedTarget }: FocusEvent) => {
    if (relatedTarget instanceof HTMLElement && !currentTarget.contains(relatedTarget)) before.current = relatedTarget
  }
  return (
    <FocusBeforeContext value={useCallback(() => before.current, [])}>
      <section
        aria-label="Notices"
        onFocus={noteBefore}
        className="pointer-events-none fixed right-0 bottom-0 z-40 grid max-h-dvh w-[392px] max-w-full gap-2 overflow-y-auto p-4 *:pointer-events-auto empty:hidden max-desk:sticky max-desk:top-0 max-desk:max-h-[45dvh] max-desk:w-auto max-desk:px-3 max-desk:py-2 print:hidden"
      >
        {notices}
        {kept?.alerts.map((alert) => (
          <AlertCard key={alert.id} text={alert.text} urgent onDismiss={() => kept.dismiss(alert.id)} />
        ))}
      </section>
    </FocusBeforeContext>
  )
}
