/**
 * One link of the engine: compares what both ends hold, takes in and sends entries, and keeps to the tree along which new
 * entries spread (Plumtree: Leitão, Pereira and Rodrigues, 2007). Judges nothing: the source does (E8).
 */

import type { ChainTag } from '#lib/base/ids'
import { MAX_LISTED, type WantItem } from '#lib/protocol/frame-fields'
import type { OuterHeader } from '#lib/protocol/outer-header'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { type ComparisonContext, createComparison } from '#lib/sync/comparison'
import type { EntrySource, Reception } from '#lib/sync/entry-source'
import { isLacking } from '#lib/sync/have-exchange'
import { createInbox } from '#lib/sync/inbox'
import type { NewsItem } from '#lib/sync/news'
import { createOutbox, mayCarry } from '#lib/sync/outbox'
import { createPeerKnowledge } from '#lib/sync/peer-knowledge'
import { createPeerWire, type PeerFrame } from '#lib/sync/peer-wire'
import type { SyncFault } from '#lib/sync/sync-fault'
import { MAX_SEALED_BYTES, MAX_UNTRUSTED_BYTES } from '#lib/sync/sync-settings'
import type { Link } from '#lib/transport/link'

export interface PeerContext extends ComparisonContext {
  readonly source: Pick<EntrySource, 'head' | 'holds' | 'idAt' | 'lineOf' | 'read' | 'readFolded' | 'receiveSegment'>
  receive(run: readonly SealedEntry[]): Promise<Reception>
}

/** What one link tells the engine. */
export interface PeerEvents {
  /** The other end claims to hold more of these chains than this device. */
  onClaims(claims: readonly NewsItem[], isNews: boolean): void
  onStored(run: readonly SealedEntry[], answer: boolean): void
  /** A push brought nothing new. */
  onDuplicate(run: readonly SealedEntry[]): void
  /** The other end took this link out of the tree. */
  onPruned(): void
  /** Entries before it are missing, `from` there on; with `covered` segments stand for those (S0). */
  onWaiting(run: readonly SealedEntry[], from: number | undefined, covered: boolean): void
  /** A segment is of no use: its entries are needed (S0). */
  onRefusedSegment(wanted: WantItem): void
  /** The other end can do nothing with segments that stand for these entries (S0). */
  onOriginalsWanted(wants: readonly WantItem[]): void
  /** An answer came, whatever it held. */
  onAnswer(): void
  /** Whether an entry of content may come from the other end while that is not known active. */
  mayBring(header: OuterHeader): boolean
  onPresence(sealed: Uint8Array): void
  onReceipt(sealed: Uint8Array): void
  onClose(reason: string, fault: SyncFault | undefined): void
}

export interface Peer {
  /** Begins to compare. */
  begin(): void
  readonly isTrusted: boolean
  /** Whether new entries go along this link at once, or only news of them. */
  readonly isEager: boolean
  knowledge: { newest(chain: ChainTag): number }
  /** Something was stored here. */
  changed(): void
  /** Sends what the other end lacks of a run that ends on `line`; `news` means that it should be told instead. */
  spread(run: readonly SealedEntry[], line: ChainTag): 'done' | 'news'
  /** The other end holds this. */
  noteHeld(run: readonly SealedEntry[]): void
  tell(items: readonly NewsItem[]): void
  ask(wants: readonly WantItem[], graft: boolean): void
  /** Sends entries that the other end cannot ask for. */
  offer(wants: readonly WantItem[]): void
  /** Asks for entries that segments stand for (S0). */
  askForOriginals(want: WantItem): void
  /** Takes this link out of the tree: another brings the same. */
  prune(): void
  sendPresence(sealed: Uint8Array): void
  sendReceipt(sealed: Uint8Array): void
  askForLog(): void
  /** Compares soon: something may have been missed. */
  lookAgain(): void
  setTrusted(trusted: boolean): void
  close(reason: string): void
}

const LOOK_AFTER_PRUNE_MS = 2_000
const LOOK_AFTER_LOSS_MS = 500

/** Takes the link's listeners at once; says nothing by itself before `begin`. */
export function createPeer(link: Link, context: PeerContext, trusted: boolean, events: PeerEvents): Peer {
  const { source } = context
  const knowledge = createPeerKnowledge()
  let isTrusted = trusted
  let isEager = true
  let untrustedBytes = 0
  /** What it said of itself last before it was known: it does not say so again soon. */
  let earlyPresence: Uint8Array | undefined

  const wire = createPeerWire(link, context, context.settings, {
    onFrame: (frame, bytes, sliced) => take(frame, bytes, sliced),
    onClose(reason, fault) {
      for (const part of [comparison, inbox, outbox]) part.close()
      events.onClose(reason, fault)
    },
  })
  const comparison = createComparison(context, wire.send)
  const outbox = createOutbox(wire.road, source, knowledge, {
    trusted,
    onLacking: ({ chain }) => isTrusted && events.onOriginalsWanted([{ chain, from: 1 }]),
  })
  const inbox = createInbox(
    {
      idAt: (chain, seq) => source.idAt(chain, seq),
      receive: context.receive,
      receiveSegment: (bytes) => source.receiveSegment(bytes),
    },
    {
      mayTakeIn(run) {
        if (isTrusted) return true
        if (run.some(({ header }) => header.lane !== 'log' && !events.mayBring(header))) return false
        untrustedBytes += run.reduce((size, entry) => size + entry.box.length, 0)
        return untrustedBytes <= MAX_UNTRUSTED_BYTES
      },
      mayTakeInContent: () => isTrusted,
      onSegment(reception) {
        if (reception.type === 'bad') return wire.fault({ type: 'bad-entry', reason: reception.reason })
        events.onAnswer()
        if (reception.type === 'refused') events.onRefusedSegment(reception)
      },
      onReception: (run, reception, answer) => judge(run, reception, answer),
      onGap(chain) {
        events.onAnswer()
        ask([{ chain, from: (source.head(chain)?.seq ?? 0) + 1 }], false)
      },
      onFault: wire.fault,
      onTakenIn: (bytes) => wire.send({ type: 'ack', bytes }),
      onFailure: () => wire.close('source-failed'),
    },
  )

  const judge = (run: readonly SealedEntry[], reception: Reception, answer: boolean) => {
    if (reception.type === 'bad') return wire.fault({ type: 'bad-entry', reason: reception.reason })
    noteHeld(run)
    if (answer) events.onAnswer()
    if (reception.type === 'taken') events.onStored(run, answer)
    else if (reception.type === 'waiting') events.onWaiting(run, reception.from, reception.covered === true)
    else if (!answer) events.onDuplicate(run)
  }

  const ask = (wants: readonly WantItem[], graft: boolean) => {
    if (graft) isEager = true
    wire.send({ type: graft ? 'graft' : 'want', wants })
  }

  /** A tree that changes while much is under way may lose some of it: looked at again when that is over. */
  const becomeLazy = () => {
    if (isEager) comparison.lookAgain(LOOK_AFTER_PRUNE_MS)
    isEager = false
  }

  const learn = (claims: readonly NewsItem[], isNews: boolean) => {
    for (const { claim } of claims) knowledge.note(claim)
    const lacking = claims.filter(({ claim }) => isLacking(source, claim))
    if (lacking.length > 0) events.onClaims(lacking, isNews)
  }

  const noteHeld = (run: readonly SealedEntry[]) => {
    const last = run.at(-1)
    if (last) knowledge.noteRun(run, source.lineOf(last))
  }

  const answer = (wants: readonly WantItem[], originals = false) => {
    for (const { chain } of wants) knowledge.forget(chain)
    outbox.answer(wants, originals)
  }

  const take = (frame: PeerFrame, bytes: number, sliced: boolean) => {
    switch (frame.type) {
      case 'have-root':
      case 'have-buckets':
      case 'have-channels':
      case 'have-heads':
        learn(comparison.hear(frame), false)
        break
      case 'ihave': {
        const { lane } = frame
        if (mayCarry(lane, isTrusted))
          learn(
            frame.heads.map((claim) => ({ lane, claim })),
            true,
          )
        break
      }
      case 'want':
        answer(frame.wants)
        break
      case 'originals':
        answer(frame.wants, true)
        if (isTrusted) events.onOriginalsWanted(frame.wants)
        break
      case 'graft':
        isEager = true
        answer(frame.wants)
        break
      case 'prune':
        becomeLazy()
        events.onPruned()
        break
      case 'data':
        inbox.add({ runs: frame.runs, answer: frame.answer, standalone: sliced, bytes })
        break
      case 'segment':
        inbox.add({ runs: [], segment: frame.sealed, answer: true, standalone: sliced, bytes })
        break
      case 'ack':
        outbox.acknowledged(frame.bytes)
        break
      case 'presence':
        if (frame.sealed.length > MAX_SEALED_BYTES) break
        if (isTrusted) events.onPresence(frame.sealed)
        else earlyPresence = frame.sealed
        break
      case 'receipt':
        if (isTrusted && frame.sealed.length <= MAX_SEALED_BYTES) events.onReceipt(frame.sealed)
        break
    }
  }

  return {
    begin: () => comparison.begin(isTrusted ? 'all' : 'log'),
    get isTrusted() {
      return isTrusted
    },
    get isEager() {
      return isEager
    },
    knowledge,
    changed: comparison.changed,
    spread(run, line) {
      const [first] = run
      const last = run.at(-1)
      if (!first || !last || !mayCarry(first.header.lane, isTrusted)) return 'done'
      const newest = knowledge.newest(line)
      if (newest >= last.header.seq) return 'done'
      if (!isEager || !last.signature) return 'news'
      outbox.push(run.slice(Math.max(0, newest + 1 - first.header.seq)))
      return 'done'
    },
    noteHeld,
    tell(items) {
      for (const lane of ['log', 'content'] as const) {
        const heads = items
          .filter((item) => item.lane === lane && mayCarry(lane, isTrusted))
          .map((item) => item.claim)
          .filter((claim) => knowledge.newest(claim.chain) < claim.seq)
        for (let at = 0; at < heads.length; at += MAX_LISTED) {
          wire.send({ type: 'ihave', lane, heads: heads.slice(at, at + MAX_LISTED) })
        }
      }
    },
    ask,
    offer: (wants) => outbox.answer(wants, true),
    askForOriginals: (want) => wire.send({ type: 'originals', wants: [want] }),
    prune() {
      if (isEager) wire.send({ type: 'prune' })
      becomeLazy()
    },
    sendPresence: (sealed) => isTrusted && wire.send({ type: 'presence', sealed }),
    sendReceipt: (sealed) => isTrusted && wire.send({ type: 'receipt', sealed }),
    askForLog: comparison.askForLog,
    lookAgain: () => comparison.lookAgain(LOOK_AFTER_LOSS_MS),
    setTrusted(value) {
      if (value && isTrusted) return
      isTrusted = value
      untrustedBytes = 0
      outbox.setTrusted(value)
      comparison.begin(value ? 'all' : 'log')
      if (value && earlyPresence) events.onPresence(earlyPresence)
      earlyPresence = undefined
    },
    close: wire.close,
  }
}
