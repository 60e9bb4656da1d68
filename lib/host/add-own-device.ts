import { sameBytes, toHex } from '#lib/base/bytes'
import type { DeviceId, EntryId, PersonId } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import { err, ok, type Result } from '#lib/base/result'
import type { Crypto } from '#lib/crypto/crypto'
import type { AppendFailure } from '#lib/host/host-protocol'
import type { MakeOperation } from '#lib/host/write-operation'
import type { Replica } from '#lib/replica/replica'
import type { WorkspaceKeys } from '#lib/vault/workspace-keys'
import { createDeviceAdd, isDeviceAddSigned } from '#lib/workspace/add-device'
import { isAnyKeyInUse, keysIn } from '#lib/workspace/admission'
import { sealAnswer } from '#lib/workspace/admission-answer'
import { secretsToHandOn } from '#lib/workspace/key-duties'
import type { Genesis, Operation } from '#lib/workspace/operation'
import type { RequestedDevice } from '#lib/workspace/pairing-message'
import { secretsOfAnswer } from '#lib/workspace/secrets-of-answer'

export interface DeviceAddition {
  readonly replica: Replica
  readonly keys: WorkspaceKeys
  readonly genesis: Genesis
  readonly crypto: Crypto
  readonly random: Random
  append(operation: Operation | MakeOperation): Promise<Result<EntryId, AppendFailure>>
}

const NO_KEY = new Uint8Array(0)

/**
 * Brings a device of this person's into the log, unless it is there, and gives the box that opens the workspace to it
 * alone (V1). The caller has had the person confirm the device.
 */
export async function addOwnDevice(
  { replica, keys, genesis, crypto, random, append }: DeviceAddition,
  requested: RequestedDevice,
  name: string,
): Promise<Result<Uint8Array, AppendFailure>> {
  const state = replica.membership.current()
  const person: PersonId | undefined = state?.devices.get(toHex(keys.device.publicKey as DeviceId))?.person
  if (!state || !person) return err({ type: 'not-allowed' })
  if (!(await isDeviceAddSigned(crypto, keys.workspaceId, { ...requested, person })))
    return err({ type: 'not-allowed' })
  const known = state.devices.get(toHex(requested.keys.device))
  const isSame = known && keysIn(known).every((key, i) => sameBytes(key, keysIn(requested.keys)[i] ?? NO_KEY))
  if (known && !isSame) return err({ type: 'not-allowed' })
  const isIn = known?.active === true && sameBytes(known.person, person)
  let admit = isIn ? (known.admission as EntryId) : undefined
  if (!admit) {
    const added = await append(async (log) => {
      const toHandOn = secretsToHandOn(log.state, replica.keys)
      if (!toHandOn || isAnyKeyInUse(log.state, keysIn(requested.keys))) return err({ type: 'not-allowed' })
      const operation = await createDeviceAdd(log.state, { ...requested, person }, keys.relay, toHandOn)
      return ok({ operation })
    })
    if (!added.ok) return added
    admit = added.value
    if (name !== '') await append({ type: 'device.name', device: requested.keys.device, name })
  }
  const epochSecrets = secretsOfAnswer(state, replica.keys)
  const message = sealAnswer({ admit, genesis, epochSecrets, relays: state.relays }, requested.keys, random)
  return message.type === 'answer' ? ok(message.box) : err({ type: 'not-allowed' })
}
