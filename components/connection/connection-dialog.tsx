import { Check, Ellipsis, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { AddRelay } from '#components/connection/add-relay'
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

/** The connection doctor: which roads work from here, why another does not, and the wish to hide one's address. */
export function ConnectionDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const session = useSession()
  const { ask } = useAsk()
  const { connection, draft, role } = useWorkspace('connection', 'draft', 'role')
  const mayChange = role === 'owner' && !draft
  return (
    <Dialog open={open} onClose={onClose} title="Connections" lead={CONNECTION_LEAD}>
      <ul aria-label="Roads to the others" className="pt-4">
        <Road {...directWords(connection)} />
        {connection.relays.map((relay, index) => (
          <Road key={`${relay.origin} ${index}`} {...relayWords(relay)}>
            {mayChange && connection.relays.length > 1 ? (
              <Button
                look="plain"
                size="small"
                className="mt-2"
                aria-label={`Stop using it: ${relay.origin}`}
                onClick={() => void ask(session.removeRelay(relay.origin))}
              >
                Stop using it
              </Button>
            ) : null}
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
    </Dialog>
  )
}
