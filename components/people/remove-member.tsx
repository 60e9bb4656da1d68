import { useState } from 'react'
import { Decision } from '#components/people/decision'
import { useSession, useWorkspace } from '#components/session/session-context'
import { Switch } from '#components/ui/switch'
import { invitationTitle } from '#lib/words/invitation-words'
import { linksWords } from '#lib/words/people-words'
import { nameOf } from '#lib/words/pill-words'

/** What a removal means, and which open invitations stay although they end with it otherwise. */
export function RemoveMember({
  person,
  linksThatEnd,
  text,
  safe,
  onBack,
}: {
  person: { readonly id: string; readonly name: string }
  linksThatEnd: readonly string[]
  text: string
  safe: string
  onBack: () => void
}) {
  const session = useSession()
  const { invitations } = useWorkspace('invitations')
  const [kept, setKept] = useState<readonly string[]>([])
  const name = nameOf(person)
  const ending = invitations.filter(({ id }) => linksThatEnd.includes(id))
  const keep = (id: string, isKept: boolean) =>
    setKept((before) => [...before.filter((other) => other !== id), ...(isKept ? [id] : [])])
  return (
    <Decision
      text={text}
      safe={safe}
      verb={`Remove ${name}`}
      onSafe={onBack}
      onDecide={() => session.removeMember(person.id, kept)}
      onDone={onBack}
    >
      {ending.length > 0 ? (
        <section aria-label="Invitations" className="px-6 pt-3 max-desk:px-5">
          <p className="text-ink-2">{linksWords(person, linksThatEnd)}</p>
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
