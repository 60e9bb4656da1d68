/** Who was given which epoch's secret, by what the log says (docs/protocol.md K2). */
import { sameBytes, toHex } from '#lib/base/bytes'
import type { DeviceId, EntryId, EpochTag } from '#lib/base/ids'
import { epochTagOf } from '#lib/protocol/derive'
import type { ExchangePublicKey } from '#lib/workspace/keys'
import type { LogEntry } from '#lib/workspace/log-node'
import type { EpochBoxes, Operation, Rotation } from '#lib/workspace/operation'

/** What one operation hands out. */
export interface HandedOut {
  readonly operation: EntryId
  readonly device: DeviceId
  /** Those of the rotation, too. */
  readonly boxes: readonly EpochBoxes[]
  readonly rotation: Rotation | undefined
  /** It brings in the devices that it gives secrets to: an answer tells them those before, too. */
  readonly isWelcome: boolean
  /** As `LogEntry` has it. */
  readonly seconds: number
}

/** `undefined` for an operation that hands out nothing. */
export function handedOutBy({ id, device, operation, seconds = 0 }: LogEntry): HandedOut | undefined {
  const rotation = rotationIn(operation)
  const boxes = rotation ? [boxesOf(rotation)] : boxesIn(operation)
  const isWelcome = operation.type === 'admit' || operation.type === 'device.add'
  return boxes.length > 0 ? { operation: id, device, boxes, rotation, isWelcome, seconds } : undefined
}

/** The rotation that an operation is or brings along. */
export function rotationIn(operation: Operation): Rotation | undefined {
  if (operation.type === 'epoch.rotate') return operation
  return operation.type === 'member.remove' || operation.type === 'device.revoke' ? operation.rotation : undefined
}

function boxesIn(operation: Operation): readonly EpochBoxes[] {
  const gives = operation.type === 'admit' || operation.type === 'device.add' || operation.type === 'key.share'
  return gives ? operation.boxes : []
}

const boxesOf = ({ commitment, ephemeralKey, boxes }: Rotation): EpochBoxes => ({
  epoch: epochTagOf(commitment),
  ephemeralKey,
  boxes,
})

/** The keys (hex) to which an epoch was boxed, but for boxes that are known to be bad. */
export function recipientsIn(
  handed: readonly HandedOut[],
  epoch: EpochTag,
  isBad: (operation: EntryId, recipient: ExchangePublicKey) => boolean,
): Set<string> {
  const keys = handed.flatMap(({ operation, boxes }) =>
    boxes
      .filter((given) => sameBytes(given.epoch, epoch))
      .flatMap((given) => given.boxes.filter(({ recipient }) => !isBad(operation, recipient))),
  )
  return new Set(keys.map(({ recipient }) => toHex(recipient)))
}
