import { toHex } from '#lib/base/bytes'

/** Keeps what `make` made of the newest `limit` byte strings asked for. */
export function createKeyCache<T>(limit: number, make: (key: Uint8Array) => T): (key: Uint8Array) => T {
  const made = new Map<string, T>()
  return (key) => {
    const name = toHex(key)
    const value = made.get(name) ?? make(key)
    made.delete(name)
    made.set(name, value)
    const oldest = made.size > limit ? made.keys().next().value : undefined
    if (oldest !== undefined) made.delete(oldest)
    return value
  }
}
