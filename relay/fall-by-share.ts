/**
 * Whose usage falls where blobs are dropped (S3): everybody's, by what each has used. Which key brought a blob is kept nowhere, so
 * that a disk does not tell whose chains are one device's.
 */
import { compareBytes } from '#lib/base/bytes'

/** What a relay key has used of one lane of a room. */
interface Account {
  readonly uploader: Uint8Array
  readonly bytes: number
}

/**
 * These accounts of one lane, in no order, when `freed` bytes of it have gone: whole bytes of which none fell below 0 or rose, whose sum is what
 * is left. Rounding adds up from the smallest on, and so ends at the largest.
 */
export function fallByShare(accounts: readonly Account[], freed: number): readonly Account[] {
  const rising = accounts
    .filter(({ bytes }) => bytes > 0)
    .toSorted((a, b) => a.bytes - b.bytes || compareBytes(a.uploader, b.uploader))
  const total = rising.reduce((sum, { bytes }) => sum + BigInt(bytes), 0n)
  const left = total - BigInt(freed)
  if (left < 0n) throw new Error('More was dropped than there was')
  let [before, kept] = [0n, 0n]
  return rising.map(({ uploader, bytes }) => {
    before += BigInt(bytes)
    const upTo = (before * left) / total
    const account = { uploader, bytes: Number(upTo - kept) }
    kept = upTo
    return account
  })
}
