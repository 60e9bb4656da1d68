import type { SeededRandom } from '#lib/testing/seeded-random'
import type { LogStore, ReadPage, StoreWrite } from '#relay/log-store'

/** What a relay does to those who cannot look behind it. */
export type Lie = 'keeps nothing' | 'withholds' | 'reorders' | 'alters' | 'invents' | 'replays' | 'shows old state'

export const LIES: readonly Lie[] = [
  'keeps nothing',
  'withholds',
  'reorders',
  'alters',
  'invents',
  'replays',
  'shows old state',
]

export interface LyingStore extends LogStore {
  /** Undefined: it is honest from now on. */
  lie: Lie | undefined
  /** How often it lied. */
  readonly lies: number
}

/** A relay's store that lies by dice; each reading is another one, so that people are shown different pasts. */
export function createLyingStore(store: LogStore, random: SeededRandom): LyingStore {
  let invented = 0

  const shuffled = <T>(items: readonly T[]): T[] =>
    items
      .map((item) => ({ item, place: random.below(1_000_000) }))
      .toSorted((a, b) => a.place - b.place)
      .map(({ item }) => item)

  const bent = (bytes: Uint8Array): Uint8Array => {
    const at = random.below(bytes.length)
    return bytes.map((byte, i) => (i === at ? byte ^ (1 << random.below(8)) : byte))
  }

  const told = ({ blobs, ...page }: ReadPage): ReadPage['blobs'] => {
    switch (lying.lie) {
      case 'withholds':
        return blobs.filter(() => random.chance(0.5))
      case 'reorders': {
        const bytes = shuffled(blobs.map((blob) => blob.bytes))
        return blobs.map(({ cursor }, i) => ({ cursor, bytes: bytes[i] ?? new Uint8Array() }))
      }
      case 'alters':
        return blobs.map(({ cursor, bytes }) => ({ cursor, bytes: random.chance(0.5) ? bent(bytes) : bytes }))
      case 'invents':
        return [...blobs, { cursor: page.cursor, bytes: random.bytes(20 + random.below(200)) }]
      case 'replays':
        return [...blobs, ...blobs, ...blobs.slice(0, 1)]
      case 'shows old state':
        return []
      default:
        return blobs
    }
  }

  const claim = (write: StoreWrite) => ({ position: write.type === 'blob' ? 1000 + ++invented : 0, isNew: true })
  const lying: LyingStore & { lies: number } = {
    ...store,
    lie: undefined,
    lies: 0,
    async commit(writes) {
      if (lying.lie !== 'keeps nothing') return store.commit(writes)
      lying.lies++
      return writes.map(claim)
    },
    async read(query) {
      const page = await store.read(query)
      if (lying.lie === undefined || page.blobs.length === 0) return page
      lying.lies++
      return { ...page, blobs: told(page) }
    },
  }
  return lying
}
