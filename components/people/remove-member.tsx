import { useState } from 'react'
import { Decision } from '#components/people/decision'
import { useSession, useWorkspace } from '#components/session/session-context'
import { Switch } from '#components/ui/switch'
import type { MemberView, PersonView } from '#lib/session/session-view'
import { invitationTitle } from '#lib/words/invitation-words'
import { linksWords, removalWords } from '#lib/words/people-words'
import { nameOf } from '#lib/words/pill-words'

/** What they lose, what they keep, whom new keys reach; and which open invitations stay although they end otherwise. */
export function RemoveMember({
  person,
  member,
  onBack,
}: {
  person: PersonView
  member: MemberView
  onBack: () => void
}) {
  const session = useSession()
  const { delivery, invitations } = useWorkspace()
  const [kept, setKept] = useState<readonly string[]>([])
  const name = nameOf(person)
  const ending = invitations.filter(({ id }) => member.linksThatEnd.includes(id))
  const keep = (id: string, isKept: boolean) =>
    setKept((before) => [...before.filter((other) => other !== id), ...(isKept ? [id] : [])])
  return (
    <Decision
      text={removalWords(person, delivery)}
      safe={`Keep ${name}`}
      verb={`Remove ${name}`}
      onSafe={onBack}
      onDecide={() => session.removeMember(person.id, kept)}
      onDone={onBack}
    >
      {ending.length > 0 ? (
        <section aria-label="Invitations" className="px-6 pt-3 max-desk:px-5">
          <p className="text-ink-2">{linksWords(person, member)}</p>
          <ul className="mt-1.5 divide-y divide-line">
            {ending.map((invitation) => (
              <li key={invitation.id} className="flex min-h-11 items-center gap-3">
                <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">{invitationTitle(invitation)}</span>
                <span className="text-help text-ink-3" aria-hidden="true">
                  Keep
                </span>
                <Switch
                  label={`Keep: ${invitationTitle(invitation)}`}
                  checked={kept.includes(invitation.id)}
                  onChange={(isKept) => keep(invitation.id, isKept)}
                />
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </Decision>
  )
}
