/** What a page cannot hold, or not yet. */
export type LossKind =
  | 'image'
  /** Some other file that a page offers. */
  | 'file'
  /** A picture or other file that came along and that no page shows or links to. */
  | 'loose'
  /** A link to something that did not come along. */
  | 'link'
  /** A file of a kind that pages are made from, which could not be read as one. */
  | 'unreadable'
  | 'comment'
  | 'footnote'
  | 'formula'
  /** A shape, chart, field or control. */
  | 'drawing'
  /** A change that was suggested and not yet taken: it is taken. */
  | 'revision'
  /** Of a table that is too long for a page: it shows the first ones. */
  | 'row'
  /** Of one that is too wide. */
  | 'column'

/** How often something of one kind was left out, and the first names of it, each once. */
export interface Loss {
  readonly kind: LossKind
  readonly count: number
  readonly names: readonly string[]
}

/** Keeps the report of a reading readable and small, whatever is read. */
const MAX_NAMES = 100
const MAX_NAME_LENGTH = 200

/** Counts what is left out while something is read. */
export interface Losses {
  note(kind: LossKind, name?: string, count?: number): void
  list(): readonly Loss[]
}

/** Counts on from `before`. */
export function createLosses(before: readonly Loss[] = []): Losses {
  const byKind = new Map(before.map(({ kind, count, names }) => [kind, { count, names: new Set(names) }]))
  return {
    note(kind, name, count = 1) {
      const known = byKind.get(kind) ?? { count: 0, names: new Set() }
      byKind.set(kind, known)
      known.count += count
      if (name && known.names.size < MAX_NAMES) known.names.add(name.slice(0, MAX_NAME_LENGTH))
    },
    list: () => [...byKind].map(([kind, { count, names }]) => ({ kind, count, names: [...names] })),
  }
}
