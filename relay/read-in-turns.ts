import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'

/** Node reads a socket in parts of this size, and goes on for two megabytes in one turn while they are full. */
const PART_BYTES = 65_536

/**
 * Lets everybody else have their turn after a full part of what one socket sends, so that a flood takes no more of the loop
 * than who sends little. `wire` is the socket under `reader`.
 */
export function readInTurns(
  wire: Duplex,
  reader: Pick<WebSocket, 'isPaused'>,
  defer: (task: () => void) => void,
): void {
  wire.on('data', (part: Uint8Array) => {
    if (part.length < PART_BYTES || wire.isPaused()) return
    wire.pause()
    defer(() => {
      if (!reader.isPaused) wire.resume()
    })
  })
}
