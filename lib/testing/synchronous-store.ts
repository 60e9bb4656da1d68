import type { SynchronousStore } from '#lib/session/last-words'

/** A `localStorage` in memory. */
export function createSynchronousStore(): SynchronousStore & { readonly texts: Map<string, string> } {
  const texts = new Map<string, string>()
  return {
    texts,
    getItem: (name) => texts.get(name) ?? null,
    setItem: (name, value) => void texts.set(name, value),
    removeItem: (name) => void texts.delete(name),
  }
}
