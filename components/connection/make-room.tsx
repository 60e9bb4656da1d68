import { useState } from 'react'
import { useSession, useWorkspace } from '#components/session/session-context'
import { useAsk } from '#components/session/use-ask'
import { Button } from '#components/ui/button'
import { DialogFoot } from '#components/ui/dialog'
import type { RoomAttempt } from '#lib/session/session-view'
import { MAKE_ROOM, ROOM_LEAD, ROOM_MEANING, roomProgressWords, roomSummaryWords } from '#lib/words/room-words'

const body = 'px-6 pt-2.5 text-ink-2 max-desk:px-5'

/** What making room at a relay means, before anything happens; then how far it is, and what came of it. */
export function MakeRoom({ origin, onBack }: { origin: string; onBack: () => void }) {
  const session = useSession()
  const { busy, ask } = useAsk()
  const { roomMaking } = useWorkspace('roomMaking')
  const attempt = roomMaking.attempts.find((one) => one.origin === origin)
  if (attempt) return <Attempt attempt={attempt} onBack={onBack} />
  return (
    <>
      <p className={body}>{ROOM_LEAD}</p>
      <ul className={`${body} ml-4 list-disc marker:text-ink-3`}>
        {ROOM_MEANING.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      <DialogFoot>
        <Button look="plain" autoFocus onClick={onBack}>
          Leave it as it is
        </Button>
        <Button look="mask" busy={busy} onClick={() => void ask(session.makeRoom(origin))}>
          {MAKE_ROOM}
        </Button>
      </DialogFoot>
    </>
  )
}

function Attempt({ attempt, onBack }: { attempt: RoomAttempt; onBack: () => void }) {
  const session = useSession()
  const { busy, ask } = useAsk()
  const [isStopping, setStopping] = useState(false)
  const { origin, summary } = attempt
  /** It ends with the relay's answer. */
  const stop = async () => {
    const asked = await ask(session.leaveRoomMaking(origin))
    setStopping(asked.ok)
  }
  const sentences = summary ? roomSummaryWords(summary) : [roomProgressWords(attempt)]
  return (
    <>
      <div role="status" className={body}>
        {sentences.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
      <DialogFoot>
        {summary ? (
          <Button key="done" look="plain" autoFocus onClick={onBack}>
            Done
          </Button>
        ) : (
          <Button key="stop" look="plain" autoFocus busy={busy || isStopping} onClick={() => void stop()}>
            Stop
          </Button>
        )}
      </DialogFoot>
    </>
  )
}
