import type { VerifiedPerson } from '#lib/session/session-view'
import { count } from '#lib/words/count-words'

/** What a mark beside somebody's name means. */
export const verifiedWords = (name: string, mark: VerifiedPerson): string =>
  mark.newDevices > 0
    ? `You compared safety numbers with ${name}; ${count(mark.newDevices, 'device')} came after that`
    : `You compared safety numbers with ${name}`

/** How two people compare, said above the number. */
export const compareWords = (name: string): string =>
  `Read it to ${name} on the telephone, or hold the two screens side by side. If all of it is the same, nobody stands between you.`

/** What to do when it is not. */
export const differWords = (name: string): string =>
  `If it differs, one of you has somebody else’s key: write nothing here that matters, and have ${name} invited again in person.`

/** What a scanned code was, when it was not the same number. */
export const SCANNED_WORDS = {
  different:
    'The code on the other screen is another number. Do not take them for the person you know; read the digits to be sure.',
  'no-number': 'That code is no safety number. Open the same dialog on the other device, and try again.',
  'no-camera': 'The camera cannot be used here. Read the digits to each other.',
} as const

/** What the eight words are for. */
export const WORKSPACE_WORDS_LEAD =
  'Everybody who sees the same words is in the same workspace, with the same people. They change when somebody comes or goes.'

export const WORKSPACE_WORDS_DIFFER =
  'If somebody reads other words, wait until both of you are connected and look again. If they still differ, compare the numbers one by one.'
