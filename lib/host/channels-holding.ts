import type { ChannelName } from '#lib/base/ids'
import type { Replica } from '#lib/replica/replica'

/**
 * Finds those of `names` whose content holds these bytes somewhere, in order. Reads each from disk as it is kept and decodes
 * nothing of it; what was deleted may be found, too.
 */
export const channelsHolding =
  (replica: Pick<Replica, 'open'>) =>
  async (names: readonly ChannelName[], bytes: Uint8Array): Promise<readonly ChannelName[]> => {
    const found: ChannelName[] = []
    for (const name of names) {
      const opened = await replica.open(name)
      if (!opened.ok) continue
      if (holds(opened.value.state, bytes)) found.push(name)
      opened.value.release()
    }
    return found
  }

/** Whether `bytes`, at least one, stand anywhere in `all`. */
function holds(all: Uint8Array, bytes: Uint8Array): boolean {
  const [first] = bytes
  if (first === undefined) return false
  for (let at = all.indexOf(first); at >= 0; at = all.indexOf(first, at + 1)) {
    if (bytes.every((byte, index) => all[at + index] === byte)) return true
  }
  return false
}
