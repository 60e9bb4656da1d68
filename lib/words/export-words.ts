import type { ExportError, ExportFormat, LeftFile } from '#lib/session/session-view'
import { count, list } from '#lib/words/count-words'
import { actionErrorWords } from '#lib/words/trouble-words'

/** A page in one of four ways, or every page at once. */
export type ExportChoice = ExportFormat | 'workspace'

/** What can be made, in the order of the list: its name, and whom it is for. */
export const exportChoices: readonly { readonly value: ExportChoice; readonly name: string; readonly use: string }[] = [
  { value: 'markdown', name: 'Markdown', use: 'This page, words alone, for any editor or to bring in here again.' },
  { value: 'html', name: 'Web page', use: 'This page with its pictures, as one file for every browser.' },
  { value: 'docx', name: 'Word', use: 'This page with its pictures, for Word, Google Docs or LibreOffice.' },
  { value: 'text', name: 'Plain text', use: 'This page, words alone.' },
  { value: 'workspace', name: 'All pages', use: 'Every page as Markdown, with pictures and files, in one zip.' },
]

/** What leaves is not sealed any more: the person should know before. */
export const exportLead = 'A file that anybody can read who gets it. It is not encrypted any more.'

export const exportWords = {
  copied: 'Copied the page as Markdown',
  notCopied: 'The browser did not let Waxwing copy. Export the page as Markdown instead.',
}

/** How far an export is: all pages by what is written, one page by the pictures that were looked for. */
export const exportProgressWords = (choice: ExportChoice, done: number, of: number): string =>
  choice === 'workspace' ? `${done} of ${count(of, 'page')} written` : `${done} of ${count(of, 'picture')} gathered`

const SHOWN_NAMES = 4

/** What a file that was saved holds by name only; one sentence for each reason, '' where it is whole. */
export function leftFilesWords(fileName: string, left: readonly LeftFile[]): string {
  const away = left.filter(({ because }) => because.type === 'away')
  const unshown = left.filter(({ because }) => because.type === 'not-shown')
  const roomless = left.filter(({ because }) => because.type === 'no-room')
  const limits = roomless.flatMap(({ because }) => (because.type === 'no-room' ? [because.limitMegabytes] : []))
  const it = away.length === 1 ? 'it' : 'them'
  return [
    away.length + unshown.length > 0 ? `“${fileName}” was made.` : '',
    away.length > 0
      ? `${filesWords(away)} could not be had now and ${standWords(away)}. Export again while somebody who has ${it} is online.`
      : '',
    unshown.length > 0 ? `${filesWords(unshown)} that this browser cannot show ${standWords(unshown)}.` : '',
    roomless.length > 0
      ? `“${fileName}” takes up to ${limits[0]} MB besides its text: ${filesWords(roomless)} had no room and ${standWords(roomless)}.`
      : '',
  ]
    .filter(Boolean)
    .join(' ')
}

function filesWords(files: readonly LeftFile[]): string {
  const kinds = new Set(files.map(({ node }) => node))
  if (kinds.size > 1) return `${files.length} pictures and files`
  return count(files.length, kinds.has('image') ? 'picture' : 'file')
}

function standWords(files: readonly LeftFile[]): string {
  const names = files.flatMap(({ name }) => (name ? [name] : [])).slice(0, SHOWN_NAMES)
  const more = files.length - names.length
  const shown = names.length > 0 && more > 0 ? [...names, `${more} more`] : names
  return `${files.length === 1 ? 'stands' : 'stand'} in it by name only${shown.length > 0 ? `: ${list(shown)}` : ''}`
}

/** Why there is no file. */
export function exportProblemWords(problem: ExportError): string {
  switch (problem.type) {
    case 'stopped':
      return 'Stopped. Nothing was saved.'
    case 'writer-failed':
      return 'The file could not be written in this tab. Reload it and try again.'
    default:
      return actionErrorWords(problem)
  }
}
