import { err, ok, type Result } from '#lib/base/result'

/** What somebody looks for on a page. */
export interface FindQuery {
  readonly text: string
  readonly matchCase: boolean
  readonly wholeWord: boolean
  /** Whether `text` is a regular expression. */
  readonly isPattern: boolean
}

/** A place in one of the texts searched, in UTF-16 units, and what its groups caught. */
export interface FoundMatch {
  /** Which of the texts. */
  readonly text: number
  readonly from: number
  readonly to: number
  readonly groups: readonly string[]
}

/** `bad-pattern`: it is no regular expression. `too-slow`: it did not end in time, which many can be made to do. */
export type FindError = { readonly type: 'bad-pattern' } | { readonly type: 'too-slow' }

/** More matches than this are not told. */
export const MAX_MATCHES = 5000

/** The expression that finds what `query` asks for, global and for whole characters. */
export function patternOf({ text, matchCase, wholeWord, isPattern }: FindQuery): Result<RegExp, FindError> {
  const source = isPattern ? text : text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
  const whole = wholeWord ? `(?<![\\p{L}\\p{N}_])(?:${source})(?![\\p{L}\\p{N}_])` : source
  try {
    return ok(new RegExp(whole, matchCase ? 'gu' : 'giu'))
  } catch {
    return err({ type: 'bad-pattern' })
  }
}

/** All matches that are not empty, in order, at most {@link MAX_MATCHES}. May take for ever with somebody's own expression. */
export function matchesIn(texts: readonly string[], pattern: RegExp): FoundMatch[] {
  const found: FoundMatch[] = []
  for (const [index, text] of texts.entries()) {
    for (const match of text.matchAll(pattern)) {
      if (match[0] === '') continue
      const groups = [...match].map((group: string | undefined) => group ?? '')
      found.push({ text: index, from: match.index, to: match.index + match[0].length, groups })
      if (found.length === MAX_MATCHES) return found
    }
  }
  return found
}

/** What a match becomes: `$1` to `$9` and `$&` stand for what an expression caught, `$$` for the sign itself. */
export function replacementFor(match: FoundMatch, replacement: string, isPattern: boolean): string {
  if (!isPattern) return replacement
  return replacement.replace(/\$([$&1-9])/g, (_, sign: string) =>
    sign === '$' ? '$' : (match.groups[sign === '&' ? 0 : Number(sign)] ?? ''),
  )
}
