import type { DeliveryView } from '#lib/session/session-view'
import { count } from '#lib/words/count-words'
import { keysWords } from '#lib/words/people-words'

export const WRITERS_INVITE = 'Writers may invite'

export const WRITERS_INVITE_HELP = 'They make invitations to read, comment or write, and take them back.'

export const ROTATION = 'New keys'

/** How often new keys are made; 0 days: age alone brings none. */
export const rotationWords = (days: number): string =>
  days === 0 ? 'Only when somebody leaves' : days === 1 ? 'Every day' : `Every ${count(days, 'day')}`

export const ROTATION_HELP =
  'What is written afterwards is closed to whoever is gone, and to old copies of keys. An admin’s device makes them as soon as it is online.'

export const NEW_KEYS_NOW = 'New keys now'

/** What making new keys means, before it is done. */
export const newKeysWords = (delivery: DeliveryView): string =>
  `Whoever got hold of the old keys alone reads nothing that is written from now on. Nobody is shut out, and everything written so far stays readable. ${keysWords(delivery, undefined)}`

export const NEW_KEYS_MADE = 'New keys are made.'
