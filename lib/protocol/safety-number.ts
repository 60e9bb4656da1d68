/**
 * What two people compare to know that nobody stands between them, and that they are in the same workspace with the same
 * people (docs/protocol.md V5). Public values only; whoever compares them trusts what they hear and see, nothing here.
 */
import { compareBytes, concat, utf8 } from '#lib/base/bytes'
import type { PersonId, WorkspaceId } from '#lib/base/ids'
import { kdf, slowKdf } from '#lib/crypto/kdf'
import { WORD_BITS, wordAt } from '#lib/crypto/word-list'

const GROUPS = 12
const GROUP_DIGITS = 5
const GROUP_BYTES = 5
const WORDS = 8
/**
 * 88 bits are few where the same person chose all the keys: each try costs two to the fourteen hashes, and
 * opening the dialog some hundredths of a second.
 */
const WORD_ROUNDS = 8_192

/** Sixty digits in twelve groups, the same on both sides. Public keys of 32 bytes, in any order. */
export function safetyNumber(workspaceId: WorkspaceId, one: PersonId, other: PersonId): readonly string[] {
  const roots = [one, other].sort(compareBytes)
  const bytes = kdf(concat(...roots), workspaceId, utf8('safety number'), GROUPS * GROUP_BYTES)
  return Array.from({ length: GROUPS }, (_, i) => {
    const group = bytes.subarray(i * GROUP_BYTES, (i + 1) * GROUP_BYTES)
    const value = group.reduce((sum, byte) => sum * 256 + byte, 0)
    return String(value % 10 ** GROUP_DIGITS).padStart(GROUP_DIGITS, '0')
  })
}

const CODE = /^WAXWING SAFETY 1 (\d{60})$/

/** A safety number as a QR code says it. */
export const safetyCode = (groups: readonly string[]): string => `WAXWING SAFETY 1 ${groups.join('')}`

/** The sixty digits that a scanned code says, or `undefined`. Safe on any text. */
export const readSafetyCode = (text: string): string | undefined => CODE.exec(text)?.[1]

/**
 * Eight words for the workspace and everybody in it: other people, or another workspace, give other words. In any order,
 * without repetition.
 */
export function workspaceWords(workspaceId: WorkspaceId, people: readonly PersonId[]): readonly string[] {
  const roots = [...people].sort(compareBytes)
  const salt = concat(utf8('workspace words'), workspaceId)
  const bytes = slowKdf(concat(...roots), salt, WORD_ROUNDS, (WORDS * WORD_BITS) / 8)
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return Array.from({ length: WORDS }, (_, i) =>
    wordAt(Number.parseInt(bits.slice(i * WORD_BITS, (i + 1) * WORD_BITS), 2)),
  )
}
