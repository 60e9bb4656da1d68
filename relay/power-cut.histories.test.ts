import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { ChannelTag } from '#lib/base/ids'
import { systemRandom } from '#lib/crypto/system-random'
import type { RoomName } from '#lib/protocol/door'
import { createSeededRandom, type SeededRandom } from '#lib/testing/seeded-random'
import { createLibsqlLogStore } from '#relay/libsql-log-store'
import type { StoreWrite } from '#relay/log-store'
import { createFrailDisk, type FrailDisk } from '#relay/testing/cut-power'

const CUTS = process.env.DEEP ? 200 : 20

const room = new Uint8Array(32).fill(1) as RoomName
const begin: StoreWrite = { type: 'room', record: { room, rootKey: room, random: room, touchedAt: 1 } }

function blob(random: SeededRandom): Extract<StoreWrite, { type: 'blob' }> {
  const channel = new Uint8Array(16) as ChannelTag
  const bytes = random.bytes(1 + random.below(9000))
  return { type: 'blob', room, hash: random.bytes(32), lane: 'content', channel, uploader: room, storedAt: 0, bytes }
}

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'relay-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/**
 * How many blobs a store on this disk lost to several cuts that were confirmed, or has again that were confirmed to be dropped. Here some
 * of what was stored is dropped in the same commits in which other blobs come.
 */
async function lostTo(disk: FrailDisk, seed: number, cuts: number): Promise<number> {
  const random = createSeededRandom(seed)
  const store = createLibsqlLogStore(makeFolder(), systemRandom, disk.open)
  await store.commit([begin])
  /** By cursor. */
  const confirmed = new Map<number, Uint8Array>()
  let lost = 0
  for (let cut = 0; cut < cuts; cut++) {
    for (let commit = 0; commit <= random.below(12); commit++) {
      const group = Array.from({ length: 1 + random.below(5) }, () => blob(random))
      const dropped = [...confirmed.keys()].filter(() => random.chance(0.05))
      const drops = dropped.map((cursor) => ({ type: 'drop', room, cursor }) as const)
      const placed = await store.commit([...group, ...drops])
      for (const [i, { bytes }] of group.entries()) confirmed.set(placed[i]?.position ?? 0, bytes)
      for (const cursor of dropped) confirmed.delete(cursor)
    }
    const left = makeFolder()
    disk.cutInto(left, random)
    const after = createLibsqlLogStore(left, systemRandom)
    const filter = { lane: 'any', channel: undefined } as const
    const query = { room, after: 0, filter, maxBytes: 2 ** 30, maxBlobs: 2 ** 20 }
    const page = (await after.room(room)) === undefined ? [] : (await after.read(query)).blobs
    const kept = new Map(page.map(({ cursor, bytes }) => [cursor, bytes]))
    const isKept = (cursor: number, bytes: Uint8Array) =>
      Buffer.from(bytes).equals(kept.get(cursor) ?? new Uint8Array())
    lost += [...confirmed].filter(([cursor, bytes]) => !isKept(cursor, bytes)).length
    lost += [...kept.keys()].filter((cursor) => !confirmed.has(cursor)).length
    await after.close()
  }
  await store.close()
  return lost
}

describe('power cut', () => {
  it('R4 S3 takes nothing that was confirmed, and brings back nothing that was dropped, in whatever part it leaves what was not flushed', async () => {
    expect(await lostTo(createFrailDisk(), 1, CUTS)).toBe(0)
  })

  it.each(['OFF', 'NORMAL'] as const)('R4 would, were the file opened with synchronous = %s', async (synchronous) => {
    // Some cuts leave a file that cannot be read at all.
    const lost = lostTo(createFrailDisk(synchronous), 1, CUTS)
    expect(await lost.catch(() => Number.POSITIVE_INFINITY)).toBeGreaterThan(0)
  })
})
