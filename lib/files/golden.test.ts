/** The sealed form of files with fixed inputs: as with lib/protocol/golden.test.ts, a change is a change of version. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { concat, toHex, utf8 } from '#lib/base/bytes'
import { ok } from '#lib/base/result'
import { hash } from '#lib/crypto/hash'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { decodeFileReference, encodeFileReference } from '#lib/files/file-reference'
import { openFile } from '#lib/files/open-file'
import { type SealedPiece, sealFile } from '#lib/files/seal-file'
import { PIECE_BYTES } from '#lib/protocol/limits'

const FILE = 'fixtures/golden-files.json'
const crypto = createNodeCrypto()
const random = { bytes: (size: number) => hash(utf8('file key')).slice(0, size) }
const short = utf8('a berry, passed beak to beak')
const long = new Uint8Array(PIECE_BYTES + short.length).map((_, i) => i % 251)

async function seal(file: Uint8Array) {
  const pieces: SealedPiece[] = []
  const reference = await sealFile<never>(
    { size: file.length, read: async (from, to) => file.slice(from, to) },
    { crypto, random, keep: async (piece) => ok(void pieces.push(piece)) },
  )
  if (!reference.ok) throw new Error('not sealed')
  return { reference: encodeFileReference(reference.value), pieces }
}

it('F1 makes the golden files', async () => {
  const [one, two] = [await seal(short), await seal(long)]
  const lines = {
    'short file, reference': one.reference,
    'short file, piece': toHex(one.pieces[0]?.bytes ?? new Uint8Array()),
    'long file, reference': two.reference,
    'long file, piece names': two.pieces.map(({ name }) => toHex(name)),
    'long file, list': toHex(two.pieces[2]?.bytes ?? new Uint8Array()),
  }
  await expect(`${JSON.stringify(lines, null, 2)}\n`).toMatchFileSnapshot(FILE)
})

it('F1 opens the golden file', async () => {
  const golden: Record<string, string> = JSON.parse(readFileSync(`lib/files/${FILE}`, 'utf8'))
  const reference = decodeFileReference(golden['short file, reference'])
  if (!reference) throw new Error('no reference')
  const piece = new Uint8Array(Buffer.from(golden['short file, piece'] ?? '', 'hex'))
  const parts = await openFile<never>(reference, { crypto, piece: async () => ok(piece) })
  expect(parts.ok && concat(...parts.value)).toEqual(short)
})
