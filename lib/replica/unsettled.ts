import { fromHex, toHex } from '#lib/base/bytes'
import type { ChainTag } from '#lib/base/ids'
import { readAll } from '#lib/protocol/byte-reader'
import { writeAll } from '#lib/protocol/byte-writer'
import type { Commit, WorkspaceStore } from '#lib/storage/storage'

/**
 * Chains of which entries may be on disk that were not judged yet, and how far each was: so that no receipt speaks of
 * more than was judged (R10), not even after a crash between storing and judging. A chain is marked in the commit that
 * stores what others sent, and the mark goes when it is found settled.
 */
export interface Unsettled {
  /** By chain (hex): judged up to this number when that was last written. */
  readonly marks: ReadonlyMap<string, number>
  /** Marks a chain unless it is marked; belongs into the commit that stores its entries. */
  mark(chain: ChainTag, judged: number): NonNullable<Commit['records']>
  /** That commit came through. */
  marked(chain: ChainTag, judged: number): void
  /** Writes how far each marked chain is now: `undefined` for one that is settled. */
  save(judgedOf: (chain: ChainTag) => number | undefined): Promise<void>
}

const RECORD = 'unsettled/'

const encode = (judged: number): Uint8Array => writeAll((writer) => writer.varUint(judged))

export async function loadUnsettled(store: WorkspaceStore, names: readonly string[]): Promise<Unsettled> {
  const marks = new Map<string, number>()
  for (const key of names.filter((name) => name.startsWith(RECORD))) {
    const record = await store.record(key)
    const judged = readAll((record.ok && record.value) || new Uint8Array(0), (reader) => reader.varUint())
    marks.set(key.slice(RECORD.length), judged.ok ? judged.value : 0)
  }
  return {
    marks,
    mark(chain, judged) {
      const key = toHex(chain)
      return marks.has(key) ? [] : [{ key: RECORD + key, value: encode(judged) }]
    },
    marked(chain, judged) {
      const key = toHex(chain)
      if (!marks.has(key)) marks.set(key, judged)
    },
    async save(judgedOf) {
      const moved = [...marks].flatMap(([key, written]) => {
        const judged = judgedOf((fromHex(key) ?? new Uint8Array(16)) as ChainTag)
        return judged === written ? [] : [{ key, judged }]
      })
      if (moved.length === 0) return
      const records = moved.map(({ key, judged }) => ({
        key: RECORD + key,
        value: judged === undefined ? undefined : encode(judged),
      }))
      const done = await store.commit({ entries: [], records })
      if (!done.ok) return
      for (const { key, judged } of moved) {
        if (judged === undefined) marks.delete(key)
        else marks.set(key, judged)
      }
    },
  }
}
