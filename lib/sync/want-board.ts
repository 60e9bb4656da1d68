/**
 * Who is asked for what: every chain or branch of which somebody holds what this device lacks stands here once, is asked of
 * one link at a time, and moves on to the next that claims it when that link fails. On each link the log lane comes first (R1).
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
  /** `peer` claims to hold an entry that is lacking; ask for it no sooner than `dueAt`. */
  add(peer: Peer, lane: Lane, claim: HeadClaim, dueAt: number, graft: boolean): void
  /** What `peer` sent of a chain parts from what is held, at this number or before: ask it from there on, at once. */
  goBack(peer: Peer, lane: Lane, claim: HeadClaim, from: number, now: number): void
  /** More is held of a chain or branch. */
  reached(chain: ChainTag, now: number): void
  /** An answer came from `peer`, whatever it was. */
  heard(peer: Peer, now: number): void
  /** What to ask now; it counts as asked. */
  takeQuestions(now: number): readonly Question<Peer>[]
  /** Gives up on links that do not answer; true when that leaves something to be asked of others. */
  expire(now: number): boolean
  /** When `takeQuestions` or `expire` may have something to do next. */
  nextAt(now: number): number | undefined
  drop(peer: Peer): void
  readonly size: number
}

interface Want<Peer> {
  readonly key: string
  readonly chain: ChainTag
  lane: Lane
  dueAt: number
  graft: boolean
  /** The newest that each source claims to hold. */
  readonly sources: Map<Peer, HeadClaim>
  /** Where to begin, if before what is held to its end. */
  from: number
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

/** What is held, as wants depend on it. */
export interface Holdings {
  /** The newest number that is held of a chain or branch, 0 if none. */
  heldSeq(chain: ChainTag): number
  isLacking(claim: HeadClaim): boolean
}

export function createWantBoard<Peer>({ heldSeq, isLacking }: Holdings, times: WantTimes): WantBoard<Peer> {
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
    const claimed = want.sources.get(peer)?.seq ?? Number.POSITIVE_INFINITY
    return { chain: want.chain, from: Math.min(want.from, claimed, heldSeq(want.chain) + 1) }
  }

  const add: WantBoard<Peer>['add'] = (peer, lane, claim, dueAt, graft) => {
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
      from: Number.POSITIVE_INFINITY,
      asked: undefined,
    }
    if (want.sources.size === 0 || dueAt < want.dueAt) {
      want.dueAt = dueAt
      want.graft = graft
    }
    wants.set(key, want)
    if (!want.asked) delayed.add(want)
    const known = want.sources.get(peer)
    if (!known || known.seq <= claim.seq) want.sources.set(peer, claim)
    desk[want.lane].add(want)
  }

  return {
    add,
    goBack(peer, lane, claim, from, now) {
      add(peer, lane, claim, now, false)
      const want = wants.get(toHex(claim.chain))
      if (!want || from >= want.from) return
      want.from = from
      if (want.asked) desks.get(want.asked.peer)?.asked.delete(want)
      want.asked = undefined
    },

    reached(chain, now) {
      const want = wants.get(toHex(chain))
      if (!want) return
      for (const [peer, claim] of want.sources) if (!isLacking(claim)) leave(want, peer)
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
        const list = desk.log.size > 0 ? desk.log : desk.content
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
