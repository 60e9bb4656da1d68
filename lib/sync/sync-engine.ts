/**
 * Replication between peers (docs/protocol.md R2): everything that this device's copy holds and another lacks gets there,
 * along whatever links there are, each entry over each link about once. The engine moves sealed entries and judges
 * none; it knows no network, no disk and no time but its ports.
 */

import { toHex } from '#lib/base/bytes'
import type { Clock } from '#lib/base/clock'
import type { ChainTag } from '#lib/base/ids'
import { type Random, randomBelow } from '#lib/base/random'
import { ID_PREFIX_BYTES, type WantItem } from '#lib/protocol/frame-fields'
import type { OuterHeader } from '#lib/protocol/outer-header'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { createAskOriginals } from '#lib/sync/ask-originals'
import type { EntrySource } from '#lib/sync/entry-source'
import { isLacking } from '#lib/sync/have-exchange'
import { createHaveTree } from '#lib/sync/have-tree'
import { createNews, type NewsItem } from '#lib/sync/news'
import { createPeer, type Peer } from '#lib/sync/peer'
import type { SyncFault } from '#lib/sync/sync-fault'
import { DEFAULT_SYNC_SETTINGS, type SyncSettings } from '#lib/sync/sync-settings'
import { createWantBoard } from '#lib/sync/want-board'
import type { Link } from '#lib/transport/link'

export interface SyncEngineOptions {
  readonly source: EntrySource
  readonly clock: Clock
  readonly random: Random
  /** A link was closed for what its other end did; `link` tells who. */
  readonly onBlame?: (link: Link, fault: SyncFault) => void
  readonly settings?: Partial<SyncSettings>
}

/** One live link, as whoever connected it sees it. */
export interface SyncPeer {
  /** As given to `connect`; for diagnosis. */
  readonly name: string
  /** Whether the device at the other end is known active; false again lets another MiB of log pass (R1). */
  setTrusted(trusted: boolean): void
  /** Sends own entries from there on although the other end, which does not trust this device any more, cannot ask for them. */
  offer(wants: readonly WantItem[]): void
  /** If the other end is trusted. */
  sendReceipt(sealed: Uint8Array): void
  close(reason: string): void
  /** Sealed bytes from this very link, at most 16 KiB; only while trusted. */
  onPresence: ((sealed: Uint8Array) => void) | undefined
  onReceipt: ((sealed: Uint8Array) => void) | undefined
  /** Which entries of content a device may bring that is not known active; none unless told (R1). */
  mayBring: ((header: OuterHeader) => boolean) | undefined
  /** Once, however it ended. */
  onClose: ((reason: string) => void) | undefined
}

export interface SyncEngine {
  /**
   * Takes a link over for its whole life; its listeners belong to the engine from now on. Begins after the
   * current task, so that the listeners of the peer can be set first.
   */
  connect(link: Link, options: { readonly trusted: boolean; readonly name: string }): SyncPeer
  /**
   * A run was stored: own, or from anywhere. Consecutive entries, the last signed. `from` is the link it came by; runs that
   * the engine itself gave to the source are recognized, and telling of them twice does no harm.
   */
  committed(run: readonly SealedEntry[], from?: Link): void
  /** A chain moved without a run: segments carried it on, or are not believed any more (S0). */
  reached(chain: ChainTag): void
  /** To every trusted link. */
  sendPresence(sealed: Uint8Array): void
  close(): void
}

const DELIVERIES_KEPT = 256

/** An engine without links. */
export function createSyncEngine(options: SyncEngineOptions): SyncEngine {
  const { source, clock, random } = options
  const settings = { ...DEFAULT_SYNC_SETTINGS, ...options.settings }
  const tree = createHaveTree(source)
  const peers = new Map<Link, Peer>()
  const heldSeq = (line: ChainTag): number => source.head(line)?.seq ?? 0
  const board = createWantBoard<Peer>({ heldSeq, isLacking: (claim) => isLacking(source, claim) }, settings)
  /** Which link brought the run that the source has in hand, by the id of its last entry. */
  const arrivals = new Map<string, { readonly peer: Peer; isTold: boolean }>()
  /** Which link pushed an entry first, of the newest ones. */
  const deliveries = new Map<string, Peer>()
  let committedAt = Number.NEGATIVE_INFINITY
  let cancelLook: (() => void) | undefined

  const isBusy = () => clock.now() - committedAt < settings.busyMs
  const context = { clock, random, settings, tree, source, isBusy }

  /** Asks whatever can be asked now, and comes back when more can. */
  const askAround = () => {
    for (const { peer, wants, graft } of board.takeQuestions(clock.now())) peer.ask(wants, graft)
    cancelLook?.()
    const nextAt = board.nextAt(clock.now())
    cancelLook = nextAt === undefined ? undefined : clock.after(nextAt - clock.now(), look)
  }
  const look = () => {
    board.expire(clock.now())
    askAround()
  }

  const news = createNews({ clock, random }, settings, (items) => {
    const lazy = [...peers.values()].filter((peer) => !peer.isEager)
    for (let told = 0; told < settings.newsFanout && lazy.length > 0; told++) {
      const [peer] = lazy.splice(randomBelow(random, lazy.length), 1)
      peer?.tell(items)
    }
  })

  const spread = (run: readonly SealedEntry[], from: Peer | undefined) => {
    const last = run.at(-1)
    if (!last) return
    const { lane, seq } = last.header
    from?.noteHeld(run)
    const line = source.lineOf(last)
    let isNews = false
    for (const peer of peers.values()) if (peer.spread(run, line) === 'news') isNews = true
    if (isNews) news.add({ lane, chain: line, seq, id: last.id })
  }

  const changed = () => {
    tree.changed()
    for (const peer of peers.values()) peer.changed()
  }

  const committed = (run: readonly SealedEntry[], from: Peer | undefined) => {
    const last = run.at(-1)
    if (!last) return
    changed()
    committedAt = clock.now()
    for (const line of new Set([last.header.chain, source.lineOf(last)])) board.reached(line, clock.now())
    const arrival = arrivals.get(lastId(run))
    if (arrival) arrival.isTold = true
    spread(run, from ?? arrival?.peer)
    askAround()
  }

  const claim = (peer: Peer, items: readonly NewsItem[], isNews: boolean) => {
    const dueAt = clock.now() + (isNews || isBusy() ? settings.graftMs : 0)
    for (const { lane, claim } of items) board.add(peer, lane, claim, dueAt, isNews)
    askAround()
  }

  const originals = createAskOriginals({
    ...context,
    peers: () => [...peers.values()],
    isBusy: () => board.size > 0 || isBusy(),
  })

  /**
   * A run came whose device is not known (`from` is absent), or that continues an entry which is not held, or one for
   * which a segment stands (`covered`).
   */
  const wait = (peer: Peer, run: readonly SealedEntry[], from: number | undefined, covered: boolean) => {
    const [first] = run
    if (from === undefined) return peer.askForLog()
    if (!first) return
    if (covered) return originals.askFrom(peer, { chain: first.header.chain, from })
    const { lane, chain, seq, prev } = first.header
    const claim = { chain, seq: seq - 1, idPrefix: prev.slice(0, ID_PREFIX_BYTES) }
    if (from <= heldSeq(chain)) board.goBack(peer, lane, claim, from, clock.now())
    else {
      board.add(peer, lane, claim, clock.now(), false)
      for (const other of peers.values()) {
        if (other !== peer && other.knowledge.newest(chain) >= from) board.add(other, lane, claim, clock.now(), false)
      }
    }
    askAround()
  }

  const noteDelivery = (run: readonly SealedEntry[], peer: Peer) => {
    const [oldest] = deliveries.keys()
    if (deliveries.size >= DELIVERIES_KEPT && oldest !== undefined) deliveries.delete(oldest)
    deliveries.set(lastId(run), peer)
  }

  /** Prunes a link only for another one that pushed the same earlier: what crossed a WANT says nothing about the tree. */
  const thin = (run: readonly SealedEntry[], peer: Peer) => {
    const first = deliveries.get(lastId(run))
    if (first && first !== peer && first.isEager) peer.prune()
  }

  const leave = (link: Link, peer: Peer) => {
    peers.delete(link)
    for (const [id, first] of deliveries) if (first === peer) deliveries.delete(id)
    board.drop(peer)
    originals.drop(peer)
    if (peer.isEager) for (const left of peers.values()) left.lookAgain()
    hangOn()
    askAround()
  }

  /** A device whose last branch of the tree is gone hangs itself on another. */
  const hangOn = () => {
    const left = [...peers.values()]
    if (left.length > 0 && left.every((peer) => !peer.isEager)) left[randomBelow(random, left.length)]?.ask([], true)
  }

  return {
    connect(link, { trusted, name }) {
      const handle: SyncPeer = {
        name,
        setTrusted: (value) => peer.setTrusted(value),
        offer: (wants) => peer.offer(wants),
        sendReceipt: (sealed) => peer.sendReceipt(sealed),
        close: (reason) => peer.close(reason),
        onPresence: undefined,
        onReceipt: undefined,
        mayBring: undefined,
        onClose: undefined,
      }
      /** Whether the source told of the run that it took last: runs of a link come one after the other. */
      let isTold = false
      const receive = async (run: readonly SealedEntry[]) => {
        const key = lastId(run)
        const arrival = { peer, isTold: false }
        arrivals.set(key, arrival)
        try {
          return await source.receive(run)
        } finally {
          arrivals.delete(key)
          isTold = arrival.isTold
        }
      }
      const peer: Peer = createPeer(link, { ...context, receive }, trusted, {
        onClaims: (claims, isNews) => claim(peer, claims, isNews),
        onStored(run, answer) {
          if (!answer) noteDelivery(run, peer)
          if (!isTold) committed(run, peer)
        },
        onDuplicate: (run) => thin(run, peer),
        onPruned: hangOn,
        onWaiting: (run, from, covered) => wait(peer, run, from, covered),
        onRefusedSegment: ({ chain, from }) => originals.askFrom(peer, { chain, from }),
        onOriginalsWanted: (wants) => originals.askFor(peer, wants),
        onAnswer: () => board.heard(peer, clock.now()),
        mayBring: (header) => handle.mayBring?.(header) === true,
        onPresence: (sealed) => handle.onPresence?.(sealed),
        onReceipt: (sealed) => handle.onReceipt?.(sealed),
        onClose(reason, fault) {
          leave(link, peer)
          if (fault) options.onBlame?.(link, fault)
          handle.onClose?.(reason)
        },
      })
      peers.set(link, peer)
      void Promise.resolve().then(peer.begin)
      return handle
    },
    committed: (run, from) => committed(run, from && peers.get(from)),
    reached(chain) {
      const head = source.head(chain)
      changed()
      if (!head) return
      board.reached(chain, clock.now())
      news.add({ lane: head.lane, chain, seq: head.seq, id: head.id })
      askAround()
    },
    sendPresence(sealed) {
      for (const peer of peers.values()) peer.sendPresence(sealed)
    },
    close() {
      cancelLook?.()
      originals.close()
      news.close()
      for (const peer of [...peers.values()]) peer.close('going')
    },
  }
}

const lastId = (run: readonly SealedEntry[]): string => toHex(run.at(-1)?.id ?? new Uint8Array())
