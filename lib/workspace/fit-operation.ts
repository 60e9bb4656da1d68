/** Operations as long as a payload may be (docs/protocol.md E10): what others fill in later is left out of longer ones. */
import { encodeDoorStatement } from '#lib/protocol/door'
import { MAX_PAYLOAD_BYTES } from '#lib/protocol/limits'
import type { ExchangePublicKey } from '#lib/workspace/keys'
import type { KnownOperation } from '#lib/workspace/operation'
import { encodeOperation, MAX_BOXES, MAX_EPOCHS } from '#lib/workspace/operation-format'

const BOX_BYTES = 80
/** An epoch's name and ephemeral key, and how many boxes follow; how many epochs. */
const EPOCH_BYTES = 16 + 32 + 2
const COUNT_BYTES = 1

/**
 * Kind and payload of an operation without the last of its boxes, which any holder fills (K2), then of its doors, which an
 * admin's client says (R3), where it would be too long with them. The first box stays. Throws where a list is too long.
 */
export function encodeFitting(operation: KnownOperation): ReturnType<typeof encodeOperation> {
  const encoded = encodeOperation(operation)
  const excessBytes = encoded.payload.length - MAX_PAYLOAD_BYTES
  if (excessBytes <= 0) return encoded
  const shorter = withFewerBoxes(operation, excessBytes) ?? withFewerDoors(operation, excessBytes)
  if (!shorter) throw new RangeError('Not encodable: payload too long')
  return encodeFitting(shorter)
}

function withFewerBoxes(operation: KnownOperation, excessBytes: number): KnownOperation | undefined {
  if (!('rotation' in operation) || !operation.rotation) return undefined
  const { boxes } = operation.rotation
  const kept = boxes.slice(0, Math.max(1, boxes.length - Math.ceil(excessBytes / BOX_BYTES)))
  return kept.length < boxes.length ? { ...operation, rotation: { ...operation.rotation, boxes: kept } } : undefined
}

function withFewerDoors(operation: KnownOperation, excessBytes: number): KnownOperation | undefined {
  const doors = 'doors' in operation ? operation.doors : []
  const [first] = doors
  if (!first) return undefined
  const kept = doors.slice(0, Math.max(0, doors.length - Math.ceil(excessBytes / encodeDoorStatement(first).length)))
  return { ...operation, doors: kept } as KnownOperation
}

/** The first of these that one key.share holds; the next one holds the rest. */
export function boxesThatFit<T extends { readonly recipients: readonly ExchangePublicKey[] }>(
  missing: readonly T[],
): readonly T[] {
  let roomBytes = MAX_PAYLOAD_BYTES - COUNT_BYTES
  return missing.slice(0, MAX_EPOCHS).flatMap((one) => {
    const count = Math.min(MAX_BOXES, Math.floor((roomBytes - EPOCH_BYTES) / BOX_BYTES))
    if (count < 1) return []
    const recipients = one.recipients.slice(0, count)
    roomBytes -= EPOCH_BYTES + recipients.length * BOX_BYTES
    return [{ ...one, recipients }]
  })
}
