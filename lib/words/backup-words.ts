import type { BackupMakingProblem, BackupOpeningProblem, FoundInBackup } from '#lib/session/session-view'
import { count, list, momentOfAnyYear } from '#lib/words/count-words'
import { sizeWords } from '#lib/words/file-words'
import type { Trouble } from '#lib/words/trouble-words'
import { workspaceName } from '#lib/words/workspace-words'

/** What it is, before it is made. */
export const BACKUP_LEAD = 'One encrypted file with every page, its history, and the pictures and files on this device.'

export const backupCodeWords = {
  whatOpens: 'Look that the file is in your downloads. It opens with this code and with nothing else:',
  keep: 'Write it down and keep it apart from the file. It is shown once. Whoever has both can read everything and write as you.',
}

/** "Sealing… 12 MB" while it lasts. */
export const sealingWords = (bytes: number): string => (bytes === 0 ? 'Sealing…' : `Sealing… ${sizeWords(bytes)}`)

/** Why there is no backup. */
export function backupMakingProblemWords(problem: BackupMakingProblem): string {
  switch (problem.type) {
    case 'nothing-written':
      return 'Nothing is written on this device yet.'
    case 'storage-failed':
      return 'The browser did not let Waxwing read everything. Reload this page and try again.'
    case 'files-too-large':
      return `The pictures and files on this device are up to ${sizeWords(problem.fileBytes)}; a backup takes 1 GB of them. It can have everything else.`
  }
}

/** When it was made, and how much it holds. */
export const madeWords = (madeAt: number, workspaces: number): string =>
  `Made on ${momentOfAnyYear(madeAt)}. It holds ${count(workspaces, 'workspace')}; nothing is written here yet.`

/** Before it comes back: whoever made the file also has what opens its workspaces. */
export const ONLY_OWN_BACKUPS =
  'Bring back only a backup that you made yourself: whoever else has it can read these workspaces and write in your name.'

/** One workspace of a backup: what of it there is, and what will come of it. */
export function foundWords({ pages, fileBytes, isHere, hasWayBack }: FoundInBackup): string {
  const files = fileBytes > 0 ? `, ${sizeWords(fileBytes)} of pictures and files` : ''
  const fate = isHere ? ' Is in this browser already, and stays as it is.' : hasWayBack ? '' : ' Comes back to be read.'
  return `${count(pages, 'page')}${files}.${fate}`
}

const named = (names: readonly string[]): string => list(names.map(workspaceName))

/** What somebody should know who can read what came back, and not write in it. */
export const readOnlyBackWords = (names: readonly string[]): string =>
  `${named(names)} came back to be read: who you are there is on another device of yours, or you were no member any more. To write there again, link this device, use your 24 words, or ask for an invitation.`

/** Beside what came back. */
export function someBackWords(names: readonly string[], problem: BackupOpeningProblem): string {
  const some = `${named(names)} came back, the rest did not.`
  if (problem.type === 'stopped') return some
  const { title, text } = backupOpeningProblemWords(problem)
  return `${some} ${title}. ${text}`
}

/** Why nothing came of it. Nothing was changed. */
export function backupOpeningProblemWords(problem: BackupOpeningProblem): Trouble {
  switch (problem.type) {
    case 'not-a-backup':
      return {
        title: 'This is not a backup of Waxwing',
        text: 'The file’s name ends in “.backup”, as it was downloaded.',
      }
    case 'other-version':
      return {
        title: 'Another version of Waxwing made this backup',
        text: 'Reload this page to have the newest one, and try again.',
      }
    case 'too-large':
      return { title: 'This file is too large', text: 'A backup is at most 2 GB.' }
    case 'not-a-code':
      return { title: 'This is not a whole code', text: 'It has 32 letters and digits, in eight groups of four.' }
    case 'wrong-code':
      return {
        title: 'This code does not open this file',
        text: 'Each backup has a code of its own. Look for a letter that was mistaken for another.',
      }
    case 'damaged-backup':
      return {
        title: 'The file is damaged',
        text: 'A part of it is missing or changed. Try another copy of it, or an older backup.',
      }
    case 'stopped':
      return { title: 'Stopped', text: 'Nothing was brought back.' }
    case 'storage-full':
      return { title: 'This browser has no room for it', text: 'Free some space on this device and try again.' }
    case 'storage-failed':
      return {
        title: 'The browser keeps nothing for this site',
        text: 'Allow site data for this address, or leave the private window, and try again.',
      }
    case 'all-here':
      return { title: 'Everything in it is in this browser already', text: 'Nothing was changed.' }
  }
}
