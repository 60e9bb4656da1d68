import { fromHex, toHex } from '#lib/base/bytes'
import type { ChainTag, EntryId } from '#lib/base/ids'
import { decodeSealedSegment, encodeSealedSegment, type SealedSegment } from '#lib/protocol/sealed-segment'
import type { SegmentPlace } from '#lib/replica/acknowledgement-table'
import type { WorkspaceStore } from '#lib/storage/storage'

/** A segment that came beside the entries that it stands for. */
export interface UncomparedSegment extends SegmentPlace {
  readonly chain: ChainTag
}

/**
 * Segments of others that this device did not need, since it has their entries, until it has compared them (S1). They stand
 * on disk, sealed as they came: a relay hands each out once, and the next quiet moment may be after a restart.
 */
export interface UncomparedSegments {
  all(): readonly UncomparedSegment[]
  /** Whose author is known and signed it. Not kept beside another one that reaches into its entries, or beyond `MAX_KEPT`. */
  keep(sealed: SealedSegment): Promise<void>
  read(segment: UncomparedSegment): Promise<SealedSegment | undefined>
  drop(segments: readonly UncomparedSegment[]): Promise<void>
}

const RECORD = 'compare/'
const MAX_KEPT = 1024

const keyOf = ({ chain, from, to, id }: UncomparedSegment): string =>
  `${RECORD}${toHex(chain)}/${from}/${to}/${toHex(id)}`

function segmentOf(key: string): UncomparedSegment | undefined {
  const [chain, from, to, id] = key.slice(RECORD.length).split('/')
  const [tag, name] = [fromHex(chain ?? ''), fromHex(id ?? '')]
  return tag && name ? { chain: tag as ChainTag, from: Number(from), to: Number(to), id: name as EntryId } : undefined
}

/** `names` are those of all records of the store. */
export async function loadUncomparedSegments(
  store: WorkspaceStore,
  names: readonly string[],
): Promise<UncomparedSegments> {
  const kept = new Map<string, UncomparedSegment>()
  for (const key of names.filter((name) => name.startsWith(RECORD))) {
    const segment = segmentOf(key)
    if (segment) kept.set(key, segment)
  }

  return {
    all: () => [...kept.values()],
    async keep(sealed) {
      const { chain, seq: from } = sealed.header
      const segment: UncomparedSegment = { chain, from, to: from + sealed.count - 1, id: sealed.id }
      const isBeside = (one: UncomparedSegment): boolean =>
        one.from <= segment.to && segment.from <= one.to && toHex(one.chain) === toHex(chain)
      if (kept.size >= MAX_KEPT || [...kept.values()].some(isBeside)) return
      const records = [{ key: keyOf(segment), value: encodeSealedSegment(sealed) }]
      if ((await store.commit({ entries: [], records })).ok) kept.set(keyOf(segment), segment)
    },
    async read(segment) {
      const record = await store.record(keyOf(segment))
      const sealed = record.ok && record.value ? decodeSealedSegment(record.value) : undefined
      return sealed?.ok ? sealed.value : undefined
    },
    async drop(segments) {
      if (segments.length === 0) return
      const records = segments.map((segment) => ({ key: keyOf(segment), value: undefined }))
      if ((await store.commit({ entries: [], records })).ok) for (const { key } of records) kept.delete(key)
    },
  }
}
