/** The smallest replacement that turns one text into another. */
export interface TextChange {
  /** Index of the first UTF-16 unit that goes or before which something comes. */
  readonly index: number
  readonly remove: number
  readonly insert: string
}

/**
 * What a person did who turned `before` into `after` and whose cursor now stands at `cursor`, so that a letter typed
 * among equal letters lands where it was typed. Never parts a surrogate pair; `undefined` when nothing changed.
 */
export function textChange(before: string, after: string, cursor: number): TextChange | undefined {
  if (before === after) return undefined
  const longest = Math.min(before.length, after.length)
  let prefix = 0
  while (prefix < longest && before[prefix] === after[prefix]) prefix++
  let suffix = 0
  while (suffix < longest && before[before.length - 1 - suffix] === after[after.length - 1 - suffix]) suffix++
  if (prefix + suffix > longest) {
    const atCursor = cursor - (after.length - longest)
    prefix = Math.max(longest - suffix, Math.min(prefix, atCursor))
    suffix = longest - prefix
  }
  if (isHigh(after, prefix - 1) || isHigh(before, prefix - 1)) prefix--
  if (isLow(after, after.length - suffix) || isLow(before, before.length - suffix)) suffix--
  return {
    index: prefix,
    remove: before.length - suffix - prefix,
    insert: after.slice(prefix, after.length - suffix),
  }
}

/** One step of a shared text's change, as Yjs tells it. */
export interface TextDelta {
  readonly retain?: number
  readonly insert?: unknown
  readonly delete?: number
}

/** Where `index` is after `delta`; text that arrives right there comes before it unless `sticky` is 'left'. */
export function mapIndex(index: number, delta: readonly TextDelta[], sticky: 'left' | 'right' = 'left'): number {
  let at = 0
  let mapped = index
  for (const { retain, insert, delete: removed } of delta) {
    if (retain !== undefined) at += retain
    else if (typeof insert === 'string') {
      if (at < mapped || (at === mapped && sticky === 'right')) mapped += insert.length
      at += insert.length
    } else if (removed !== undefined && at < mapped) mapped = Math.max(at, mapped - removed)
  }
  return mapped
}

const isHigh = (text: string, index: number): boolean => inRange(text, index, 0xd800, 0xdbff)
const isLow = (text: string, index: number): boolean => inRange(text, index, 0xdc00, 0xdfff)
const inRange = (text: string, index: number, from: number, to: number): boolean => {
  const unit = text.charCodeAt(index)
  return unit >= from && unit <= to
}
