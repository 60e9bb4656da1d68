import { toHex } from '#lib/base/bytes'
import type { PieceName } from '#lib/base/ids'
import { err, ok } from '#lib/base/result'
import { hash } from '#lib/crypto/hash'
import type { PieceRoad } from '#lib/sync/piece-road'

const SIZE = 100

export const pieceBytes = (value: number) => new Uint8Array(SIZE).fill(value)
export const pieceOf = (value: number) => ({ name: hash(pieceBytes(value)) as PieceName, bytes: pieceBytes(value) })

/** What a relay in memory does; `room` is for so many pieces. */
export interface PieceRelayAnswers {
  away?: boolean
  room?: number
}

/** The road to a relay in memory, one piece after the other; while it is away what is put waits. */
export function fakePieceRelay(answers: PieceRelayAnswers = {}) {
  const kept = new Map<string, Uint8Array>()
  /** Names (hex) of all that came, also of what was declined. */
  const offered: string[] = []
  const asked: string[] = []
  const waiting: (() => void)[] = []
  let turn: Promise<unknown> = Promise.resolve()

  async function take(...[name, load]: Parameters<PieceRoad['put']>) {
    if (answers.away) await new Promise<void>((resolve) => waiting.push(resolve))
    const loaded = await load()
    if (!loaded) return 'stored'
    offered.push(toHex(name))
    if (kept.size >= (answers.room ?? Number.POSITIVE_INFINITY)) return 'room-full'
    kept.set(toHex(name), loaded)
    return 'stored'
  }

  const road: PieceRoad = {
    put(name, load) {
      const outcome = turn.then(() => take(name, load))
      turn = outcome.catch(() => {})
      return outcome
    },
    async read(name) {
      asked.push(toHex(name))
      if (answers.away) return err({ type: 'away' })
      const found = kept.get(toHex(name))
      return found ? ok(found) : err({ type: 'missing' })
    },
    close() {},
  }
  const comeBack = () => {
    for (const resolve of waiting.splice(0)) resolve()
  }
  return { road, kept, offered, asked, comeBack, answers }
}
