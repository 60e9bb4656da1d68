import { describe, expect, it, vi } from 'vitest'
import { toHex } from '#lib/base/bytes'
import { err, ok } from '#lib/base/result'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import type { FileState } from '#lib/editor/page-files'
import type { HostClient } from '#lib/host/host-protocol'
import { createPageFiles, MAX_FILE_BYTES } from '#lib/session/page-files'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { createVirtualClock } from '#lib/testing/virtual-clock'

const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3)
const blob = (bytes: Uint8Array) => new Blob([bytes as Uint8Array<ArrayBuffer>])

/** Files of a tab whose leader keeps pieces in a map. */
function filesHere() {
  const pieces = new Map<string, Uint8Array>()
  const leader: { lacks?: 'away' | 'missing'; full?: boolean; asked: number; absent: number } = {
    asked: 0,
    absent: 0,
  }
  const run: HostClient['run'] = async (command) => {
    if (command.type === 'keep-piece') {
      if (leader.absent-- > 0) return err({ type: 'nobody-leads' })
      if (leader.full) return err({ type: 'storage-full' })
      pieces.set(toHex(command.name), command.bytes)
      return ok({ type: 'done' })
    }
    if (command.type !== 'read-piece') throw new Error('asked for something else')
    leader.asked++
    const found = leader.lacks ? undefined : pieces.get(toHex(command.name))
    return ok({ type: 'piece', found: found ? ok(found) : err({ type: leader.lacks ?? 'missing' }) })
  }
  const clock = createVirtualClock()
  const files = createPageFiles({ host: { run }, crypto: createNodeCrypto(), random: createSeededRandom(1), clock })
  const states: FileState[] = []
  const added = async (bytes: Uint8Array) => {
    const reference = await files.add(blob(bytes), () => {})
    if (!reference.ok) throw new Error(reference.error.type)
    return reference.value
  }
  const shown = (state: Partial<FileState>) => vi.waitFor(() => expect(states.at(-1)).toMatchObject(state))
  return { files, pieces, leader, clock, states, added, shown, show: (state: FileState) => void states.push(state) }
}

describe('files of a page', () => {
  it('F1 shows a picture at once that was added here', async () => {
    const { files, states, show, shown, added } = filesHere()
    files.follow(await added(PNG), show)
    await shown({ type: 'here' })
    const last = states.at(-1)
    if (last?.type !== 'here') throw new Error(`it is ${last?.type}`)
    expect([last.blob.type, new Uint8Array(await last.blob.arrayBuffer())]).toEqual(['image/png', PNG])
  })

  it('attack 58 F1 gives what is no picture a type that nothing opens', async () => {
    const { files, states, show, shown, added } = filesHere()
    files.follow(await added(new TextEncoder().encode('<svg onload="alert(1)"/>')), show)
    await shown({ type: 'here' })
    expect(states.at(-1)).toMatchObject({ type: 'here', blob: { type: 'application/octet-stream' } })
  })

  it('D5 F1 keeps a file though the lead passes to another tab meanwhile', async () => {
    const { pieces, leader, added, files } = filesHere()
    leader.absent = 1
    await added(PNG)
    expect(pieces.size).toBe(1)
    leader.absent = 100
    expect(await files.add(blob(PNG), () => {})).toEqual(err({ type: 'storage-failed' }))
  })

  it('F1 asks again for what is missing, ever more seldom, and shows it when it came', async () => {
    const { files, show, shown, added, leader, clock } = filesHere()
    const reference = await added(PNG)
    leader.lacks = 'missing'
    files.follow(reference, show)
    await shown({ type: 'waiting', because: 'missing' })
    leader.lacks = 'away'
    await clock.advance(500)
    await shown({ type: 'waiting', because: 'away' })
    await clock.advance(900)
    expect(leader.asked).toBe(2)
    delete leader.lacks
    await clock.advance(200)
    await shown({ type: 'here' })
  })

  it('F1 asks no more for what nobody looks at', async () => {
    const { files, states, show, shown, added, leader, clock } = filesHere()
    const reference = await added(PNG)
    leader.lacks = 'missing'
    const stop = files.follow(reference, show)
    await shown({ type: 'waiting' })
    stop()
    await clock.advance(120_000)
    expect([leader.asked, states.length]).toEqual([1, 2])
  })

  it('attack 57 F1 calls a piece that was bent and a text that is no reference damaged', async () => {
    const { files, states, show, shown, added, pieces } = filesHere()
    files.follow('javascript:alert(1)', show)
    expect(states).toEqual([{ type: 'damaged' }])
    const reference = await added(PNG)
    for (const bytes of pieces.values()) bytes[0] = (bytes[0] ?? 0) ^ 1
    files.follow(reference, show)
    expect(states.at(-1)?.type).toBe('coming')
    await shown({ type: 'damaged' })
  })

  it('F1 refuses a file over the limit before it reads a byte, and says how much is allowed', async () => {
    const { files, pieces } = filesHere()
    const large = { size: MAX_FILE_BYTES + 1 } as Blob
    expect(await files.add(large, () => {})).toEqual(err({ type: 'too-large', maxBytes: MAX_FILE_BYTES }))
    expect(pieces.size).toBe(0)
  })

  it('F1 says that this device is full, and that a file cannot be read', async () => {
    const { files, leader } = filesHere()
    leader.full = true
    expect(await files.add(blob(PNG), () => {})).toEqual(err({ type: 'storage-full' }))
    const gone = { size: 5, slice: () => ({ arrayBuffer: async () => Promise.reject(new Error('gone')) }) }
    expect(await files.add(gone as unknown as Blob, () => {})).toEqual(err({ type: 'unreadable' }))
  })
})
