import { concat } from '#lib/base/bytes'
import type { ChannelName } from '#lib/base/ids'
import { err, type Result } from '#lib/base/result'
import { applyAcceptedV2, createQuietDoc } from '#lib/document/quiet-doc'
import type { AppendFailure, HostClient } from '#lib/host/host-protocol'
import { clientIn } from '#lib/session/opened-channel'
import { reenterIn } from '#lib/session/page-text'
import { stateWith } from '#lib/session/unsaved-updates'
import type { ClientSlot } from '#lib/tabs/client-slots'

/**
 * Why edits that were set aside do not stand anew: `does-not-fit` where they build on others that do not count; `too-many-tabs`
 * where no client id is left to write them with.
 */
export type WriteAnewFailure = AppendFailure | { readonly type: 'does-not-fit' | 'too-many-tabs' }

/** Writes anew what a fork set aside (E3); `id` is that of a line in the view. Asked again, it writes nothing twice. */
export type WriteAnew = (id: string) => Promise<Result<unknown, WriteAnewFailure>>

export function createWritingAnew(parts: {
  readonly host: Pick<HostClient, 'open' | 'run'>
  /** Client ids under which nobody else writes meanwhile. */
  takeSpareSlot(): Promise<ClientSlot | undefined>
}): WriteAnew {
  const { host } = parts

  async function write(id: string, slot: number): Promise<Result<unknown, WriteAnewFailure>> {
    const asked = await host.run({ type: 'read-set-aside', id })
    if (!asked.ok) return asked
    if (asked.value.type !== 'set-aside') return err({ type: 'not-found' })
    const { channel, updates } = asked.value
    const opened = await host.open(channel)
    if (!opened) return err({ type: 'nobody-leads' })
    const client = clientIn(opened, slot)
    if (opened.newerVersion || client === undefined) return err({ type: 'not-allowed' })
    const update = updateBeside(channel, opened.state, updates, client)
    return update ? host.run({ type: 'write-anew', id, update }) : err({ type: 'does-not-fit' })
  }

  return async (id) => {
    const spare = await parts.takeSpareSlot()
    if (!spare) return err({ type: 'too-many-tabs' })
    try {
      return await write(id, spare.slot)
    } finally {
      spare.release()
    }
  }
}

/**
 * What writes, as `client`, the edits of `updates` (V1) beside what a channel holds (V2): empty where it shows all of them
 * already, `undefined` where they build on what it does not hold.
 */
export function updateBeside(
  channel: ChannelName,
  state: Uint8Array,
  updates: readonly Uint8Array[],
  client: number,
): Uint8Array | undefined {
  const shown = stateWith(state, updates)
  const doc = createQuietDoc()
  const written: Uint8Array[] = []
  if (shown && applyAcceptedV2(doc, state).ok) {
    doc.clientID = client
    doc.on('update', (update: Uint8Array) => written.push(update))
    doc.transact(() => reenterIn(channel)(shown, doc, () => true))
  }
  shown?.destroy()
  doc.destroy()
  return shown && concat(...written)
}
