import type { ConnectionView, RelayRoad } from '#lib/session/session-view'
import { count } from '#lib/words/count-words'

/** One road of the connection doctor. `open`: edits go along it now; `closed`: they cannot, and something could be done. */
export interface RoadWords {
  readonly state: 'open' | 'waiting' | 'closed'
  readonly title: string
  readonly text: string
}

export const CONNECTION_LEAD =
  'Edits take every road that is open, and one is enough. Without any they wait here, and nothing is lost.'

export const ADD_RELAY_HELP =
  'Everybody’s edits then go there, too, so that one may fail. Whoever runs it sees addresses and sizes, and nothing of what is written.'

export const RELAY_ONLY_LABEL = 'Hide my address from the others'

/** What hiding means, and what it does not. */
export const relayOnlyWords = (hasTurn: boolean): string =>
  `${hasTurn ? 'Links go through a server that passes them on' : 'Everything goes through the relay, a little later'}. ` +
  'Whoever runs it still sees the address, and nothing of what you write. For this workspace, in this browser.'

/** The road from device to device. */
export function directWords({ direct, hasTurn, relayOnly }: ConnectionView): RoadWords {
  const title = 'Directly'
  switch (direct.type) {
    case 'linked':
      return {
        state: 'open',
        title,
        text: `${count(direct.devices, 'device is', 'devices are')} linked to this one${byServer(direct, relayOnly)}.`,
      }
    case 'trying':
      return { state: 'waiting', title, text: 'A device is being linked.' }
    case 'nobody-here':
      return { state: 'waiting', title, text: 'Nobody else is here now. Whoever comes is linked by itself.' }
    case 'not-begun':
      return { state: 'waiting', title, text: 'Nothing is written yet.' }
    case 'no-path':
      return {
        state: 'closed',
        title,
        text: hasTurn
          ? 'Somebody is here, and no link came about: a network between you allows none.'
          : 'Somebody is here, and no link came about: the networks between you allow none. A TURN server would help; who runs the relay can name one.',
      }
    case 'no-introduction':
      return {
        state: 'closed',
        title,
        text: 'The server that introduces devices to each other does not answer. Links that are there would go on.',
      }
    case 'hidden':
      return { state: 'closed', title, text: 'Off, for your address is hidden.' }
    case 'no-webrtc':
      return {
        state: 'closed',
        title,
        text: 'This browser makes no direct connections, or they are switched off in it.',
      }
  }
}

/** Within a sentence. */
export const relayName = ({ origin, servesThisPage }: Pick<RelayRoad, 'origin' | 'servesThisPage'>): string =>
  servesThisPage ? 'the relay of this page' : `the relay at ${origin.replace(/^https?:\/\//, '')}`

function byServer(
  { devices, passedOn }: Extract<ConnectionView['direct'], { type: 'linked' }>,
  relayOnly: boolean,
): string {
  if (relayOnly) return ', by a server that hides your address'
  if (passedOn === 0) return ''
  return `, ${passedOn < devices ? `${passedOn} of them ` : ''}by a server that passes edits on`
}

/** The road over one relay; `mayMakeRoom`: whoever reads it may have single edits dropped there. */
export function relayWords(relay: RelayRoad, mayMakeRoom: boolean): RoadWords {
  const { state, reason, refusal } = relay
  const title = relayName(relay).replace(/^the/, 'The')
  switch (state) {
    case 'connected':
      if (refusal !== undefined) return { state: 'waiting', title, text: fullWords(refusal, mayMakeRoom) }
      return { state: 'open', title, text: 'It keeps sealed edits for whoever is away.' }
    case 'connecting':
      return { state: 'waiting', title, text: 'It is being called.' }
    case 'away':
      return { state: 'closed', title, text: `${awayWords(reason)} It is called again by itself.` }
    case 'refused':
      return { state: 'closed', title, text: refusedWords(reason) }
  }
}

function fullWords(refusal: NonNullable<RelayRoad['refusal']>, mayMakeRoom: boolean): string {
  const remedy = mayMakeRoom ? 'You can make room here' : 'Ask an admin to make room'
  switch (refusal) {
    case 'store-full':
      return `It is full and takes nothing new, but hands on what it has. ${remedy}, and so can whoever runs it.`
    case 'room-full':
      return `This workspace has filled its place there: it takes nothing new, but hands on what it has. ${remedy}.`
    case 'key-full':
      return `You have filled your place there: it takes nothing new of yours, but hands on what it has. ${remedy}.`
  }
}

function awayWords(reason: string | undefined): string {
  switch (reason) {
    case 'stopping':
      return 'It was stopped, likely to come back at once.'
    case 'store-failed':
      return 'It cannot store anything: its disk may be full.'
    case 'store-full':
      return 'It is full and takes no further workspaces.'
    case 'too-slow':
      return 'This network is too slow for it at the moment.'
    case 'too-many-rooms':
      return 'It takes no further workspaces from this network for a while.'
    default:
      return 'It does not answer.'
  }
}

function refusedWords(reason: string | undefined): string {
  switch (reason) {
    case 'wrong-origin':
      return 'It does not know the address of this page as its own. Who runs it has to name that in PUBLIC_ORIGIN.'
    case 'wrong-version':
      return 'It speaks another version. One of the two has to be updated.'
    default:
      return 'It does not let this device in: nobody has told it yet that this device belongs here.'
  }
}
