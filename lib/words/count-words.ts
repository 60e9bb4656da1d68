/** Numbers, moments and lists as English says them. The only place that knows the language of counting and of clocks. */

const LOCALE = 'en-GB'
const DAY_MS = 86_400_000

/** "1 edit", "4,812 edits". The plural is regular unless given. */
export function count(amount: number, one: string, many = `${one}s`): string {
  return `${new Intl.NumberFormat(LOCALE).format(amount)} ${amount === 1 ? one : many}`
}

/** "Ana", "Ana and Bo", "Ana, Bo and your phone". */
export function list(names: readonly string[]): string {
  return new Intl.ListFormat(LOCALE, { type: 'conjunction' }).format(names)
}

function daysBetween(from: number, to: number): number {
  const midnight = (at: number) => new Date(at).setHours(0, 0, 0, 0)
  return Math.round((midnight(to) - midnight(from)) / DAY_MS)
}

const clockTime = (at: number) => new Intl.DateTimeFormat(LOCALE, { hour: '2-digit', minute: '2-digit' }).format(at)
const weekday = (at: number) => new Intl.DateTimeFormat(LOCALE, { weekday: 'long' }).format(at)
const date = (at: number) => new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'long' }).format(at)

/** A moment to come: "today at 14:00", "tomorrow at 14:00", "on Friday at 14:00", "on 3 March at 14:00". */
export function momentAhead(at: number, now: number): string {
  const days = daysBetween(now, at)
  if (days <= 0) return `today at ${clockTime(at)}`
  if (days === 1) return `tomorrow at ${clockTime(at)}`
  return `on ${days < 7 ? weekday(at) : date(at)} at ${clockTime(at)}`
}

/** A moment gone by, short: "14:02", "yesterday 14:02", "3 March". */
export function momentAgo(at: number, now: number): string {
  const days = daysBetween(at, now)
  if (days <= 0) return clockTime(at)
  return days === 1 ? `yesterday ${clockTime(at)}` : date(at)
}

/** A moment of any year: "3 March 2026, 14:02". */
export function momentOfAnyYear(at: number): string {
  const day = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'long', year: 'numeric' }).format(at)
  return `${day}, ${clockTime(at)}`
}
