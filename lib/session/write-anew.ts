import { err, type Result } from '#lib/base/result'
import type { AppendFailure, HostClient } from '#lib/host/host-protocol'
import type { OpenChannels } from '#lib/session/open-channels'

/** Why edits that were set aside do not stand anew: `does-not-fit` where they build on others that do not count. */
export type WriteAnewFailure = AppendFailure | { readonly type: 'does-not-fit' }

/** Writes anew what a fork set aside (E3); `id` is that of a line in the view. Asked again, it writes nothing twice. */
export type WriteAnew = (id: string) => Promise<Result<unknown, WriteAnewFailure>>

export function createWritingAnew(parts: {
  readonly host: Pick<HostClient, 'run'>
  readonly channels: Pick<OpenChannels, 'use'>
}): WriteAnew {
  const { host, channels } = parts
  /** What is written here and that is not noted yet. */
  const written = new Set<string>()
  return async (id) => {
    const asked = await host.run({ type: 'read-set-aside', id })
    if (!asked.ok) return asked
    if (asked.value.type !== 'set-aside') return err({ type: 'not-found' })
    const used = await channels.use(asked.value.channel)
    if (!used) return err({ type: 'nobody-leads' })
    const { doc } = used
    try {
      if (doc.readOnly()) return err({ type: 'not-allowed' })
      if (!written.has(id) && !doc.writeBeside(asked.value.updates)) return err({ type: 'does-not-fit' })
      written.add(id)
      const waiting = new Set(doc.unsaved())
      await doc.flush()
      if (doc.unsaved().some((update) => waiting.has(update))) return err({ type: 'nobody-leads' })
    } finally {
      used.release()
    }
    const noted = await host.run({ type: 'note-anew', id })
    if (noted.ok) written.delete(id)
    return noted
  }
}
