import type { JoinState, WordsProblem } from '#lib/session/session-view'
import type { Trouble } from '#lib/words/trouble-words'

/** Why an invitation did not let somebody in. */
export type JoinFailure = Extract<JoinState, { type: 'failed' }>['reason']

const askAgain = 'Ask the person who invited you for a new link.'

/** A calm sentence for each way in which joining can end, always with the next step. */
export function joinFailureWords(reason: JoinFailure): Trouble {
  switch (reason) {
    case 'damaged-link':
      return {
        title: 'This link is not complete',
        text: 'Part of it was lost on the way, often at a line break. Copy all of it, or ask for it once more.',
      }
    case 'newer-link':
      return {
        title: 'This invitation is newer than this Waxwing',
        text: 'Reload the page to update. If that does not help, ask whoever runs this address to update it.',
      }
    case 'expired':
      return { title: 'This invitation has ended', text: askAgain }
    case 'not-known-here':
      return {
        title: 'This invitation is not known here',
        text: 'It may have been made offline and be on its way, have been taken back, or belong to another address. Leave this page open and it goes on by itself once it has come; or ask the person who invited you.',
      }
    case 'revoked':
      return { title: 'This invitation was taken back', text: askAgain }
    case 'used-up':
      return { title: 'This invitation was used already', text: `It worked once. ${askAgain}` }
    case 'suspended':
      return {
        title: 'Two people used this invitation at once',
        text: `To be safe nobody was let in. ${askAgain} And tell them that somebody else had this one.`,
      }
    case 'wrong-workspace':
      return {
        title: 'Something answered that is not this workspace',
        text: `Nothing was opened and nothing about you was sent. ${askAgain}`,
      }
    case 'known-keys':
      return {
        title: 'This workspace knows this request already',
        text: 'Its keys came in before, so they let nobody in once more. Follow the same link to ask with new ones, or ask the person who invited you.',
      }
    case 'storage-refused':
      return {
        title: 'The browser keeps nothing for this site',
        text: 'You would be out again after a reload, so nothing was used. Allow site data for this address, or leave the private window, and follow the link again.',
      }
    case 'not-now':
      return {
        title: 'Not now',
        text: 'An admin read your request and did not let you in. Talk to the person who invited you; the same link can ask once more.',
      }
    case 'mailbox-full':
      return {
        title: 'Too many people knock at once',
        text: 'The letter box of this invitation is full until somebody there has answered. Ask the person who invited you to open their workspace, or for a link of your own.',
      }
  }
}

/** Why six words opened nothing, and what to try. */
export function wordsProblemWords(problem: WordsProblem): string {
  switch (problem.type) {
    case 'not-six-words':
      return problem.count === 0
        ? 'Type the six words that you were told, with a space between them.'
        : `Six words open an invitation; these are ${problem.count}.`
    case 'no-such-word':
      return `“${problem.word}” is none of the words that Waxwing uses. Perhaps it was spelled otherwise.`
    case 'wrong-words':
      return 'One of these words is not the one that was said. Have them read to you once more.'
    case 'words-ended':
      return 'No invitation here answers to these words any more. It may have ended or been taken back, or it was made at another address.'
    case 'no-room':
      return 'This browser has too little memory left to work the words out. Close some tabs and try again.'
  }
}
