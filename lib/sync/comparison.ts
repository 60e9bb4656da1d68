/**
 * Keeps two ends of a link comparing what they hold (R2): at once, every 10–15 s, up to four times as seldom while nothing is
 * new, and sooner when something was missed. An idle round is one root, whoever says it first. While entries keep coming, roots
 * differ all the time and mean little: then the depth is looked at only now and then.
 */

import { sameBytes } from '#lib/base/bytes'
import type { Clock } from '#lib/base/clock'
import { type Random, randomBelow } from '#lib/base/random'
import type { HaveFrame, HaveRootFrame } from '#lib/protocol/frame-have'
import { answerHave, type HaveAnswer, rootFrame } from '#lib/sync/have-exchange'
import type { HaveTree, Scope } from '#lib/sync/have-tree'
import type { SyncSettings } from '#lib/sync/sync-settings'

export interface ComparisonContext {
  readonly clock: Clock
  readonly random: Random
  readonly settings: SyncSettings
  readonly tree: HaveTree
  /** Whether entries are just coming in. */
  isBusy(): boolean
}

export interface Comparison {
  /** A HAVE came; returns what it tells that the other side holds. */
  hear(frame: HaveFrame): HaveAnswer['claims']
  /** Compares this much from now on, beginning at once. */
  begin(scope: Scope): void
  /** Something was stored here: the next round comes no later than usual. */
  changed(): void
  /** Compares within this time instead of after a whole round: something may have been missed. */
  lookAgain(withinMs: number): void
  /** Compares the log lane at once: it names devices that are not known here. */
  askForLog(): void
  close(): void
}

const CROSSING_MS = 2_000

export function createComparison(context: ComparisonContext, send: (frame: HaveFrame) => void): Comparison {
  const { clock, random, settings, tree } = context
  let scope: Scope = 'log'
  /** The root that was said last, until one comes back. */
  let unanswered: { frame: HaveRootFrame; at: number } | undefined
  let comparedAt: number | undefined
  /** How many times the usual pause the next one is. */
  let calm = 1
  let plannedAt = 0
  let cancel: (() => void) | undefined
  let closed = false

  const planRound = (delayMs: number) => {
    cancel?.()
    plannedAt = clock.now() + delayMs
    if (!closed) cancel = clock.after(delayMs, beginRound)
  }
  const planNextRound = () =>
    planRound(calm * (settings.roundMinMs + randomBelow(random, settings.roundMaxMs - settings.roundMinMs + 1)))
  const calmDown = () => {
    calm = Math.min(2 * calm, settings.calmRounds)
  }
  const beginRound = () => {
    calmDown()
    sayRoot(scope)
  }

  const sayRoot = (of: Scope) => {
    const frame = rootFrame(tree, of)
    unanswered = { frame, at: clock.now() }
    send(frame)
    planNextRound()
  }

  /** Both sides say their roots when they meet: they cross, and need not be said again. */
  const isOnItsWay = (frame: HaveRootFrame): boolean =>
    unanswered?.frame.scope === frame.scope &&
    sameBytes(unanswered.frame.digest, frame.digest) &&
    clock.now() - unanswered.at < CROSSING_MS

  /** A root that differs because entries are under way is left to the tree that carries them. */
  const isLeftToTheTree = (frame: HaveRootFrame): boolean =>
    frame.scope === 'all' &&
    comparedAt !== undefined &&
    context.isBusy() &&
    clock.now() - comparedAt < settings.compareBusyMs

  return {
    hear(frame) {
      const answer = answerHave(tree, frame, scope)
      if (frame.type === 'have-root') {
        if (answer.differs) calm = 1
        else calmDown()
        planNextRound()
        if (!answer.differs || isLeftToTheTree(frame)) {
          unanswered = undefined
          return []
        }
        comparedAt = clock.now()
      }
      for (const reply of answer.frames) {
        if (reply.type !== 'have-root') send(reply)
        else if (!isOnItsWay(reply)) sayRoot(reply.scope)
      }
      if (frame.type === 'have-root') unanswered = undefined
      return answer.claims
    },
    begin(newScope) {
      scope = newScope
      comparedAt = undefined
      calm = 1
      sayRoot(scope)
    },
    changed() {
      if (calm === 1) return // planned so already; this is asked on every link for every entry
      calm = 1
      if (plannedAt - clock.now() > settings.roundMaxMs) planNextRound()
    },
    lookAgain: (withinMs) => planRound(withinMs / 2 + randomBelow(random, withinMs / 2)),
    askForLog() {
      if (!isOnItsWay(rootFrame(tree, 'log'))) sayRoot('log')
    },
    close() {
      closed = true
      cancel?.()
    },
  }
}
