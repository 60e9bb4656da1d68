import { concat } from '#lib/base/bytes'
import type { DeviceId, PersonId, WorkspaceId } from '#lib/base/ids'
import { hash, tag } from '#lib/crypto/hash'
import { WORD_BITS, wordAt } from '#lib/crypto/word-list'

const WORDS = 4

/**
 * Four words that joiner and admin compare before the admin lets them in (docs/protocol.md I10): they stand for the keys
 * of this very join, so whoever asks in somebody else's name has others. 44 bits, against the keys of one request.
 */
export function wordsOfJoin(workspaceId: WorkspaceId, root: PersonId, device: DeviceId): readonly string[] {
  const digest = hash(concat(tag('join words'), workspaceId, root, device))
  return Array.from({ length: WORDS }, (_, i) => {
    const bits = ((digest[2 * i] ?? 0) << 8) | (digest[2 * i + 1] ?? 0)
    return wordAt(bits & (2 ** WORD_BITS - 1))
  })
}
