import { setTimeout as wait } from 'node:timers/promises'
import type { Page } from 'playwright'
import { type Meeting, startMeetings } from '#bench/meeting'
import { typeLikePeople } from '#bench/typing'
import { inTurns, type Pair, type Workload } from '#bench/workload'

const ROUNDS = 3
const LETTERS = 200
/** What follows a keystroke late (receipts, acknowledgements) belongs to it. */
const AFTER_MS = 1500

interface Bytes {
  /** Load of data channels. */
  direct: number
  /** The same with DTLS and SCTP around it. */
  transport: number
  /** Load of WebSockets, both ways. */
  sockets: number
}

/** What a page has sent over its connections since it opened. */
async function sentDirectly(page: Page): Promise<{ direct: number; transport: number }> {
  return page.evaluate(async () => {
    const sent = { direct: 0, transport: 0 }
    for (const connection of (globalThis as never as { connections: RTCPeerConnection[] }).connections) {
      for (const [, report] of await connection.getStats()) {
        if (report.type === 'data-channel') sent.direct += report.bytesSent
        if (report.type === 'transport') sent.transport += report.bytesSent
      }
    }
    return sent
  })
}

/** Counts what both pages send and receive over WebSockets that open from now on, but for signalling. */
function countSockets(pages: readonly Page[]): () => number {
  let bytes = 0
  const count = ({ payload }: { payload: string | Buffer }) => {
    bytes += Buffer.byteLength(payload)
  }
  for (const page of pages) {
    page.on('websocket', (socket) => {
      if (socket.url().endsWith('/signal')) return
      socket.on('framesent', count)
      socket.on('framereceived', count)
    })
  }
  return () => bytes
}

async function bytesSoFar({ writer, reader }: Meeting, sockets: () => number): Promise<Bytes> {
  const [a, b] = [await sentDirectly(writer), await sentDirectly(reader)]
  return { direct: a.direct + b.direct, transport: a.transport + b.transport, sockets: sockets() }
}

export const keystrokeBytes: Workload = {
  name: 'P5',
  title: 'bytes per keystroke on all wires, two people, presence on',
  peer: 'y-webrtc',
  async run() {
    const counters = new Map<Page, () => number>()
    const meetings = await startMeetings((pages) => counters.set(pages[0], countSockets(pages)))
    const rounds = { ours: [] as Bytes[], peer: [] as Bytes[] }
    const turn = (side: 'ours' | 'peer') => async (round: number) => {
      const meeting = meetings[side]
      const sockets = counters.get(meeting.writer) ?? (() => Number.NaN)
      await meeting.writer.bringToFront()
      const before = await bytesSoFar(meeting, sockets)
      await typeLikePeople(meeting.writer, LETTERS, round)
      await wait(AFTER_MS)
      const after = await bytesSoFar(meeting, sockets)
      const perLetter = (wire: keyof Bytes) => (after[wire] - before[wire]) / LETTERS
      rounds[side].push({
        direct: perLetter('direct'),
        transport: perLetter('transport'),
        sockets: perLetter('sockets'),
      })
    }
    await inTurns(ROUNDS, turn('ours'), turn('peer'))
    await meetings.close()
    const pairs = (read: (bytes: Bytes) => number): Pair[] =>
      rounds.ours.map((ours, i) => ({ ours: read(ours), peer: read(rounds.peer[i] ?? ours) }))
    return [
      {
        name: 'bytes per keystroke, N = 2, data channels and WebSockets',
        unit: 'bytes',
        pairs: pairs(({ direct, sockets }) => direct + sockets),
        target: 1.7,
        limit: 'ours goes to a relay as well, which keeps it and hands it on; the peer keeps nothing anywhere',
      },
      {
        name: 'of these, data channels alone',
        unit: 'bytes',
        pairs: pairs(({ direct }) => direct),
        target: 1.7,
        limit: 'a signature of 64 bytes and a seal on every entry',
      },
      {
        name: 'direct connection with DTLS and SCTP',
        unit: 'bytes',
        pairs: pairs(({ transport }) => transport),
        target: 1.7,
        limit: 'as above',
      },
    ]
  },
}
