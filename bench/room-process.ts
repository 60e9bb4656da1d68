import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { openOurRoom } from '#bench/our-room'
import type { RoomSide } from '#bench/real-room'
import { openMuteRoom, openStockRoom } from '#bench/stock-room'

/** What a process that holds a room of peers is asked to do. */
export type RoomTask =
  | { readonly do: 'type'; readonly letters: number; readonly everyMs: number }
  | { readonly do: 'rest'; readonly forMs: number }

/** What doing it took. */
export interface RoomFigures {
  /** Of this whole process, its threads too. */
  readonly cpuMs: number
  /** Of the thread that runs scripts; the others are the library's. */
  readonly threadMs: number
  readonly messages: number
  /** By what begins them: a frame's number, or a text. */
  readonly kinds: Readonly<Record<string, number>>
}

const WRITERS = 3
const LOOK_MS = 20
const CALM_MS = 3000
const FEWEST_LINKS = 3
/** Receipts and rounds that follow a letter late belong to it. */
const AFTER_MS = 1500

process.setMaxListeners(0)
const [, , side, signaling = '', size = ''] = process.argv
const kinds: Record<string, number> = {}
const open = { ours: openOurRoom, peer: openStockRoom, mute: openMuteRoom }[side as RoomSide]
const room = await open(Number(size), signaling, (message) => {
  const kind = typeof message === 'string' ? message : String(new Uint8Array(message as Uint8Array)[0])
  kinds[kind] = (kinds[kind] ?? 0) + 1
})
await linked()

/** Nobody has few links, and no new one came for a while: some want no more than ten. */
async function linked(): Promise<void> {
  let before = 0
  for (let calmMs = 0; calmMs < CALM_MS; calmMs += LOOK_MS) {
    await wait(LOOK_MS)
    const degrees = room.degrees()
    const links = degrees.reduce((sum, degree) => sum + degree, 0)
    if (links !== before || Math.min(...degrees) < FEWEST_LINKS) calmMs = 0
    before = links
  }
}

async function type(letters: number, everyMs: number): Promise<void> {
  const before = Math.max(...room.letters())
  for (let i = 0; i < letters; i++) {
    await room.type(i % WRITERS)
    await wait(everyMs)
  }
  while (room.letters().some((count) => count < before + letters)) await wait(LOOK_MS)
  await wait(AFTER_MS)
}

/** Linux counts in hundredths of a second. */
function threadMs(): number {
  const fields = readFileSync(`/proc/self/task/${process.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10
}

process.on('message', async (task: RoomTask) => {
  for (const kind of Object.keys(kinds)) delete kinds[kind]
  const before = process.cpuUsage()
  const threadBefore = threadMs()
  if (task.do === 'type') await type(task.letters, task.everyMs)
  else await wait(task.forMs)
  const { user, system } = process.cpuUsage(before)
  const messages = Object.values(kinds).reduce((sum, count) => sum + count, 0)
  const thread = threadMs() - threadBefore
  process.send?.({
    cpuMs: (user + system) / 1000,
    threadMs: thread,
    messages,
    kinds: { ...kinds },
  } satisfies RoomFigures)
})

process.send?.(room.degrees())
