import { type FormEvent, useState } from 'react'
import { Doubt } from '#components/onboarding/doubt'
import { Letter } from '#components/onboarding/letter'
import { Button } from '#components/ui/button'
import { TextField } from '#components/ui/text-field'
import type { JoinState } from '#lib/session/session-view'
import { momentAhead } from '#lib/words/count-words'
import { roleWords } from '#lib/words/role-words'

type InvitationState = Extract<JoinState, { type: 'invitation' }>

function letterWords({ cardMissing, role, needsApproval }: InvitationState): string {
  if (cardMissing)
    return 'The relay could not show who sent this. You can open it all the same, or come back in a while.'
  const asked = needsApproval ? ' An admin looks at your name first.' : ''
  return `${roleWords(role).youCan}${asked} Everything is encrypted between the people in it; nobody in the middle can read along.`
}

/** What a reader gives: a name, and the PIN where the invitation asks for one. */
function AcceptForm({
  state,
  givenName,
  onAccept,
}: {
  state: InvitationState
  givenName: string
  onAccept: (name: string, pin: string | undefined) => Promise<void>
}) {
  const [name, setName] = useState(givenName)
  const [pin, setPin] = useState('')
  const [busy, setBusy] = useState(false)
  const isComplete = name.trim() !== '' && (!state.needsPin || pin.replace(/\D/g, '').length === 6)
  const accept = async (event: FormEvent) => {
    event.preventDefault()
    if (!isComplete || busy) return
    setBusy(true)
    await onAccept(name.trim(), state.needsPin ? pin : undefined)
    setBusy(false)
  }
  return (
    <form onSubmit={(event) => void accept(event)} className="text-left">
      <TextField
        label="Your name, as the others will see it"
        value={name}
        maxLength={80}
        autoFocus={givenName === ''}
        autoComplete="name"
        onChange={(event) => setName(event.target.value)}
      />
      {state.needsPin ? (
        <TextField
          label="The PIN that you were told, six digits"
          value={pin}
          maxLength={12}
          inputMode="numeric"
          autoFocus={givenName !== ''}
          className="mt-4"
          problem={
            state.wrongPin && pin === ''
              ? 'That was not the PIN of this invitation. Nothing was changed; ask whoever invited you for it.'
              : undefined
          }
          onChange={(event) => setPin(event.target.value)}
        />
      ) : null}
      <Button look="seal" size="large" type="submit" busy={busy} disabled={!isComplete} className="mt-4 w-full">
        {busy ? 'Opening…' : 'Join'}
      </Button>
    </form>
  )
}

/** Who invites to what as what, and the way in. */
export function InvitationLetter({
  state,
  now,
  givenName,
  onAccept,
}: {
  state: InvitationState
  now: number
  /** '' where none was given before. */
  givenName: string
  onAccept: (name: string, pin: string | undefined) => Promise<void>
}) {
  const [asked, setAsked] = useState(state.wrongPin)
  const workspace = state.workspace || (state.inviter ? 'their workspace' : 'a workspace')
  return (
    <Letter
      tail
      from={
        state.inviter ? (
          <>
            <bdi className="font-semibold text-ink">{state.inviter}</bdi> invites you to
          </>
        ) : (
          'You are invited to'
        )
      }
      title={<bdi>{workspace}</bdi>}
      text={letterWords(state)}
      below={<Doubt inviter={state.inviter} />}
      foot={state.cardMissing ? undefined : `The invitation ends ${momentAhead(state.expiresAt, now)}.`}
    >
      {asked ? (
        <AcceptForm state={state} givenName={givenName} onAccept={onAccept} />
      ) : (
        <Button look="seal" size="large" className="w-full" onClick={() => setAsked(true)}>
          <span className="truncate">Open {state.workspace || 'it'}</span>
        </Button>
      )}
      <p className="mt-3.5 text-ink-3">Nothing to install, no account.</p>
    </Letter>
  )
}
