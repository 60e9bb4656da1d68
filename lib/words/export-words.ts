import type { ExportError, ExportFormat } from '#lib/session/session-view'
import { count } from '#lib/words/count-words'
import { actionErrorWords } from '#lib/words/trouble-words'

/** A page in one of four ways, or every page at once. */
export type ExportChoice = ExportFormat | 'workspace'

/** What can be made, in the order of the list: its name, and whom it is for. */
export const exportChoices: readonly { readonly value: ExportChoice; readonly name: string; readonly use: string }[] = [
  { value: 'markdown', name: 'Markdown', use: 'This page, to bring in here again or read in any editor.' },
  { value: 'html', name: 'Web page', use: 'This page as one file that opens in every browser.' },
  { value: 'docx', name: 'Word', use: 'This page for Word, Google Docs or LibreOffice.' },
  { value: 'text', name: 'Plain text', use: 'This page, words alone.' },
  { value: 'workspace', name: 'All pages', use: 'Every page as Markdown, in one zip.' },
]

/** What leaves is not sealed any more: the person should know before. */
export const exportLead = 'A file that anybody can read who gets it. It is not encrypted any more.'

export const exportWords = {
  copied: 'Copied the page as Markdown',
  notCopied: 'The browser did not let Waxwing copy. Export the page as Markdown instead.',
}

export const exportProgressWords = (written: number, pages: number): string =>
  `${written} of ${count(pages, 'page')} written`

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
