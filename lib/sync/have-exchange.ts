/**
 * The talk by which two devices find out what each lacks (R2), without state: every HAVE is answered by the level below
 * where digests differ, at last by the heads that the other side was found to lack. It ends by itself, because each answer
 * stands lower in the tree and a reply is answered by nothing.
 */

import { compareBytes, sameBytes, toHex } from '#lib/base/bytes'
import type { ChannelTag } from '#lib/base/ids'
import { type HeadClaim, ID_PREFIX_BYTES, isInRange, MAX_LISTED, type TagRange } from '#lib/protocol/frame-fields'
import type {
  HaveBucketsFrame,
  HaveChannelsFrame,
  HaveFrame,
  HaveHeadsFrame,
  HaveRootFrame,
} from '#lib/protocol/frame-have'
import type { EntrySource, Head } from '#lib/sync/entry-source'
import type { HaveTree, Scope } from '#lib/sync/have-tree'

/** What to say, and what was learned. */
export interface HaveAnswer {
  readonly frames: readonly HaveFrame[]
  /** What the other side holds of chains of this lane. */
  readonly claims: readonly { readonly lane: Head['lane']; readonly claim: HeadClaim }[]
  /** Whether the other side holds anything different. */
  readonly differs: boolean
}

const NOTHING: HaveAnswer = { frames: [], claims: [], differs: false }

/** The first thing to say. */
export const rootFrame = (tree: HaveTree, scope: Scope): HaveRootFrame => ({
  type: 'have-root',
  scope,
  digest: tree.root(scope),
})

/**
 * The answer to a HAVE, saying no more than `scope` allows. Of two sides that send each other their roots at one time,
 * only the one with the lower root answers with the level below.
 */
export function answerHave(tree: HaveTree, frame: HaveFrame, scope: Scope): HaveAnswer {
  switch (frame.type) {
    case 'have-root':
      return answerRoot(tree, frame, scope)
    case 'have-buckets':
      return answerBuckets(tree, frame, scope)
    case 'have-channels':
      return scope === 'log' ? NOTHING : answerChannels(tree, frame)
    case 'have-heads':
      return scope === 'log' && frame.channel ? NOTHING : answerHeads(tree, frame)
  }
}

function answerRoot(tree: HaveTree, frame: HaveRootFrame, scope: Scope): HaveAnswer {
  if (frame.scope === 'all' && scope === 'log') return { ...NOTHING, frames: [rootFrame(tree, 'log')], differs: true }
  const order = compareBytes(tree.root(frame.scope), frame.digest)
  if (order === 0) return NOTHING
  if (order > 0) return { ...NOTHING, frames: [rootFrame(tree, frame.scope)], differs: true }
  const below: HaveFrame[] =
    frame.scope === 'log'
      ? headsFrames(tree, undefined)
      : [{ type: 'have-buckets', log: tree.log(), buckets: tree.buckets() }]
  return { ...NOTHING, frames: below, differs: true }
}

function answerBuckets(tree: HaveTree, frame: HaveBucketsFrame, scope: Scope): HaveAnswer {
  const frames: HaveFrame[] = sameBytes(frame.log, tree.log()) ? [] : headsFrames(tree, undefined)
  if (scope === 'all') {
    tree.buckets().forEach((digest, bucket) => {
      const theirs = frame.buckets[bucket]
      if (theirs && !sameBytes(theirs, digest)) frames.push(...channelsFrames(tree, bucket))
    })
  }
  return { ...NOTHING, frames, differs: frames.length > 0 }
}

function answerChannels(tree: HaveTree, frame: HaveChannelsFrame): HaveAnswer {
  const theirs = new Map(frame.channels.map((item) => [toHex(item.channel), item]))
  const frames: HaveFrame[] = []
  for (const { channel, digest } of tree.channels(frame.bucket)) {
    if (!isInRange(frame.range, channel)) continue
    const other = theirs.get(toHex(channel))
    theirs.delete(toHex(channel))
    if (!other || !sameBytes(other.digest, digest)) frames.push(...headsFrames(tree, channel))
  }
  for (const { channel } of theirs.values()) frames.push(...headsFrames(tree, channel))
  return { ...NOTHING, frames, differs: frames.length > 0 }
}

function answerHeads(tree: HaveTree, frame: HaveHeadsFrame): HaveAnswer {
  const lane = frame.channel ? 'content' : 'log'
  const claims = frame.heads.map((claim) => ({ lane, claim }) as const)
  if (frame.reply) return { frames: [], claims, differs: claims.length > 0 }

  const theirs = new Map(frame.heads.map((claim) => [toHex(claim.chain), claim]))
  const lacking = tree.heads(frame.channel).filter((head) => {
    if (!isInRange(frame.range, head.chain)) return false
    const claim = theirs.get(toHex(head.chain))
    return !claim || claim.seq < head.seq || (claim.seq === head.seq && !isSameEntry(head, claim))
  })
  const frames = inParts(lacking).map(({ items }): HaveFrame => {
    const heads = items.map(headClaim)
    return { type: 'have-heads', ...(frame.channel && { channel: frame.channel }), range: {}, reply: true, heads }
  })
  return { frames, claims, differs: true }
}

const isSameEntry = ({ id }: Head, { idPrefix }: HeadClaim): boolean =>
  sameBytes(id.subarray(0, ID_PREFIX_BYTES), idPrefix)

/**
 * Whether the other side tells of an entry that is not held here: a newer one, or one beside what is held (E3). Of two
 * sides that hold different entries at least one lacks something that the other tells of.
 */
export function isLacking(source: Pick<EntrySource, 'head' | 'holds'>, claim: HeadClaim): boolean {
  const held = source.holds(claim)
  return (source.head(claim.chain)?.seq ?? 0) < claim.seq ? held !== true : held === false
}

export const headClaim = (head: Pick<Head, 'chain' | 'seq' | 'id'>): HeadClaim => ({
  chain: head.chain,
  seq: head.seq,
  idPrefix: head.id.slice(0, ID_PREFIX_BYTES),
})

function headsFrames(tree: HaveTree, channel: ChannelTag | undefined): HaveFrame[] {
  const parts = inParts(tree.heads(channel), (head) => head.chain)
  return parts.map(({ items, range }) => ({
    type: 'have-heads',
    ...(channel && { channel }),
    range,
    reply: false,
    heads: items.map(headClaim),
  }))
}

function channelsFrames(tree: HaveTree, bucket: number): HaveFrame[] {
  const parts = inParts(tree.channels(bucket), (item) => item.channel)
  return parts.map(({ items, range }) => ({
    type: 'have-channels',
    bucket,
    range,
    channels: items.map(({ channel, digest }) => ({ channel, digest })),
  }))
}

/** Parts of at most `MAX_LISTED` items, with the ranges that they cover together; one empty part for no items. */
function inParts<Item>(
  items: readonly Item[],
  tagOf?: (item: Item) => Uint8Array,
): { readonly items: readonly Item[]; readonly range: TagRange }[] {
  const parts: { items: readonly Item[]; range: TagRange }[] = []
  for (let at = 0; at < items.length || (at === 0 && tagOf); at += MAX_LISTED) {
    const after = items[at - 1]
    const until = items[at + MAX_LISTED - 1]
    const isLast = at + MAX_LISTED >= items.length
    const range: TagRange = tagOf
      ? { ...(after && { after: tagOf(after) }), ...(until && !isLast && { until: tagOf(until) }) }
      : {}
    parts.push({ items: items.slice(at, at + MAX_LISTED), range })
  }
  return parts
}
