import type { AskingFailure, DeviceView, GivingFailure } from '#lib/session/session-view'
import { count, list, momentAgo } from '#lib/words/count-words'
import type { Trouble } from '#lib/words/trouble-words'
import { workspaceName } from '#lib/words/workspace-words'

/** What a device is called, with or without a name of its own. */
export function deviceWords({ name, thisOne }: DeviceView): string {
  return name || (thisOne ? 'This device' : 'A device without a name')
}

/** When a device was there last; `now` in milliseconds since 1970. */
export function seenWords({ name, thisOne, here, seenAt }: DeviceView, now: number): string {
  if (thisOne) return name ? 'This device' : 'In use now'
  if (here) return 'Connected now'
  return seenAt === undefined ? 'Not seen yet' : `Last seen ${momentAgo(seenAt, now)}`
}

/** A device that was revoked is still in these workspaces. */
export const notRevokedWords = (device: string, workspaces: readonly string[]): string =>
  `${device} could not be revoked in ${list(workspaces.map(workspaceName))}. Open that and try again.`

/** "two tries left", after a wrong code. */
export const wrongCodeWords = (triesLeft: number): string =>
  `That is not the code on the other screen. ${count(triesLeft, 'try', 'tries')} left.`

const nothingChanged = 'Nothing was changed.'
const beginAnew = 'Let the new device make new words and begin again.'

/** Why no device was linked, on the device that is in already. */
export function givingFailureWords(reason: GivingFailure): Trouble {
  switch (reason.type) {
    case 'wrong-count':
      return {
        title: 'Those are not twelve words',
        text: `The new device shows twelve; these are ${reason.count}. Four letters of each are enough.`,
      }
    case 'no-such-word':
      return {
        title: `“${reason.word}” is none of the words`,
        text: 'Look at the new device once more: a letter may be wrong.',
      }
    case 'wrong-words':
      return {
        title: 'These words do not belong together',
        text: 'All of them exist, but one is not the one on the new device, or two have changed places.',
      }
    case 'wrong-code':
      return {
        title: 'Three wrong codes',
        text: `${nothingChanged} If somebody told you a code by telephone or message, it was not your device. ${beginAnew}`,
      }
    case 'two-devices':
      return {
        title: 'Two devices came with these words',
        text: `${nothingChanged} Somebody else may have seen them. ${beginAnew}`,
      }
    case 'took-too-long':
      return { title: 'That took too long', text: `${nothingChanged} ${beginAnew}` }
    case 'nothing-written':
      return {
        title: 'There is nothing here yet',
        text: 'Write a first page on this device; then another one can be linked to it.',
      }
    case 'cancelled':
      return { title: 'Not linked', text: nothingChanged }
  }
}

/** Why this device was not linked. */
export function askingFailureWords({ type }: AskingFailure): Trouble {
  switch (type) {
    case 'cancelled':
      return { title: 'The other device ended it', text: `${nothingChanged} You can begin again with new words.` }
    case 'took-too-long':
      return { title: 'That took too long', text: `${nothingChanged} You can begin again with new words.` }
    case 'storage-refused':
      return {
        title: 'The browser keeps nothing for this site',
        text: 'Allow site data for this address, or leave the private window, and begin again.',
      }
    case 'wrong-answer':
      return {
        title: 'Something answered that is not your other device',
        text: `${nothingChanged} Begin again with new words, and let nobody else see them.`,
      }
  }
}

/** What new keys mean for somebody whose browser was copied. */
export const renewKeysWords = (workspace: string): { readonly lead: string; readonly points: readonly string[] } => ({
  lead: 'What this browser keeps was copied, and two places write with the same keys. This one can go on with its own.',
  points: [
    `It becomes another device of yours in ${workspace || 'this workspace'}. Everything on it stays, and what waits is sent.`,
    'The old keys stay on the list of your devices, for the copy. Revoke them there if there is no copy any more.',
    'If somebody else has the copy, revoke them at once. Then tell the others: whoever has it can read what you could.',
    'Other devices that were linked with this one want to be linked again to hear of new workspaces.',
  ],
})
