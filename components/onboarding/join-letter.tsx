import { type FormEvent, useState } from 'react'
import { Doubt } from '#components/onboarding/doubt'
import { Letter } from '#components/onboarding/letter'
import { Button, buttonClass } from '#components/ui/button'
import { TextField } from '#components/ui/text-field'
import type { JoinState } from '#lib/session/session-view'
import { momentAhead } from '#lib/words/count-words'
import { joinFailureWords } from '#lib/words/join-words'
import { roleWords } from '#lib/words/role-words'
import { obstacleWords } from '#lib/words/trouble-words'

const calledOr = (name: string, otherwise: string) => name || otherwise

function Invitation({
  state,
  now,
  onAccept,
}: {
  state: Extract<JoinState, { type: 'invitation' }>
  now: number
  onAccept: (name: string) => Promise<void>
}) {
  const [asked, setAsked] = useState(false)
  const [name, setName] = useState('')
  const [busy, setBusy] = useState(false)
  const workspace = calledOr(state.workspace, state.inviter ? 'their workspace' : 'a workspace')
  const accept = async (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() === '' || busy) return
    setBusy(true)
    await onAccept(name.trim())
    setBusy(false)
  }
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
      text={
        state.cardMissing
          ? 'The relay could not show who sent this. You can open it all the same, or come back in a while.'
          : `${roleWords(state.role).youCan} Everything is encrypted between the people in it; nobody in the middle can read along.`
      }
      below={<Doubt inviter={state.inviter} />}
      foot={state.cardMissing ? undefined : `The invitation ends ${momentAhead(state.expiresAt, now)}.`}
    >
      {asked ? (
        <form onSubmit={(event) => void accept(event)} className="text-left">
          <TextField
            label="Your name, as the others will see it"
            value={name}
            maxLength={80}
            autoFocus
            autoComplete="name"
            onChange={(event) => setName(event.target.value)}
          />
          <Button look="seal" size="large" type="submit" disabled={busy || name.trim() === ''} className="mt-4 w-full">
            {busy ? 'Opening…' : 'Join'}
          </Button>
        </form>
      ) : (
        <Button look="seal" size="large" className="w-full" onClick={() => setAsked(true)}>
          <span className="truncate">Open {state.workspace || 'it'}</span>
        </Button>
      )}
      <p className="mt-3.5 text-ink-3">Nothing to install, no account.</p>
    </Letter>
  )
}

const relayWords = {
  connected: 'The relay has your request and hands it to whoever comes first.',
  connecting: 'Calling the relay…',
  away: 'The relay does not answer at the moment. This page keeps trying.',
} as const

function Waiting({ state, onCancel }: { state: Extract<JoinState, { type: 'waiting' }>; onCancel: () => void }) {
  const workspace = calledOr(state.workspace, 'the workspace')
  return (
    <Letter
      tail
      from="You are expected in"
      title={<bdi>{workspace}</bdi>}
      text={
        <div role="status">
          <p>
            {state.inviter ? (
              <>
                <bdi>{state.inviter}</bdi>, or anybody else who writes there,
              </>
            ) : (
              'Anybody who writes there'
            )}{' '}
            lets you in just by being online. {relayWords[state.relay]}
          </p>
          <p className="mt-3">You may close this page: the invitation is kept on this device.</p>
        </div>
      }
    >
      <Button look="plain" size="large" className="w-full" onClick={onCancel}>
        Do not join
      </Button>
    </Letter>
  )
}

function Failed({ state }: { state: Extract<JoinState, { type: 'failed' }> }) {
  const { title, text } = joinFailureWords(state.reason)
  return (
    <Letter title={title} text={text}>
      <a href="/" className={buttonClass('plain', 'large')}>
        {state.reason === 'already-member' ? 'Open my pages' : 'Start my own pages instead'}
      </a>
    </Letter>
  )
}

/** The letter in each of its states. Nothing is used up before the reader has given a name (I6). */
export function JoinLetter({
  state,
  now,
  onAccept,
  onCancel,
}: {
  state: JoinState
  now: number
  onAccept: (name: string) => Promise<void>
  onCancel: () => void
}) {
  switch (state.type) {
    case 'reading':
      return <Letter title="An invitation" text="It is being opened…" />
    case 'no-invitation':
      return (
        <Letter
          title="No invitation here"
          text="This page opens invitation links. Follow yours once more, and take care to copy all of it."
        >
          <a href="/" className={buttonClass('plain', 'large')}>
            Open my own pages
          </a>
        </Letter>
      )
    case 'invitation':
      return <Invitation state={state} now={now} onAccept={onAccept} />
    case 'waiting':
      return <Waiting state={state} onCancel={onCancel} />
    case 'joined':
      return <Letter title="Come in" text="Your pages are being opened…" />
    case 'stopped':
      return <Letter {...obstacleWords(state.obstacle)} />
    case 'failed':
      return <Failed state={state} />
  }
}
