import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type BackupItem, encodeBackupItem, readBackupItems } from '#lib/backup/backup-item'
import { concat } from '#lib/base/bytes'
import type { EpochSecret, WorkspaceId } from '#lib/base/ids'
import { ok } from '#lib/base/result'
import { systemRandom } from '#lib/crypto/system-random'

/** Read in chunks of that size; ends with the error, if there is one. */
async function readIn(bytes: Uint8Array, chunkBytes: number): Promise<(BackupItem | string)[]> {
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield ok(bytes.slice(at, at + chunkBytes))
  }
  const found: (BackupItem | string)[] = []
  for await (const placed of readBackupItems(chunks())) found.push(placed.ok ? placed.value.item : placed.error.type)
  return found
}

const begin = { type: 'begin', madeSeconds: 1_700_000_000 } as const
const wayBack = { rootSeed: systemRandom.bytes(32), relaySeed: systemRandom.bytes(32), doors: [] }
const items: readonly BackupItem[] = [
  begin,
  {
    type: 'workspace',
    workspaceId: systemRandom.bytes(32) as WorkspaceId,
    genesisPayload: systemRandom.bytes(200),
    secrets: [systemRandom.bytes(32) as EpochSecret],
    wayBack,
  },
  { type: 'run', bytes: systemRandom.bytes(1000) },
  { type: 'segment', bytes: systemRandom.bytes(10) },
  { type: 'piece', bytes: new Uint8Array(0) },
]

describe('items of a backup', () => {
  it('V7 are the same again, however they were cut into chunks', async () => {
    const bytes = concat(...items.map(encodeBackupItem))
    for (const size of [1, 7, 64, 5000]) expect(await readIn(bytes, size)).toEqual(items)
  })

  it('V7 are refused where they break off, begin twice or not at all, or are of an unknown kind', async () => {
    const bytes = concat(...items.map(encodeBackupItem))
    expect((await readIn(bytes.subarray(0, -1), 64)).at(-1)).toBe('damaged-backup')
    expect(await readIn(new Uint8Array(0), 64)).toEqual(['damaged-backup'])
    expect(await readIn(concat(encodeBackupItem(begin), encodeBackupItem(begin)), 64)).toEqual([
      begin,
      'damaged-backup',
    ])
    expect(await readIn(encodeBackupItem({ type: 'piece', bytes: new Uint8Array(3) }), 64)).toEqual(['damaged-backup'])
    expect(await readIn(concat(encodeBackupItem(begin), Uint8Array.of(5, 0, 0, 0, 0)), 64)).toEqual([
      begin,
      'damaged-backup',
    ])
  })

  it('attack 14 V7 wait for no item that is longer than any', async () => {
    const claim = concat(encodeBackupItem(begin), Uint8Array.of(4, 255, 255, 255, 255))
    expect(await readIn(concat(claim, new Uint8Array(10)), 8)).toEqual([begin, 'damaged-backup'])
  })

  it('V7 survive any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const found = await readIn(concat(encodeBackupItem(begin), bytes), 50)
        expect(found[0]).toEqual(begin)
      }),
      { numRuns: 200 },
    )
  })
})
