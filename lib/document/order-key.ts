/**
 * Order keys: texts that sort pages, with room for a new one between any two (fractional indexing after D. Greenspan,
 * "Implementing Fractional Indexing"). Two people may make the same key at once; the page's id breaks the tie.
 */

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const FIRST = 'V001'

/** Whether `value` is a key that another can be put beside; a last digit 0 would leave no room before it. */
export const isOrderKey = (value: unknown): value is string =>
  typeof value === 'string' && /^[0-9A-Za-z]{0,511}[1-9A-Za-z]$/.test(value)

function middle(low: string, high: string | undefined): string {
  if (high !== undefined) {
    let shared = 0
    while ((low[shared] ?? '0') === high[shared]) shared++
    if (shared > 0) return high.slice(0, shared) + middle(low.slice(shared), high.slice(shared))
  }
  const from = low ? DIGITS.indexOf(low.charAt(0)) : 0
  const to = high === undefined ? DIGITS.length : DIGITS.indexOf(high.charAt(0))
  if (to - from > 1) return DIGITS.charAt(Math.round((from + to) / 2))
  if (high !== undefined && high.length > 1) return high.charAt(0)
  return DIGITS.charAt(from) + middle(low.slice(1), undefined)
}

/** The next number of the same width, so that a thousand pages added one after the other keep short keys. */
function following(key: string): string {
  const head = key.replace(/z+$/, '')
  if (head === '') return `${key}V`
  const raised = head.slice(0, -1) + DIGITS.charAt(DIGITS.indexOf(head.charAt(head.length - 1)) + 1)
  return raised.padEnd(key.length, '0').replace(/0$/, '1')
}

/** The number before, of the same width, or `undefined` when there is none. */
function preceding(key: string): string | undefined {
  const head = key.replace(/0+$/, '')
  if (head === '') return undefined
  const lowered = head.slice(0, -1) + DIGITS.charAt(DIGITS.indexOf(head.charAt(head.length - 1)) - 1)
  const before = lowered.padEnd(key.length, 'z')
  return before.endsWith('0') ? preceding(before) : before
}

/** A key after `low` and before `high`; either may be missing, and what is no key or out of order is ignored. */
export function orderBetween(low: string | undefined, high: string | undefined): string {
  const after = isOrderKey(low) ? low : undefined
  const before = isOrderKey(high) && (after === undefined || after < high) ? high : undefined
  if (before === undefined) return after === undefined ? FIRST : following(after)
  return after === undefined ? (preceding(before) ?? middle('', before)) : middle(after, before)
}
