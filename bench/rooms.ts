import { setTimeout as wait } from 'node:timers/promises'
import { startRealRoom } from '#bench/real-room'
import type { RoomFigures, RoomTask } from '#bench/room-process'
import { inTurns, type Measure, type Pair, type Workload } from '#bench/workload'

const SIZE = 12
const ROUNDS = 3
const LETTERS = 100
const EVERY_MS = 200
const REST_MS = 60_000
/** Links are new, receipts go round, and the tree takes its shape. */
const SETTLE_MS = 15_000

/** Runs tasks on both rooms and tells what each took, in turns. */
async function measureRooms(task: RoomTask, rounds: number, together: boolean) {
  const rooms = { ours: await startRealRoom('ours', SIZE), peer: await startRealRoom('peer', SIZE) }
  const figures = { ours: [] as RoomFigures[], peer: [] as RoomFigures[] }
  const turn = (side: 'ours' | 'peer') => async () => {
    const taken = await rooms[side].run(task)
    figures[side].push(taken)
    console.log(`${side}: ${JSON.stringify(taken)}`)
  }
  const warm: RoomTask = { do: 'type', letters: 30, everyMs: EVERY_MS }
  await Promise.all([rooms.ours.run(warm), rooms.peer.run(warm)])
  await wait(SETTLE_MS)
  if (together) for (let round = 0; round < rounds; round++) await Promise.all([turn('ours')(), turn('peer')()])
  else await inTurns(rounds, turn('ours'), turn('peer'))
  await Promise.all([rooms.ours.stop(), rooms.peer.stop()])
  return (read: (figures: RoomFigures) => number): readonly Pair[] =>
    figures.ours.map((ours, i) => ({ ours: read(ours), peer: read(figures.peer[i] ?? ours) }))
}

/** P10 where peers are real: 12 of them, all linked with each other. */
export async function realCrowd(): Promise<readonly Measure[]> {
  const pairs = await measureRooms({ do: 'type', letters: LETTERS, everyMs: EVERY_MS }, ROUNDS, false)
  return [
    {
      name: `processor time of ${SIZE} real peers for a letter, five a second`,
      unit: 'ms',
      pairs: pairs(({ cpuMs }) => cpuMs / LETTERS),
      target: 0.3,
      limit: 'an entry is signed, sealed, checked, judged, kept and told of; a letter there is applied at once',
    },
    {
      name: `messages of ${SIZE} real peers for a letter`,
      unit: 'messages',
      pairs: pairs(({ messages }) => messages / LETTERS),
      target: 1.3 / SIZE,
      limit: 'receipts every 10 s, news of entries, rounds of comparison',
    },
  ]
}

export const idleRoom: Workload = {
  name: 'P11',
  title: `${SIZE} idle peers, all linked, on one page`,
  peer: 'y-webrtc',
  async run() {
    const pairs = await measureRooms({ do: 'rest', forMs: REST_MS }, ROUNDS, true)
    return [
      {
        name: `processor time of ${SIZE} idle peers in a minute`,
        unit: 'ms',
        pairs: pairs(({ cpuMs }) => cpuMs),
        target: 0.3,
        limit: 'the library’s own keeping of 66 connections, which both sides have',
      },
      {
        name: `messages of ${SIZE} idle peers in a minute`,
        unit: 'messages',
        pairs: pairs(({ messages }) => messages),
        target: 0.05,
        limit: 'a sign of life on each link, and a round of comparison',
      },
    ]
  },
}
