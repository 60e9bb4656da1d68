import { setTimeout as wait } from 'node:timers/promises'
import { type RealRoom, type RoomSide, startRealRoom } from '#bench/real-room'
import type { RoomFigures, RoomTask } from '#bench/room-process'
import { inTurns, type Pair, type Workload } from '#bench/workload'

const SIZE = 12
const ROUNDS = 3
const LETTERS = 100
const EVERY_MS = 200
const REST_MS = 60_000
/** Links are new, receipts go round, and the tree takes its shape. */
const SETTLE_MS = 15_000

type Rooms = ReadonlyMap<RoomSide, RealRoom>

/** Uses rooms that have been in use for a while, and ends them, also where one fails. */
async function withRooms(sides: readonly RoomSide[], use: (rooms: Rooms) => Promise<void>): Promise<void> {
  const rooms = new Map<RoomSide, RealRoom>()
  try {
    for (const side of sides) rooms.set(side, await startRealRoom(side, SIZE))
    const talking = [...rooms].flatMap(([side, room]) => (side === 'mute' ? [] : [room]))
    await Promise.all(talking.map((room) => room.run({ do: 'type', letters: 30, everyMs: EVERY_MS })))
    await wait(SETTLE_MS)
    await use(rooms)
  } finally {
    await Promise.all([...rooms.values()].map((room) => room.stop()))
  }
}

async function runOn(rooms: Rooms, side: RoomSide, task: RoomTask): Promise<RoomFigures> {
  const figures = await rooms.get(side)?.run(task)
  if (!figures) throw new Error('no such room')
  console.log(`${side}: ${JSON.stringify(figures)}`)
  return figures
}

/** P10 where peers are real: 12 of them, all linked with each other. */
export const realCrowd: Workload = {
  name: 'P10-real',
  title: `an edit among ${SIZE} real peers, five a second`,
  peer: 'y-webrtc',
  async run() {
    const figures: Record<'ours' | 'peer', RoomFigures[]> = { ours: [], peer: [] }
    const task: RoomTask = { do: 'type', letters: LETTERS, everyMs: EVERY_MS }
    await withRooms(['ours', 'peer'], (rooms) =>
      inTurns(
        ROUNDS,
        async () => void figures.ours.push(await runOn(rooms, 'ours', task)),
        async () => void figures.peer.push(await runOn(rooms, 'peer', task)),
      ),
    )
    const pairs = (read: (figures: RoomFigures) => number): readonly Pair[] =>
      figures.ours.map((ours, i) => ({ ours: read(ours), peer: read(figures.peer[i] ?? ours) }))
    return [
      {
        name: `processor time of ${SIZE} real peers for a letter, five a second`,
        unit: 'ms',
        pairs: pairs(({ cpuMs }) => cpuMs / LETTERS),
        target: 0.3,
        limit: 'an entry is signed, sealed, checked, judged, kept and told of; a letter there is applied at once',
      },
      {
        name: 'of this, the threads that run scripts',
        unit: 'ms',
        pairs: pairs(({ threadMs }) => threadMs / LETTERS),
        target: 0.3,
        limit: 'as above',
      },
      {
        name: `messages of ${SIZE} real peers for a letter`,
        unit: 'messages',
        pairs: pairs(({ messages }) => messages / LETTERS),
        target: 1.3 / SIZE,
        limit: 'receipts every 10 s to whoever wrote, news of entries, rounds of comparison',
      },
    ]
  },
}

export const idleRoom: Workload = {
  name: 'P11',
  title: `${SIZE} idle peers, all linked, on one page`,
  peer: 'y-webrtc',
  async run() {
    const sides = ['ours', 'peer', 'mute'] as const
    const rounds: Record<RoomSide, RoomFigures>[] = []
    await withRooms(sides, async (rooms) => {
      for (let round = 0; round < ROUNDS; round++) {
        const [ours, peer, mute] = await Promise.all(
          sides.map((side) => runOn(rooms, side, { do: 'rest', forMs: REST_MS })),
        )
        if (ours && peer && mute) rounds.push({ ours, peer, mute })
      }
    })
    return [
      {
        name: `processor time of ${SIZE} idle peers in a minute`,
        unit: 'ms',
        pairs: rounds.map(({ ours, peer }) => ({ ours: ours.cpuMs, peer: peer.cpuMs })),
        target: 0.3,
        limit: 'the next lines: most is the library in Node, which both have',
      },
      {
        name: 'of this, the threads that run scripts',
        unit: 'ms',
        pairs: rounds.map(({ ours, peer }) => ({ ours: ours.threadMs, peer: peer.threadMs })),
        target: 0.3,
        limit: 'timers, a round of comparison on each link',
      },
      {
        name: 'the same beside y-webrtc without awareness, so that nobody says a word',
        unit: 'ms',
        pairs: rounds.map(({ ours, mute }) => ({ ours: ours.cpuMs, peer: mute.cpuMs })),
        target: undefined,
        limit: 'what the library in Node takes to keep the connections',
      },
      {
        name: `messages of ${SIZE} idle peers in a minute`,
        unit: 'messages',
        pairs: rounds.map(({ ours, peer }) => ({ ours: ours.messages, peer: peer.messages })),
        target: 0.05,
        limit: 'where somebody is, once a minute, and a round of comparison on each link',
      },
    ]
  },
}
