import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One set of public test vectors: the slice in the repository, or the whole files beside the checkout. */
export interface VectorSet {
  readonly name: string
  /** Tests of an absent set are skipped. */
  readonly present: boolean
  /** The parsed JSON of a file; its shape is for the caller to know. */
  read<T>(file: string): T
}

/** The slice first, then the whole files. */
export const vectorSets = (): readonly VectorSet[] => [
  vectorSet('a slice', join(process.cwd(), 'lib/crypto/fixtures')),
  vectorSet('all, if ../shared/vectors is there', join(process.cwd(), '../shared/vectors')),
]

const vectorSet = (name: string, folder: string): VectorSet => ({
  name,
  present: existsSync(folder),
  read: (file) => JSON.parse(readFileSync(join(folder, file), 'utf8')),
})

/** Bytes of hexadecimal text in a test; throws for any other. */
export function hexBytes(hex: string): Uint8Array {
  if (!/^([0-9a-f]{2})*$/.test(hex)) throw new Error('Not hexadecimal')
  return new Uint8Array(Buffer.from(hex, 'hex'))
}
