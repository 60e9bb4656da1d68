/**
 * Keeps one connection to a relay alive: hello, challenge, ping, and coming back with growing, random pauses. What is
 * said on it is up to the caller (relay-client.ts, mailbox-client.ts).
 */
import type { Cancel, Clock } from '#lib/base/clock'
import { type Random, randomBelow } from '#lib/base/random'
import type { Waking } from '#lib/base/waking'
import { HELLO, PROTOCOL_VERSION } from '#lib/protocol/frame-hello'
import type { ChallengeFrame } from '#lib/protocol/relay-frames'
import { createRoadReader, createRoadWriter, type RoadFrame } from '#lib/sync/relay-road'
import type { Link } from '#lib/transport/link'

/**
 * `connecting` is said before the first outcome only; later attempts run in the background of `away` and `refused`.
 * `refused`: the relay answers but turns this key away; it is asked again now and then.
 */
export type RelayState = 'connecting' | 'connected' | 'away' | 'refused'

export interface RelayConnection {
  state(): RelayState
  /** What the relay said when it ended the last connection, until there is another; anything may have come. */
  farewell(): string | undefined
  /** Dropped while nobody is there. */
  send(frame: RoadFrame): void
  /** The caller is through: pauses begin small again after the next loss. */
  established(): void
  /** Gives up this attempt as one that the relay turned away. */
  refused(): void
  /** Drops this link and begins again. */
  restart(): void
  /**
   * Tries at once if it is waiting to, unless it was turned away and somebody merely looks; a link that may have died without
   * a word is given up unless it answers.
   */
  wake(why?: Waking): void
  close(): void
}

export interface RelayConnectionOptions {
  readonly connect: () => Promise<Link>
  readonly clock: Clock
  readonly random: Random
  /** The frame that answers the challenge. */
  readonly answer: (challenge: ChallengeFrame) => Promise<RoadFrame>
  /** Every later frame, in order. */
  readonly onFrame: (frame: RoadFrame) => void
  /** The link is gone: nothing sent before and not confirmed counts. */
  readonly onLost: () => void
  readonly onState: (state: RelayState) => void
  /** Tells when the network may have come back or another one. */
  readonly onWake?: ((wake: (why: Waking) => void) => Cancel) | undefined
}

/** First and longest pause after a loss, and after being turned away: the word that lets one in may be on its way. */
const LOST = { firstMs: 500, longestMs: 30_000 }
const TURNED_AWAY = { firstMs: 1000, longestMs: 240_000 }
const PING_MS = 20_000
const SILENT_MS = 50_000
const ANSWER_MS = 10_000
const HANDSHAKE_MS = 20_000
const REFUSALS = new Set(['not-admitted', 'wrong-version', 'wrong-origin', 'wrong-room', 'bad-proof', 'no-mailbox'])

export function createRelayConnection(options: RelayConnectionOptions): RelayConnection {
  const { clock, random } = options
  let state: RelayState = 'connecting'
  let link: Link | undefined
  /** The link that is to answer soon. */
  let tested: Link | undefined
  let write: (frame: RoadFrame) => void = () => {}
  let isClosed = false
  let isTrying = false
  /** Woken since this attempt began: it may fail by what is over. */
  let isWoken = false
  let failures = 0
  let lastHeardAt = 0
  let farewell: string | undefined
  let stopTimer: Cancel = () => {}

  const become = (next: RelayState) => {
    if (state === next || isClosed) return
    state = next
    options.onState(next)
  }

  /** Half of the pause is random, so that a team does not come back in one moment. */
  const retryAfter = ({ firstMs, longestMs }: typeof LOST) => {
    const pauseMs = Math.min(longestMs, firstMs * 2 ** failures++)
    stopTimer()
    if (!isClosed) stopTimer = clock.after(pauseMs / 2 + randomBelow(random, pauseMs / 2), attempt)
  }

  const lose = (lost: Link, next: 'away' | 'refused') => {
    if (link !== lost) return
    link = undefined
    write = () => {}
    lost.onFrame = undefined
    lost.onClose = undefined
    lost.close('bye')
    // before anybody is told, who may wake or close it
    retryAfter(next === 'refused' ? TURNED_AWAY : LOST)
    options.onLost()
    become(next)
  }

  const watch = (watched: Link) => {
    tested = undefined
    stopTimer()
    stopTimer = clock.after(PING_MS, () => {
      // the clock may have been set back
      lastHeardAt = Math.min(lastHeardAt, clock.now())
      const quietMs = clock.now() - lastHeardAt
      if (quietMs >= SILENT_MS) return lose(watched, 'away')
      write({ type: 'ping', nonce: 0 })
      watch(watched)
    })
  }

  const test = (asked: Link) => {
    if (tested === asked) return
    tested = asked
    const askedAt = clock.now()
    write({ type: 'ping', nonce: 0 })
    stopTimer()
    stopTimer = clock.after(ANSWER_MS, () => (lastHeardAt < askedAt ? lose(asked, 'away') : watch(asked)))
  }

  const listen = (opened: Link) => {
    const reader = createRoadReader()
    let isGreeted = false
    opened.onClose = () => lose(opened, 'away')
    opened.onFrame = (bytes) => {
      if (link !== opened) return
      lastHeardAt = clock.now()
      const frame = reader.read(bytes)
      if (!frame.ok) return lose(opened, 'away')
      if (frame.value === undefined || frame.value.type === 'pong') return
      if (frame.value.type === 'bye') {
        farewell = frame.value.reason
        return lose(opened, REFUSALS.has(farewell) ? 'refused' : 'away')
      }
      if (frame.value.type === 'hello') {
        const { lowestVersion, highestVersion } = frame.value
        isGreeted = lowestVersion <= PROTOCOL_VERSION && PROTOCOL_VERSION <= highestVersion
        if (!isGreeted) lose(opened, 'refused')
      } else if (frame.value.type === 'challenge' && isGreeted) {
        options.answer(frame.value).then(
          (answer) => link === opened && write(answer),
          () => lose(opened, 'away'),
        )
      } else if (isGreeted) options.onFrame(frame.value)
    }
  }

  const attempt = () => {
    isTrying = true
    isWoken = false
    options.connect().then(
      (opened) => {
        isTrying = false
        if (isClosed) return opened.close('bye')
        link = opened
        write = createRoadWriter((bytes) => opened.send(bytes))
        lastHeardAt = clock.now()
        listen(opened)
        stopTimer = clock.after(HANDSHAKE_MS, () => lose(opened, 'away'))
        write(HELLO)
      },
      () => {
        isTrying = false
        if (isWoken && !isClosed) attempt()
        else retryAfter(LOST)
        become('away')
      },
    )
  }

  const wake = (why: Waking = 'returned') => {
    if (isClosed) return
    if (isTrying) {
      isWoken = true
      return
    }
    if (link !== undefined) {
      if (state === 'connected') test(link)
      return
    }
    if (state === 'refused' && why === 'seen') return
    stopTimer()
    // In place of the attempt at the end of this pause: the next pause grows as after that one.
    failures--
    attempt()
  }

  const stopWaking = options.onWake?.(wake)
  attempt()
  return {
    state: () => state,
    farewell: () => farewell,
    send: (frame) => write(frame),
    established() {
      if (link === undefined) return
      failures = 0
      farewell = undefined
      become('connected')
      watch(link)
    },
    refused() {
      if (link !== undefined) lose(link, 'refused')
    },
    restart() {
      if (link !== undefined) lose(link, 'away')
    },
    wake,
    close() {
      if (isClosed) return
      isClosed = true
      stopWaking?.()
      stopTimer()
      const open = link
      link = undefined
      write = () => {}
      open?.close('bye')
    },
  }
}
