/**
 * `after`, with whatever in its fields says the same as in `before` as the very same values, and `before` itself where all do: so
 * whoever compares by identity sees what changed. For plain facts; anything but records and arrays is compared by identity.
 */
export function keepEqual<T extends object>(before: T | undefined, after: T): T {
  if (!before) return after
  const kept = Object.entries(after).map(([name, value]): [string, unknown] => {
    const old: unknown = before[name as keyof T]
    return [name, isEqual(old, value) ? old : value]
  })
  const isSame =
    kept.length === Object.keys(before).length && kept.every(([name, value]) => value === before[name as keyof T])
  return isSame ? before : (Object.fromEntries(kept) as T)
}

function isEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => isEqual(item, b[i]))
  if (!isRecord(a) || !isRecord(b)) return false
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => name in b && isEqual(a[name], b[name]))
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
