import { describe, expect, it } from 'vitest'
import { backupCodeBytes, createBackupCode } from '#lib/backup/backup-code'
import { type BackupError, MAX_BACKUP_BYTES, openBackupStream, sealBackupStream } from '#lib/backup/backup-stream'
import { concat, utf8 } from '#lib/base/bytes'
import { systemRandom } from '#lib/crypto/system-random'

const HEADER_BYTES = 48
const CHUNK_BYTES = 65_552

async function sealed(parts: readonly Uint8Array[], code: string): Promise<Uint8Array> {
  async function* plain() {
    yield* parts
  }
  const out: Uint8Array[] = []
  for await (const part of sealBackupStream(plain(), code, systemRandom)) out.push(part)
  return concat(...out)
}

/** What the file holds, or the first error. */
async function opened(bytes: Uint8Array, code: string): Promise<Uint8Array | BackupError['type']> {
  const file = await openBackupStream(new Blob([new Uint8Array(bytes)]), code)
  if (!file.ok) return file.error.type
  const chunks: Uint8Array[] = []
  for await (const chunk of file.value.chunks()) {
    if (!chunk.ok) return chunk.error.type
    chunks.push(chunk.value)
  }
  return concat(...chunks)
}

describe('a sealed backup', () => {
  const code = createBackupCode(systemRandom)
  const large = systemRandom.bytes(200_000)

  it.each([[[]], [[utf8('one')]], [[large.subarray(0, 65_536)]], [[large, utf8('two'), large]]])(
    'V7 opens to the same bytes with its code, however a person types it: %#',
    async (parts) => {
      const file = await sealed(parts, code)
      expect(await opened(file, code.toLowerCase().replaceAll('-', ' '))).toEqual(concat(...parts))
    },
  )

  it('V7 refuses another code, and what is none', async () => {
    const file = await sealed([large], code)
    expect(await opened(file, createBackupCode(systemRandom))).toBe('wrong-code')
    for (const typed of ['', 'no code', code.slice(1), `${code}A`, code.replace(/.$/, 'U')])
      expect(await opened(file, typed)).toBe('not-a-code')
  })

  it('attack 1 V7 refuses every flipped byte and every cut', async () => {
    const file = await sealed([utf8('entry')], code)
    for (let at = 0; at < file.length; at++) {
      const bent = file.slice()
      bent[at] = (bent[at] ?? 0) ^ 1
      expect(await opened(bent, code)).toBeTypeOf('string')
      expect(await opened(file.subarray(0, at), code)).toBeTypeOf('string')
    }
  })

  it('attack 1 V7 refuses a file whose last chunk is missing, or whose chunks changed places', async () => {
    const file = await sealed([large], code)
    const chunk = (at: number) => file.subarray(HEADER_BYTES + at * CHUNK_BYTES, HEADER_BYTES + (at + 1) * CHUNK_BYTES)
    const header = file.subarray(0, HEADER_BYTES)
    expect(await opened(concat(header, chunk(0), chunk(1), chunk(2)), code)).toBe('damaged-backup')
    expect(await opened(concat(header, chunk(1), chunk(0), chunk(2), chunk(3)), code)).toBe('damaged-backup')
    expect(await opened(file.subarray(0, HEADER_BYTES), code)).toBe('damaged-backup')
  })

  it('V7 tells what is no backup, of another version, too large or gone since it was chosen', async () => {
    expect(await opened(utf8('PK'), code)).toBe('not-a-backup')
    expect(await opened(concat(utf8('waxwing-backup/3'), large), code)).toBe('other-version')
    const file = new Blob([new Uint8Array(await sealed([large], code))])
    const huge = { size: MAX_BACKUP_BYTES + 1, slice: (from: number, to: number) => file.slice(from, to) }
    expect(await openBackupStream(huge, code)).toEqual({ ok: false, error: { type: 'too-large' } })
    const gone = { size: 100, slice: () => ({ arrayBuffer: () => Promise.reject(new Error('NotReadableError')) }) }
    expect(await openBackupStream(gone, code)).toEqual({ ok: false, error: { type: 'not-a-backup' } })
  })

  it('has codes of 160 bits that survive a round trip', () => {
    const made = createBackupCode({ bytes: (size) => Uint8Array.from({ length: size }, (_, i) => i * 13) })
    expect(backupCodeBytes(made)).toEqual(Uint8Array.from({ length: 20 }, (_, i) => i * 13))
  })
})
