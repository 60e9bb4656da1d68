import type { KitStanding, RecoveryProblem } from '#lib/session/session-view'
import { count, list } from '#lib/words/count-words'
import type { Trouble } from '#lib/words/trouble-words'
import { workspaceName } from '#lib/words/workspace-words'

/** What stands beside the recovery kit in the list of devices. */
export function kitStandingWords(standing: KitStanding): string {
  switch (standing) {
    case 'none':
      return 'Without one or a backup, whoever loses all devices loses everything.'
    case 'kept':
      return 'Brings this workspace back from 24 words.'
    case 'not-here':
      return 'This workspace is put into it by the device that first opened it, once that uses the same kit.'
  }
}

/** Under the words of a kit that takes the place of another one (ADR 0018). */
export const KIT_REPLACES =
  'Once you keep this kit, the words that you had bring back nothing of this device any more. Whoever used them before can still act as you: if that may be, leave and come in again as somebody new.'

/** Before somebody invites others for the first time. */
export const KIT_FIRST =
  'Before others come: lose this device, and nobody can give you back who you are here. A kit on paper can.'

/** What a person should know before this browser uses a kit that another one made. */
export const kitElsewhereWords = (from: string | undefined): string =>
  `A recovery kit was made on ${from || 'another device of yours'}. With it here, too, its 24 words also bring back what was made on this device. If it was not you who made it, revoke that device instead.`

const named = (names: readonly string[]): string => list(names.map(workspaceName))

/** What a kit brings back, and what not. */
export function keptWords(kept: readonly string[], failed: readonly string[]): string {
  const good = kept.length > 0 ? `It brings back ${named(kept)}.` : 'It brings back nothing of this device yet.'
  const bad =
    failed.length > 0 ? ` The device that first opened ${named(failed)} puts that in, once it uses the same kit.` : ''
  return `${good}${bad} What you make or join later on this device goes in by itself; linked devices ask you once.`
}

/** Beside what came back: what did not, and what to do about it. */
export function notBackWords({ back, failed }: { readonly back: number; readonly failed: number }): string {
  const all = count(back + failed, 'workspace')
  return `${failed} of ${all} did not come back. Keep your paper, and type the same words again later: a relay may not answer at the moment. Where you were removed, a teammate can invite you again.`
}

/** Why nothing came back. Nothing was changed. */
export function recoveryProblemWords(problem: RecoveryProblem): Trouble {
  switch (problem.type) {
    case 'wrong-count':
      return { title: `A kit has 24 words, these are ${problem.count}`, text: 'Four letters of each are enough.' }
    case 'no-such-word':
      return {
        title: `“${problem.word}” is none of the words`,
        text: 'Look at your paper once more: a letter may be wrong.',
      }
    case 'wrong-words':
      return {
        title: 'These words do not belong together',
        text: 'All of them exist, but one is not the one on your paper, or two have changed places.',
      }
    case 'relay-away':
      return { title: 'The relay does not answer', text: 'Look at your connection and try again.' }
    case 'nothing-found':
      return {
        title: 'This address keeps nothing for these words',
        text: 'Open the address where you used Waxwing. A kit in whose place you made a newer one brings back nothing, nor does one that none of your devices renewed for 400 days.',
      }
    case 'nothing-opened':
      return {
        title: 'None of the workspaces could be opened',
        text: 'You may have been removed, or the relay lost what it had. A teammate can invite you again.',
      }
    case 'storage-refused':
      return {
        title: 'The browser keeps nothing for this site',
        text: 'Allow site data for this address, or leave the private window, and try again.',
      }
  }
}
