import type { ReadingError } from '#lib/convert/read-in-worker'
import type { ActionError } from '#lib/session/session-view'
import { actionErrorWords } from '#lib/words/trouble-words'

/** What can keep a chosen file from becoming a page. */
export type ImportProblem = ActionError | ReadingError | { readonly type: 'not-text' } | { readonly type: 'unreadable' }

/** Why a file was not imported; `name` is the file's. */
export function importProblemWords(problem: ImportProblem, name: string): string {
  switch (problem.type) {
    case 'too-large':
      return `“${name}” is larger than ${problem.limitMegabytes} MB. Split it and import the parts.`
    case 'not-text':
      return `“${name}” is not a text file. Save it as Markdown in UTF-8 and import that.`
    case 'unreadable':
      return `“${name}” could not be read. It may have moved; choose it again.`
    case 'too-deep':
      return `“${name}” nests lists or quotes too deep for a page. Flatten them and import it again.`
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

/** What is left of an import that was stopped with a page begun. */
export const importStoppedWords = (name: string, percent: number): string =>
  `Stopped. The page keeps what came in of “${name}”, about ${percent} %. Move it to the trash if you do not want it.`
