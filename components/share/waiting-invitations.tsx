import { Link } from 'lucide-react'
import { useSession } from '#components/session/session-context'
import { useAlert } from '#components/ui/alerts'
import { Button } from '#components/ui/button'
import type { InvitationView } from '#lib/session/session-view'
import { momentAhead } from '#lib/words/count-words'
import { roleWords } from '#lib/words/role-words'
import { actionErrorWords } from '#lib/words/trouble-words'

function stateWords(invitation: InvitationView, now: number): string {
  if (invitation.state === 'suspended') return 'Two people used it at once, so nobody is let in. Revoke it.'
  return `${invitation.singleUse ? 'Not used yet. ' : ''}Ends ${momentAhead(invitation.expiresAt, now)}.`
}

/** Invitations that may still let somebody in, each to be taken back. Nothing at all if there are none. */
export function WaitingInvitations({ invitations, now }: { invitations: readonly InvitationView[]; now: number }) {
  const session = useSession()
  const alert = useAlert()
  const waiting = invitations.filter(({ state }) => state === 'open' || state === 'suspended')
  const revoke = async (id: string) => {
    const revoked = await session.revokeInvitation(id)
    if (!revoked.ok) alert(actionErrorWords(revoked.error))
  }
  if (waiting.length === 0) return <div className="h-4" />
  return (
    <section aria-labelledby="waiting" className="mt-1.5 bg-footing px-6 pt-3.5 pb-3 max-desk:px-5">
      <h3 id="waiting" className="mb-0.5 font-semibold text-help leading-5">
        Waiting
      </h3>
      <ul>
        {waiting.map((invitation) => (
          <li key={invitation.id} className="flex min-h-[42px] items-center gap-2.5">
            <span
              aria-hidden="true"
              className="inline-grid size-[26px] place-items-center rounded-full bg-hover text-ink-2"
            >
              <Link size={14} />
            </span>
            <p className="min-w-0 flex-1 leading-[18px]">
              {roleWords(invitation.role).verb}, works {invitation.singleUse ? 'once' : 'more than once'}
              <small
                className={`block text-[12.5px] leading-[17px] ${invitation.state === 'suspended' ? 'text-band-ink' : 'text-ink-3'}`}
              >
                {stateWords(invitation, now)}
              </small>
            </p>
            <Button look="bare" size="small" onClick={() => void revoke(invitation.id)}>
              Revoke
            </Button>
          </li>
        ))}
      </ul>
    </section>
  )
}
