import { Calendar, Hash, type LucideIcon, Ticket, UserCheck } from 'lucide-react'
import type { ReactNode } from 'react'
import { Select } from '#components/ui/select'
import { Switch } from '#components/ui/switch'
import type { InvitationWish } from '#lib/session/session-view'

const ends = [
  { value: 1, label: 'In 1 day' },
  { value: 7, label: 'In 7 days' },
  { value: 30, label: 'In 30 days' },
  { value: 90, label: 'In 90 days' },
]

function Option({
  icon: Icon,
  title,
  help,
  children,
}: {
  icon: LucideIcon
  title: string
  help: string
  children: ReactNode
}) {
  return (
    <div className="flex min-h-11 items-center gap-2.5 border-line border-b py-1.5 last:border-b-0">
      <Icon size={16} className="flex-none text-ink-3" aria-hidden="true" />
      <p className="flex-1">
        {title}
        <small className="block text-help text-ink-3">{help}</small>
      </p>
      {children}
    </div>
  )
}

/** How often, for how long and for whom an invitation works. */
export function InviteOptions({
  wish,
  onChange,
}: {
  wish: InvitationWish
  onChange: (change: Partial<InvitationWish>) => void
}) {
  return (
    <div className="px-6 pt-2.5 max-desk:px-5 max-desk:pt-1">
      <div className="border-line border-t">
        <Option
          icon={Ticket}
          title="Works once"
          help={wish.singleUse ? 'For one person: whoever joins first uses it up.' : 'For everybody who gets the link.'}
        >
          <Switch label="Works once" checked={wish.singleUse} onChange={(singleUse) => onChange({ singleUse })} />
        </Option>
        <Option
          icon={UserCheck}
          title="Ask me before they get in"
          help={
            wish.approval
              ? 'They wait until you or another admin lets them in.'
              : 'Any writer’s device lets them in, so nobody must be awake.'
          }
        >
          <Switch
            label="Ask me before they get in"
            checked={wish.approval}
            onChange={(approval) => onChange({ approval })}
          />
        </Option>
        <Option
          icon={Hash}
          title="Needs a PIN"
          help={wish.pin ? 'Tell it to them by telephone, not with the link.' : 'The link alone is enough.'}
        >
          <Switch label="Needs a PIN" checked={wish.pin} onChange={(pin) => onChange({ pin })} />
        </Option>
        <Option icon={Calendar} title="Ends" help="Your teammates’ devices see to that.">
          <Select label="Ends" value={wish.days} onChange={(days) => onChange({ days })} options={ends} />
        </Option>
      </div>
    </div>
  )
}
