import { safeHref } from '#lib/schema/safe-href'

/**
 * The link target that a person means by `address`: a safe one as it is, an e-mail address as mailto, a bare domain as
 * https. `undefined` for everything else, script addresses included.
 */
export function hrefFrom(address: string): string | undefined {
  const text = address.trim()
  const safe = safeHref(text)
  if (safe !== undefined) return safe
  if (/^[^\s@:/?#]+@[^\s@:/?#]+\.[^\s@:/?#]{2,}$/.test(text)) return safeHref(`mailto:${text}`)
  if (/^[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)*\.\p{L}{2,}(:\d{1,5})?([/?#]\S*)?$/u.test(text))
    return safeHref(`https://${text}`)
  return undefined
}

export interface FoundAddress {
  /** Index of the first character. */
  readonly from: number
  readonly to: number
  readonly href: string
}

/** In characters; a longer row without a space is no address. */
const MAX_ADDRESS = 2000

/** The web or e-mail address at the very end of `text`, without the punctuation that closes a sentence. */
export function addressAtEnd(text: string): FoundAddress | undefined {
  const start = Math.max(0, text.length - MAX_ADDRESS)
  const word = /\S{4,}$/.exec(text.slice(start))
  if (!word || !/^(https?:\/\/|www\.|[^@]+@)/i.test(word[0].replace(/^[("'[{<]+/, ''))) return undefined
  const opening = /^[("'[{<]*/.exec(word[0])?.[0].length ?? 0
  const bare = withoutClosing(word[0].slice(opening))
  const href = hrefFrom(bare)
  if (href === undefined || href.startsWith('#')) return undefined
  const from = start + word.index + opening
  return { from, to: from + bare.length, href }
}

function withoutClosing(word: string): string {
  let end = word.length
  for (; end > 0; end--) {
    const last = word[end - 1] ?? ''
    const balanced = last === ')' && count(word.slice(0, end), '(') >= count(word.slice(0, end), ')')
    if (balanced || !/[.,;:!?'")\]}>…]/.test(last)) break
  }
  return word.slice(0, end)
}

const count = (text: string, letter: string): number => text.split(letter).length - 1

/** Follows a link: a page of this app in place, everything else in a tab of its own that knows nothing of this one. */
export function openAddress(address: string): void {
  const href = safeHref(address)
  if (href === undefined) return
  if (href.startsWith('#')) location.hash = href
  else window.open(href, '_blank', 'noopener,noreferrer')
}
