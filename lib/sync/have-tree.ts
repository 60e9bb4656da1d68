/** What this device holds, as the tree that HAVE frames speak about (R2). Digests are made anew only where heads moved. */

import { compareBytes, sameBytes, toHex } from '#lib/base/bytes'
import type { ChannelTag } from '#lib/base/ids'
import { BUCKET_COUNT } from '#lib/protocol/frame-have'
import { bucketDigest, bucketOf, headsDigest, rootDigest } from '#lib/protocol/have-digest'
import type { EntrySource, Head } from '#lib/sync/entry-source'

/** How much two devices may say to each other: the log lane alone, or everything (R1). */
export type Scope = 'log' | 'all'

export interface ChannelDigest {
  readonly channel: ChannelTag
  readonly digest: Uint8Array
}

export interface HaveTree {
  root(scope: Scope): Uint8Array
  /** Digest of the log lane. */
  log(): Uint8Array
  buckets(): readonly Uint8Array[]
  /** Content channels of a bucket, sorted. */
  channels(bucket: number): readonly ChannelDigest[]
  /** Sorted by chain: of a content channel, or of the log lane. */
  heads(channel: ChannelTag | undefined): readonly Head[]
  /** Heads of the source moved. */
  changed(): void
}

interface Branch extends ChannelDigest {
  readonly heads: readonly Head[]
}

interface Snapshot {
  readonly log: Branch
  readonly channels: ReadonlyMap<string, Branch>
  readonly buckets: readonly { readonly digest: Uint8Array; readonly channels: readonly Branch[] }[]
  readonly root: Uint8Array
}

/** A tree over the heads of `source`. */
export function createHaveTree(source: Pick<EntrySource, 'heads'>): HaveTree {
  let known: Snapshot | undefined
  let stale = true

  const now = (): Snapshot => {
    if (known && !stale) return known
    known = takeSnapshot(source.heads(), known)
    stale = false
    return known
  }

  return {
    root: (scope) => (scope === 'log' ? now().log.digest : now().root),
    log: () => now().log.digest,
    buckets: () => now().buckets.map((bucket) => bucket.digest),
    channels: (bucket) => now().buckets[bucket]?.channels ?? [],
    heads: (channel) => (channel ? (now().channels.get(toHex(channel))?.heads ?? []) : now().log.heads),
    changed() {
      stale = true
    },
  }
}

function takeSnapshot(heads: readonly Head[], before: Snapshot | undefined): Snapshot {
  const logHeads: Head[] = []
  const headsByChannel = new Map<string, Head[]>()
  for (const head of heads) {
    if (head.lane === 'log') logHeads.push(head)
    else {
      const key = toHex(head.channel)
      const list = headsByChannel.get(key)
      if (list) list.push(head)
      else headsByChannel.set(key, [head])
    }
  }
  const channels = new Map<string, Branch>()
  for (const [key, list] of headsByChannel) {
    const [first] = list
    if (first) channels.set(key, branchOf(first.channel, list, before?.channels.get(key)))
  }
  const log = branchOf(NO_CHANNEL, logHeads, before?.log)
  const buckets = fillBuckets([...channels.values()])
  return {
    log,
    channels,
    buckets,
    root: rootDigest(
      log.digest,
      buckets.map((bucket) => bucket.digest),
    ),
  }
}

/** The log lane is one branch, whatever the tag of its channel. */
const NO_CHANNEL = new Uint8Array(16) as ChannelTag

function branchOf(channel: ChannelTag, heads: Head[], before: Branch | undefined): Branch {
  heads.sort((a, b) => compareBytes(a.chain, b.chain))
  if (before && before.heads.length === heads.length && before.heads.every((head, i) => isSameHead(head, heads[i]))) {
    return before
  }
  return { channel, heads, digest: headsDigest(heads) }
}

const isSameHead = (a: Head, b: Head | undefined): boolean =>
  a === b || (b !== undefined && a.seq === b.seq && sameBytes(a.id, b.id) && sameBytes(a.chain, b.chain))

function fillBuckets(branches: readonly Branch[]): Snapshot['buckets'] {
  const filled: Branch[][] = Array.from({ length: BUCKET_COUNT }, () => [])
  for (const branch of branches) filled[bucketOf(branch.channel)]?.push(branch)
  return filled.map((channels) => {
    channels.sort((a, b) => compareBytes(a.channel, b.channel))
    return { channels, digest: bucketDigest(channels) }
  })
}
