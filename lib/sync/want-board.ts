/**
 * Who is asked for what: every chain of which somebody holds more than this device stands here once, is asked of one link
 * at a time, and moves on to the next that claims it when that link fails. On each link the log lane comes first (R1).
 * Pure: time and what is held come in from outside.
 */

import { toHex } from '#lib/base/bytes'
import type { ChainTag } from '#lib/base/ids'
import type { HeadClaim, WantItem } from '#lib/protocol/frame-fields'
import type { Lane } from '#lib/protocol/outer-header'
import { MAX_ASKED, MAX_WANTS } from '#lib/sync/sync-settings'

/** Something to be asked of one link. */
export interface Question<Peer> {
  readonly peer: Peer
  readonly wants: readonly WantItem[]
  /** As GRAFT: news came, but not the entry. */
  readonly graft: boolean
}

export interface WantBoard<Peer> {
  /** `peer` claims to hold more of a chain than this device; ask for it no sooner than `dueAt`. */
  add(peer: Peer, lane: Lane, claim: Pick<HeadClaim, 'chain' | 'seq'>, dueAt: number, graft: boolean): void
  /** A chain is now held up to `seq`. */
  reached(chain: ChainTag, seq: number, now: number): void
  /** An answer came from `peer`, whatever it was. */
  heard(peer: Peer, now: number): void
  /** What to ask now; it counts as asked. */
  takeQuestions(now: number): readonly Question<Peer>[]
  /** Gives up on links that do not answer; true when that leaves something to be asked of others. */
  expire(now: number): boolean
  /** When `takeQuestions` or `expire` may have something to do next. */
  nextAt(now: number): number | undefined
  /** Whether this link owes something of the log lane. */
  isWaitingForLog(peer: Peer): boolean
  drop(peer: Peer): void
  readonly size: number
}

interface Want<Peer> {
  readonly key: string
  readonly chain: ChainTag
  lane: Lane
  dueAt: number
  graft: boolean
  /** What each source claims to hold. */
  readonly sources: Map<Peer, number>
  asked: { peer: Peer; since: number } | undefined
}

interface Desk<Peer> {
  readonly log: Set<Want<Peer>>
  readonly content: Set<Want<Peer>>
  readonly asked: Set<Want<Peer>>
  heardAt: number
}

export interface WantTimes {
  readonly answerMs: number
  readonly answerAtLatestMs: number
}

/** `heldSeq` tells the newest number that is held of a chain, 0 if none. */
export function createWantBoard<Peer>(heldSeq: (chain: ChainTag) => number, times: WantTimes): WantBoard<Peer> {
  const wants = new Map<string, Want<Peer>>()
  /** Not due yet when last looked at, soonest first as long as all wait equally long. */
  const delayed = new Set<Want<Peer>>()
  const desks = new Map<Peer, Desk<Peer>>()

  const deskOf = (peer: Peer): Desk<Peer> => {
    const known = desks.get(peer)
    if (known) return known
    const desk = {
      log: new Set<Want<Peer>>(),
      content: new Set<Want<Peer>>(),
      asked: new Set<Want<Peer>>(),
      heardAt: 0,
    }
    desks.set(peer, desk)
    return desk
  }

  const leave = (want: Want<Peer>, peer: Peer) => {
    want.sources.delete(peer)
    if (want.asked?.peer === peer) want.asked = undefined
    const desk = desks.get(peer)
    for (const list of [desk?.log, desk?.content, desk?.asked]) list?.delete(want)
    if (want.sources.size > 0) return
    wants.delete(want.key)
    delayed.delete(want)
  }

  const ask = (desk: Desk<Peer>, peer: Peer, want: Want<Peer>, now: number): WantItem => {
    want.asked = { peer, since: now }
    desk.asked.add(want)
    delayed.delete(want)
    return { chain: want.chain, from: heldSeq(want.chain) + 1 }
  }

  const owesLog = (desk: Desk<Peer>): boolean => desk.log.size > 0

  return {
    add(peer, lane, claim, dueAt, graft) {
      const desk = deskOf(peer)
      if (desk.log.size + desk.content.size >= MAX_WANTS) return
      const key = toHex(claim.chain)
      const want = wants.get(key) ?? {
        key,
        chain: claim.chain,
        lane,
        dueAt,
        graft,
        sources: new Map(),
        asked: undefined,
      }
      if (want.sources.size === 0 || dueAt < want.dueAt) {
        want.dueAt = dueAt
        want.graft = graft
      }
      wants.set(key, want)
      if (!want.asked) delayed.add(want)
      want.sources.set(peer, Math.max(claim.seq, want.sources.get(peer) ?? 0))
      desk[want.lane].add(want)
    },

    reached(chain, seq, now) {
      const want = wants.get(toHex(chain))
      if (!want) return
      for (const [peer, claimed] of want.sources) if (claimed <= seq) leave(want, peer)
      if (want.asked) want.asked.since = now
    },

    heard(peer, now) {
      deskOf(peer).heardAt = now
    },

    takeQuestions(now) {
      const questions: Question<Peer>[] = []
      for (const [peer, desk] of desks) {
        if (desk.asked.size > MAX_ASKED / 2) continue
        const items: { want: WantItem; graft: boolean }[] = []
        const list = owesLog(desk) ? desk.log : desk.content
        for (const want of list) {
          if (desk.asked.size >= MAX_ASKED) break
          if (!want.asked && want.dueAt <= now) items.push({ graft: want.graft, want: ask(desk, peer, want, now) })
        }
        for (const graft of [false, true]) {
          const some = items.filter((item) => item.graft === graft).map((item) => item.want)
          if (some.length > 0) questions.push({ peer, wants: some, graft })
        }
      }
      return questions
    },

    expire(now) {
      let freed = false
      for (const [peer, desk] of desks) {
        for (const want of desk.asked) {
          const since = want.asked?.since ?? now
          const idle = now - Math.max(since, desk.heardAt) >= times.answerMs
          if (!idle && now - since < times.answerAtLatestMs) continue
          leave(want, peer)
          freed = true
        }
      }
      return freed
    },

    nextAt(now) {
      if (wants.size === 0) return undefined
      for (const want of delayed) {
        if (want.dueAt > now) return Math.min(want.dueAt, now + times.answerMs)
        delayed.delete(want)
      }
      return now + times.answerMs
    },

    isWaitingForLog: (peer) => owesLog(deskOf(peer)),

    drop(peer) {
      const desk = desks.get(peer)
      if (!desk) return
      for (const list of [desk.log, desk.content]) {
        for (const want of list) leave(want, peer)
      }
      desks.delete(peer)
    },

    get size() {
      return wants.size
    },
  }
}
