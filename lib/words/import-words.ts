import type { Loss, LossKind } from '#lib/convert/losses'
import type { ActionError, ImportError, ImportReport } from '#lib/session/session-view'
import { count } from '#lib/words/count-words'
import { actionErrorWords } from '#lib/words/trouble-words'

/** What can keep a chosen file from becoming a page. */
export type ImportProblem = ActionError | ImportError

/** Why a file was not imported; `name` is the file's. */
export function importProblemWords(problem: ImportProblem, name: string): string {
  switch (problem.type) {
    case 'too-large':
      return `“${name}” is larger than ${problem.limitMegabytes} MB. Split it and import the parts.`
    case 'not-text':
      return `“${name}” is not a text file. Save it as text in UTF-8 and import that.`
    case 'unreadable':
      return `“${name}” could not be read. It may have moved; choose it again.`
    case 'too-deep':
      return `“${name}” nests lists or quotes too deep for a page. Flatten them and import it again.`
    case 'archive-too-large':
      return `“${name}” holds more than ${problem.limitMegabytes} MB when it is unpacked. Split it and import the parts.`
    case 'not-zip':
    case 'damaged':
      return `“${name}” is damaged, or not what its name says. Make it anew and import that.`
    case 'locked-archive':
      return `“${name}” is locked with a password. Unpack it and import what is in it.`
    case 'too-many-files':
      return `“${name}” holds more than ${problem.limit} files. Split it and import the parts.`
    case 'too-many-pages':
      return `“${name}” would become more than ${problem.limit} pages. Split it and import the parts.`
    case 'no-pages':
      return `“${name}” holds nothing that a page can be made of: Markdown, HTML, Word files, text or tables as CSV.`
    case 'stopped':
      return `Stopped. Nothing of “${name}” came in.`
    case 'reader-failed':
      return `“${name}” could not be read in this tab. Reload it and import the file again.`
    default:
      return actionErrorWords(problem)
  }
}

/** A long file on its way; how far it is stands beside. */
export const importWords = (name: string, isBeingRead: boolean): string =>
  isBeingRead ? `Reading “${name}”…` : `Bringing in “${name}”…`

/** What is left of an import that was stopped with a page begun; `pages` is how many it would have become. */
export function importStoppedWords(name: string, percent: number, pages: number): string {
  const share = percent > 0 ? `, about ${percent} %` : ''
  return pages > 1
    ? `Stopped. The pages that came in of “${name}” stay${share}. Move them to the trash if you do not want them.`
    : `Stopped. The page keeps what came in of “${name}”${share}. Move it to the trash if you do not want it.`
}

/** What came of a file; a list of what is missing follows where something is. */
export function importReportWords({ fileName, pages, ofPages, losses }: ImportReport): string {
  const came = pages > 1 || ofPages > 1 ? `“${fileName}” came in as ${count(pages, 'page')}` : `“${fileName}” came in`
  const whole = pages < ofPages ? `${came} of ${ofPages}` : came
  const missing = pages < ofPages ? 'Of the whole file, this could not be kept:' : 'This could not be kept:'
  return losses.length > 0 ? `${whole}. ${missing}` : `${whole}.`
}

const SHOWN_NAMES = 4

/** One kind of thing that is missing: "3 images: a.png, b.png and 1 more". */
export function lossWords({ kind, count: amount, names }: Loss): string {
  const shown = names.slice(0, SHOWN_NAMES)
  if (shown.length === 0) return lossKindWords(kind, amount)
  const more = isOfTables(kind) ? names.length - shown.length : amount - shown.length
  return `${lossKindWords(kind, amount)}: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** Their names are those of files, not of what is missing. */
const isOfTables = (kind: LossKind): boolean => kind === 'row' || kind === 'column'

function lossKindWords(kind: LossKind, amount: number): string {
  switch (kind) {
    case 'image':
      return count(amount, 'image')
    case 'file':
      return count(amount, 'file')
    case 'loose':
      return `${count(amount, 'file')} that no page shows or links to`
    case 'link':
      return `${count(amount, 'link')} to what did not come along`
    case 'unreadable':
      return `${count(amount, 'file')} that could not be read`
    case 'comment':
      return count(amount, 'comment')
    case 'footnote':
      return `${count(amount, 'footnote')}; their text stands in brackets`
    case 'formula':
      return `${count(amount, 'formula', 'formulas')}, kept as text`
    case 'drawing':
      return count(amount, 'drawing')
    case 'revision':
      return `${count(amount, 'suggested change')}, taken as made`
    case 'row':
      return `${count(amount, 'row')} of a table that is too long for a page; the whole file stands below it`
    case 'column':
      return `${count(amount, 'column')} of a table that is too wide for a page; the whole file stands below it`
  }
}
