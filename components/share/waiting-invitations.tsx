import { Link } from 'lucide-react'
import type { ReactNode } from 'react'
import { useSession } from '#components/session/session-context'
import { useAsk } from '#components/session/use-ask'
import { Button } from '#components/ui/button'
import { classNames } from '#components/ui/class-names'
import { Fold } from '#components/ui/fold'
import type { InvitationView } from '#lib/session/session-view'
import { count } from '#lib/words/count-words'
import { invitationState, invitationTitle } from '#lib/words/invitation-words'

function Invitation({ invitation, now, children }: { invitation: InvitationView; now: number; children?: ReactNode }) {
  return (
    <li className="flex min-h-[42px] items-center gap-2.5 py-1">
      <span
        aria-hidden="true"
        className="inline-grid size-[26px] flex-none place-items-center rounded-full bg-hover text-ink-2"
      >
        <Link size={14} />
      </span>
      <p className="min-w-0 flex-1 leading-[18px] [overflow-wrap:anywhere]">
        {invitationTitle(invitation)}
        <small
          className={classNames(
            'block text-[12.5px] leading-[17px]',
            invitation.state === 'suspended' ? 'text-band-ink' : 'text-ink-3',
          )}
        >
          {invitationState(invitation, now)}
        </small>
      </p>
      {children}
    </li>
  )
}

/** Invitations that may still let somebody in, each to be taken back; behind a fold those that ended. */
export function WaitingInvitations({ invitations, now }: { invitations: readonly InvitationView[]; now: number }) {
  const session = useSession()
  const { ask } = useAsk()
  const isWaiting = ({ state }: InvitationView) => state === 'open' || state === 'suspended'
  const waiting = invitations.filter(isWaiting)
  const earlier = invitations.filter((invitation) => !isWaiting(invitation)).toReversed()
  if (invitations.length === 0) return <div className="h-4" />
  return (
    <div className="mt-1.5 bg-footing px-6 pt-3.5 pb-3 max-desk:px-5">
      {waiting.length > 0 ? (
        <section aria-labelledby="waiting">
          <h3 id="waiting" className="mb-0.5 font-semibold text-help leading-5">
            Waiting
          </h3>
          <ul>
            {waiting.map((invitation) => (
              <Invitation key={invitation.id} invitation={invitation} now={now}>
                <Button look="bare" size="small" onClick={() => void ask(session.revokeInvitation(invitation.id))}>
                  Revoke
                </Button>
              </Invitation>
            ))}
          </ul>
        </section>
      ) : null}
      {earlier.length > 0 ? (
        <Fold title={count(earlier.length, 'earlier invitation')}>
          <ul aria-label="Earlier invitations">
            {earlier.map((invitation) => (
              <Invitation key={invitation.id} invitation={invitation} now={now} />
            ))}
          </ul>
        </Fold>
      ) : null}
    </div>
  )
}
