import type { OpenedForTab } from '#lib/host/host-protocol'
import { clientsOf } from '#lib/session/unsaved-updates'

/** What a channel that the leader opened means for the tab that writes in `slot` of it; `undefined`: sixteen tabs write already. */

/** Why a person cannot write in this tab. */
export type ReadOnly = false | 'role' | 'newer-version' | 'too-many-tabs'

/** Under which client id this tab writes. */
export const clientIn = ({ clients }: OpenedForTab, slot: number | undefined): number | undefined =>
  slot === undefined ? undefined : clients[slot]

export function writableBy(opened: OpenedForTab, slot: number | undefined): ReadOnly {
  if (opened.newerVersion) return 'newer-version'
  if (opened.clients.length === 0) return 'role'
  return clientIn(opened, slot) === undefined ? 'too-many-tabs' : false
}

/** Whether some of `waiting` can never be written as it is: nobody takes it, or the client ids that it was made under ended. */
export function mustBeWrittenAnew(
  waiting: readonly Uint8Array[],
  opened: OpenedForTab,
  { slot, client, refused }: { slot: number | undefined; client: number; refused: readonly Uint8Array[] },
): boolean {
  const unwanted = new Set(refused)
  return (
    waiting.some((update) => unwanted.has(update)) ||
    (clientIn(opened, slot) !== client && waiting.length > 0) ||
    waiting.some((update) => !clientsOf(update).every((writer) => opened.clients.includes(writer)))
  )
}
