import type { DeviceId, EntryId, EpochTag } from '#lib/base/ids'
import { err, ok, type Result } from '#lib/base/result'
import type { AppendFailure } from '#lib/host/host-protocol'
import { logChannelName } from '#lib/protocol/channel-name'
import { entryKind } from '#lib/protocol/entry-kind'
import type { Replica } from '#lib/replica/replica'
import type { StandingLog } from '#lib/replica/standing-log'
import type { AppendRequest } from '#lib/replica/write-entry'
import { mayAppend } from '#lib/workspace/authorize'
import { encodeFitting } from '#lib/workspace/fit-operation'
import type { KnownOperation, Operation } from '#lib/workspace/operation'

/**
 * Comes to an operation from the log as it stands while that is written: whoever is gone by then is given nothing. `epoch`:
 * as `AppendRequest` has it.
 */
export type MakeOperation = (
  log: StandingLog,
) => Promise<Result<{ readonly operation: Operation; readonly epoch?: EpochTag }, AppendFailure>>

/** Writes an operation into the log; one that would count for nothing is not written. `beside`: as `AppendRequest` has it. */
export async function writeOperation(
  replica: Pick<Replica, 'appendMade'>,
  device: DeviceId,
  operation: Operation | MakeOperation,
  beside: Pick<AppendRequest, 'epoch' | 'tail'> = {},
): Promise<Result<EntryId, AppendFailure>> {
  const appended = await replica.appendMade<AppendFailure>(async (log) => {
    const made = typeof operation === 'function' ? await operation(log) : ok({ operation })
    if (!made.ok) return made
    const { operation: decided, ...epoch } = made.value
    if (decided.type === 'unknown') return err({ type: 'not-allowed' })
    const encoded = encode(decided)
    if (!encoded) return err({ type: 'too-much' })
    const { kind, payload } = encoded
    if (!mayAppend(log.state, device, 'log', kind)) return err({ type: 'not-allowed' })
    return ok({ channel: logChannelName, kind, payload, ...beside, ...epoch })
  })
  return appended.ok ? ok(appended.value.id) : appended
}

/** Made to fit; nothing where that cannot be done. */
function encode(operation: KnownOperation): ReturnType<typeof encodeFitting> | undefined {
  try {
    return encodeFitting(operation)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/**
 * The first entries of a workspace, as far as they are missing: its genesis, then `operations`. Rejects when the genesis
 * cannot be written.
 */
export async function writeFounding(
  replica: Replica,
  device: DeviceId,
  genesis: Uint8Array,
  operations: readonly Operation[],
): Promise<void> {
  if (replica.membership.size === 0) {
    const written = await replica.append({ channel: logChannelName, kind: entryKind.genesis, payload: genesis })
    if (!written.ok) throw new Error('The workspace cannot be written down', { cause: written.error })
  }
  if (replica.membership.size > 1) return
  for (const operation of operations) await writeOperation(replica, device, operation)
}
