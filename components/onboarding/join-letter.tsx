import { useState } from 'react'
import { LockScreen } from '#components/lock/lock-screen'
import { InvitationLetter } from '#components/onboarding/invitation-letter'
import { Letter } from '#components/onboarding/letter'
import { WordsForm } from '#components/onboarding/words-form'
import { Button, buttonClass } from '#components/ui/button'
import type { Unlocking } from '#lib/session/lock-view'
import type { JoinState } from '#lib/session/session-view'
import { joinFailureWords } from '#lib/words/join-words'
import { obstacleWords } from '#lib/words/trouble-words'

const relayWords = {
  connected: 'The relay has your request and hands it to whoever comes first.',
  connecting: 'Calling the relay…',
  away: 'The relay does not answer at the moment. This page keeps trying.',
} as const

const askingWords = {
  connected: 'It is being looked for…',
  connecting: 'It is being looked for…',
  away: 'The relay does not answer at the moment. This page keeps trying.',
} as const

/** Whose word or device the reader waits for. */
function WhoLetsIn({ state: { inviter, needsApproval } }: { state: Extract<JoinState, { type: 'waiting' }> }) {
  if (needsApproval)
    return (
      <>
        An admin has to let you in: {inviter ? <bdi>{inviter}</bdi> : 'whoever invited you'} or another one reads your
        name and answers.
      </>
    )
  return (
    <>
      {inviter ? (
        <>
          <bdi>{inviter}</bdi>, or anybody else who writes there,
        </>
      ) : (
        'Anybody who writes there'
      )}{' '}
      lets you in just by being online.
    </>
  )
}

function Waiting({ state, onCancel }: { state: Extract<JoinState, { type: 'waiting' }>; onCancel: () => void }) {
  return (
    <Letter
      tail
      from="You are expected in"
      title={<bdi>{state.workspace || 'the workspace'}</bdi>}
      text={
        <div role="status">
          <p>
            <WhoLetsIn state={state} /> {relayWords[state.relay]}
          </p>
          {state.words.length > 0 ? (
            <p className="mt-3">
              If they ask, your four words are{' '}
              <span className="whitespace-nowrap font-mono text-[14px] text-ink">{state.words.join(' ')}</span>.
            </p>
          ) : null}
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
        Start my own pages instead
      </a>
    </Letter>
  )
}

/** The letter in each of its states. Nothing is used up before the reader has given a name (I6). */
export function JoinLetter({
  state,
  now,
  onAccept,
  onWords,
  onCancel,
  unlocking,
}: {
  state: JoinState
  now: number
  onAccept: (name: string, pin: string | undefined) => Promise<void>
  onWords: (text: string) => Promise<void>
  onCancel: () => void
  unlocking: Unlocking
}) {
  const [givenName, setGivenName] = useState('')
  const accept = (name: string, pin: string | undefined) => {
    setGivenName(name)
    return onAccept(name, pin)
  }
  switch (state.type) {
    case 'reading':
      return <Letter title="An invitation" text="It is being opened…" />
    case 'no-invitation':
      return (
        <Letter
          title="No invitation here"
          text="This page opens invitation links. Follow yours once more, or type the words of one that was said to you."
        >
          <WordsForm refused={state.refused} onWords={onWords} />
          <a href="/" className={`${buttonClass('plain', 'large')} mt-3 w-full`}>
            Open my own pages
          </a>
        </Letter>
      )
    case 'asking':
      return <Letter title="An invitation" text={<div role="status">{askingWords[state.relay]}</div>} />
    case 'invitation':
      return <InvitationLetter key={String(state.wrongPin)} {...{ state, now, givenName }} onAccept={accept} />
    case 'waiting':
      return <Waiting state={state} onCancel={onCancel} />
    case 'locked':
      return <LockScreen key={state.places.current} unlocking={unlocking} places={state.places} />
    case 'joined':
      return <Letter title="Come in" text="Your pages are being opened…" />
    case 'stopped':
      return <Letter {...obstacleWords(state.obstacle)} />
    case 'failed':
      return <Failed state={state} />
  }
}
