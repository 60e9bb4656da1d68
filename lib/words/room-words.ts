import type { RoomAttempt } from '#lib/session/session-view'
import { relayName } from '#lib/words/connection-words'
import { count } from '#lib/words/count-words'
import { sizeWords } from '#lib/words/file-words'

export const MAKE_ROOM = 'Make room'

/** Before it, while it goes on, and once it is over. */
export function roomStepWords(attempt: Pick<RoomAttempt, 'summary'> | undefined): string {
  if (attempt === undefined) return MAKE_ROOM
  return attempt.summary === undefined ? 'Making room' : 'What came of making room'
}

/** Before anything is done. */
export const makeRoomTitle = (relay: Parameters<typeof relayName>[0]): string => `Make room at ${relayName(relay)}?`

/** What goes when room is made at a relay. */
export const ROOM_LEAD =
  'What is written comes to the relay edit by edit, and later as a summary beside them. Where the devices of other members have compared the two, the single edits can go.'

/** What that means, before it is done: what stays, what is lost, and for whom. */
export const ROOM_MEANING: readonly string[] = [
  'Pages stay exactly as they are.',
  'The devices of members keep every edit that they have.',
  'Whoever joins later, and meets none of their devices, gets those edits as summaries.',
  'Edits of the last days stay: of seven, unless whoever runs the relay says otherwise.',
  'It cannot be taken back.',
]

/** While it goes on. */
export function roomProgressWords({ progress: { segments, bytes } }: RoomAttempt): string {
  if (segments === 0) return 'Asking the relay for its summaries …'
  const compared = `${count(segments, 'summary', 'summaries')} compared`
  return bytes === 0 ? `${compared}.` : `${compared}, ${sizeWords(bytes)} freed.`
}

const NO_SUMMARIES =
  'Nothing can go yet: the relay has no summaries so far. Devices make them of what has rested for a day, or of a thousand edits.'

type Summary = NonNullable<RoomAttempt['summary']>

/** What came of it, a sentence each. */
export const roomSummaryWords = (summary: Summary): readonly string[] => [
  ...endWords(summary),
  ...(summary.end === 'off' || summary.end === 'not-allowed' ? [] : whatStaysWords(summary)),
]

function endWords({ end, segments, bytes, blobs }: Summary): readonly string[] {
  const isNothing = blobs === 0
  const freed = isNothing ? [] : [`The relay has ${sizeWords(bytes)} more room now.`]
  switch (end) {
    case 'through':
      if (!isNothing) return freed
      return [segments > 0 ? 'Nothing can go now.' : NO_SUMMARIES]
    case 'stopped':
      return isNothing ? ['Stopped. Nothing was changed.'] : ['Stopped.', ...freed]
    case 'lost':
      return [
        ...freed,
        'The relay stopped answering before the end. Nothing is half done; make room again for the rest.',
      ]
    case 'failed':
      return [...freed, 'This device could not read its own copy to the end. Nothing is half done; try again.']
    case 'off':
      return [...freed, 'Whoever runs this relay has switched that off. Ask them for more room instead.']
    case 'not-allowed':
      return [...freed, 'The relay does not know yet that you may ask for this. Try again in a moment.']
  }
}

function whatStaysWords({ young, waiting, lacking, unlike }: Summary): readonly string[] {
  return [
    ...(young > 0
      ? [
          `${sizeWords(young)} more can go once they have been there long enough: seven days, unless whoever runs the relay says otherwise.`,
        ]
      : []),
    ...(waiting > 0
      ? [
          `${count(waiting, 'summary waits', 'summaries wait')} until enough members have compared ${waiting === 1 ? 'it' : 'them'}: their devices do that by themselves.`,
        ]
      : []),
    ...(lacking > 0
      ? [
          `Edits behind ${count(lacking, 'summary', 'summaries')} are not all on this device, so it left them alone. They may go another time.`,
        ]
      : []),
    ...(unlike > 0
      ? [
          `${count(unlike, 'summary says', 'summaries say')} something else than the edits. The edits stay there, and they count.`,
        ]
      : []),
  ]
}
