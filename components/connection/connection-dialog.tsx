import { Check, Ellipsis, X } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { AddRelay } from '#components/connection/add-relay'
import { MakeRoom } from '#components/connection/make-room'
import { useSession, useWorkspace } from '#components/session/session-context'
import { useAsk } from '#components/session/use-ask'
import { Button } from '#components/ui/button'
import { classNames } from '#components/ui/class-names'
import { Dialog } from '#components/ui/dialog'
import { Switch } from '#components/ui/switch'
import {
  CONNECTION_LEAD,
  directWords,
  RELAY_ONLY_LABEL,
  type RoadWords,
  relayOnlyWords,
  relayWords,
} from '#lib/words/connection-words'
import { makeRoomTitle, roomStepWords } from '#lib/words/room-words'

const MARKS = {
  open: { Icon: Check, label: 'Open', className: 'text-leaf-ink' },
  waiting: { Icon: Ellipsis, label: 'Waiting', className: 'text-ink-3' },
  closed: { Icon: X, label: 'Closed', className: 'text-band-ink' },
} as const

function Road({ state, title, text, children }: RoadWords & { children?: ReactNode }) {
  const { Icon, label, className } = MARKS[state]
  return (
    <li className="grid grid-cols-[20px_minmax(0,1fr)] gap-x-3 border-line border-t px-6 py-3 max-desk:px-5">
      <Icon size={18} aria-label={label} className={classNames('mt-[3px]', className)} />
      <div>
        <h3 className="font-semibold [overflow-wrap:anywhere]">{title}</h3>
        <p className="text-ink-2">{text}</p>
        {children}
      </div>
    </li>
  )
}

type Step = { readonly type: 'roads'; readonly cameFrom?: string } | { readonly type: 'room'; readonly origin: string }

/** The connection doctor: which roads work from here, why another does not, and the wish to hide one's address. */
export function ConnectionDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const session = useSession()
  const { connection, roomMaking } = useWorkspace('connection', 'roomMaking')
  const [step, setStep] = useState<Step>({ type: 'roads' })
  const relay = step.type === 'room' ? connection.relays.find(({ origin }) => origin === step.origin) : undefined
  const attempt = roomMaking.attempts.find(({ origin }) => origin === relay?.origin)
  /** What came of it is seen then. */
  const leave = (next: Step) => {
    if (attempt?.summary) void session.leaveRoomMaking(attempt.origin)
    setStep(next)
  }
  const close = () => {
    leave({ type: 'roads' })
    onClose()
  }
  if (relay)
    return (
      <Dialog open={open} onClose={close} title={attempt ? roomStepWords(attempt) : makeRoomTitle(relay)}>
        <MakeRoom origin={relay.origin} onBack={() => leave({ type: 'roads', cameFrom: relay.origin })} />
      </Dialog>
    )
  return (
    <Dialog open={open} onClose={close} title="Connections" lead={CONNECTION_LEAD}>
      <Roads
        cameFrom={step.type === 'roads' ? step.cameFrom : undefined}
        onMakeRoom={(origin) => setStep({ type: 'room', origin })}
      />
    </Dialog>
  )
}

/** `cameFrom`: the relay whose button has the focus. */
function Roads({ cameFrom, onMakeRoom }: { cameFrom: string | undefined; onMakeRoom: (origin: string) => void }) {
  const session = useSession()
  const { ask } = useAsk()
  const { connection, roomMaking, draft, role } = useWorkspace('connection', 'roomMaking', 'draft', 'role')
  const { mayMake, attempts } = roomMaking
  const attemptAt = (origin: string) => attempts.find((attempt) => attempt.origin === origin)
  const mayChange = role === 'owner' && !draft
  return (
    <>
      <ul aria-label="Roads to the others" className="pt-4">
        <Road {...directWords(connection)} />
        {connection.relays.map((relay, index) => (
          <Road key={`${relay.origin} ${index}`} {...relayWords(relay, mayMake)}>
            <div className="flex flex-wrap gap-2 [&:not(:empty)]:mt-2">
              {mayMake && (relay.state === 'connected' || attemptAt(relay.origin)) ? (
                <Button
                  look="plain"
                  size="small"
                  aria-label={`${roomStepWords(attemptAt(relay.origin))}: ${relay.origin}`}
                  autoFocus={cameFrom === relay.origin}
                  onClick={() => onMakeRoom(relay.origin)}
                >
                  {roomStepWords(attemptAt(relay.origin))}
                </Button>
              ) : null}
              {mayChange && connection.relays.length > 1 ? (
                <Button
                  look="plain"
                  size="small"
                  aria-label={`Stop using it: ${relay.origin}`}
                  onClick={() => void ask(session.removeRelay(relay.origin))}
                >
                  Stop using it
                </Button>
              ) : null}
            </div>
          </Road>
        ))}
      </ul>
      {mayChange ? <AddRelay /> : null}
      {draft ? null : (
        <div className="border-line border-t bg-footing px-6 py-4 max-desk:px-5">
          <div className="flex items-center justify-between gap-3">
            <span className="font-[500]">{RELAY_ONLY_LABEL}</span>
            <Switch
              label={RELAY_ONLY_LABEL}
              checked={connection.relayOnly}
              onChange={(on) => void ask(session.setRelayOnly(on))}
            />
          </div>
          <p className="mt-1 text-help text-ink-3">{relayOnlyWords(connection.hasTurn)}</p>
        </div>
      )}
    </>
  )
}
