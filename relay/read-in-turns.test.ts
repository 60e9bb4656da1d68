import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { readInTurns } from '#relay/read-in-turns'

/** A socket with these parts to read, and what is read of them before the next turn. */
function readTurn(parts: readonly number[], reader = { isPaused: false }) {
  const wire = new PassThrough({ highWaterMark: 2 ** 24 })
  const read: number[] = []
  let nextTurn = () => {}
  wire.on('data', (part: Uint8Array) => read.push(part.length))
  readInTurns(wire, reader, (task) => {
    nextTurn = task
  })
  for (const size of parts) wire.write(new Uint8Array(size))
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  return { read, settle, nextTurn: () => nextTurn() }
}

describe('reading in turns', () => {
  it('attack 56 takes one full part a turn of who sends a lot, and all of it in the end', async () => {
    const { read, settle, nextTurn } = readTurn([65_536, 65_536, 300])
    await settle()
    expect(read).toEqual([65_536])
    nextTurn()
    await settle()
    expect(read).toEqual([65_536, 65_536])
    nextTurn()
    await settle()
    expect(read).toEqual([65_536, 65_536, 300])
  })

  it('attack 56 never stops who sends little', async () => {
    const { read, settle } = readTurn([300, 300, 65_535])
    await settle()
    expect(read).toEqual([300, 300, 65_535])
  })

  it('attack 56 reads on nothing that is held back for another reason', async () => {
    const { read, settle, nextTurn } = readTurn([65_536, 300], { isPaused: true })
    await settle()
    nextTurn()
    await settle()
    expect(read).toEqual([65_536])
  })
})
