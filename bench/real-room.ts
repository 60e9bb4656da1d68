import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { endProcess, messageFrom } from '#bench/forked-process'
import type { RoomFigures, RoomTask } from '#bench/room-process'
import { startSignaling } from '#bench/signaling-servers'

/** Peers in a process of their own, all linked with each other. */
export interface RealRoom {
  run(task: RoomTask): Promise<RoomFigures>
  stop(): Promise<void>
}

/** `mute`: peers that only hold their connections. */
export type RoomSide = 'ours' | 'peer' | 'mute'

/** With the relay's signaling for ours, and the stock server for the peers. */
export async function startRealRoom(side: RoomSide, size: number): Promise<RealRoom> {
  const server = await startSignaling(side === 'ours' ? 'waxwing' : 'stock')
  const script = fileURLToPath(new URL('room-process.mjs', import.meta.url))
  const child = fork(script, [side, server.signaling, String(size)])
  const stop = async () => {
    await endProcess(child)
    await server.stop()
  }
  try {
    await messageFrom(child)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    run(task) {
      const told = messageFrom<RoomFigures>(child)
      child.send(task)
      return told
    },
    stop,
  }
}
