/**
 * Asks peers for the entries for which segments stand here (S0). Segments are only believed until then; but where nobody has
 * the entries, which relays may have dropped (S3), nobody is asked for ever.
 */
import { toHex } from '#lib/base/bytes'
import type { Clock } from '#lib/base/clock'
import { type Random, randomBelow } from '#lib/base/random'
import type { WantItem } from '#lib/protocol/frame-fields'
import type { EntrySource } from '#lib/sync/entry-source'
import type { Peer } from '#lib/sync/peer'
import type { SyncSettings } from '#lib/sync/sync-settings'

export interface AskOriginals {
  /** Asks whoever brought what only these entries explain. */
  askFrom(peer: Peer, want: WantItem): void
  /** What somebody cannot do without is fetched at once where it lacks here, too: all around may hold but the segment. */
  askFor(asking: Peer, wants: readonly WantItem[]): void
  /** The link is gone. */
  drop(peer: Peer): void
  close(): void
}

export interface AskOriginalsOptions {
  readonly source: Pick<EntrySource, 'covered'>
  readonly clock: Clock
  readonly random: Random
  readonly settings: Pick<SyncSettings, 'answerMs' | 'leisureMs'>
  readonly peers: () => readonly Peer[]
  /** Entries are coming, or are asked for. */
  readonly isBusy: () => boolean
}

/** So often one link is asked for one place: who lacks it may fetch it meanwhile, and tells of nothing. */
const MAX_ASKS = 3
const MAX_REMEMBERED = 256

const keyOf = ({ chain, from }: WantItem): string => `${toHex(chain)}:${from}`

export function createAskOriginals(options: AskOriginalsOptions): AskOriginals {
  const { source, clock, random, settings, peers } = options
  /** When somebody was asked, by place. */
  const askedAt = new Map<string, number>()
  /** How often a link was asked that never said it has them, by place. */
  const asks = new Map<Peer, Map<string, number>>()
  /** Where entries were missing when that was last looked at. */
  let missing: readonly string[] = []
  /** Everybody is asked in turn: who holds no more than was told to them cannot know it. */
  let turn = 0

  const asksOf = (peer: Peer, place: WantItem): number => asks.get(peer)?.get(keyOf(place)) ?? 0
  const mayAsk = (peer: Peer, place: WantItem): boolean => peer.isTrusted && asksOf(peer, place) < MAX_ASKS

  /** No more than once in a while for the same; `false` where it was too early. */
  const askFrom = (peer: Peer, want: WantItem): boolean => {
    const key = keyOf(want)
    if (clock.now() - (askedAt.get(key) ?? Number.NEGATIVE_INFINITY) < settings.answerMs) return false
    if (askedAt.size >= MAX_REMEMBERED) askedAt.clear()
    askedAt.set(key, clock.now())
    peer.askForOriginals(want)
    return true
  }

  const ask = (peer: Peer, place: WantItem) => {
    if (!askFrom(peer, place)) return
    const ofPeer = asks.get(peer) ?? new Map<string, number>()
    asks.set(peer, ofPeer.set(keyOf(place), asksOf(peer, place) + 1))
  }

  /** What came is forgotten. */
  const forgetBut = (places: ReadonlySet<string>) => {
    for (const ofPeer of asks.values()) for (const key of ofPeer.keys()) if (!places.has(key)) ofPeer.delete(key)
  }

  /** At leisure, unless they are coming already. */
  const look = () => {
    cancel = clock.after(settings.leisureMs, look)
    const places = source.covered().map(({ chain, from }): WantItem => ({ chain, from }))
    const before = missing
    missing = places.map(keyOf)
    if (missing.join() !== before.join()) return forgetBut(new Set(missing))
    if (options.isBusy()) return
    const askable = places.filter((place) => peers().some((peer) => mayAsk(peer, place)))
    const place = askable[randomBelow(random, askable.length || 1)]
    if (!place) return
    const able = peers().filter((peer) => mayAsk(peer, place))
    const peer = able[turn++ % able.length]
    if (peer) ask(peer, place)
  }
  let cancel = clock.after(settings.leisureMs, look)

  return {
    askFrom: (peer, want) => void askFrom(peer, want),
    askFor(asking, wants) {
      const wanted = new Map(wants.map(({ chain, from }) => [toHex(chain), from]))
      for (const { chain, from } of source.covered()) {
        if (from < (wanted.get(toHex(chain)) ?? Number.POSITIVE_INFINITY)) continue
        const others = peers().filter((peer) => peer !== asking && mayAsk(peer, { chain, from }))
        const peer = others[randomBelow(random, others.length || 1)]
        if (peer) ask(peer, { chain, from })
      }
    },
    drop: (peer) => void asks.delete(peer),
    close: () => cancel(),
  }
}
