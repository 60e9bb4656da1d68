/** Parts that are longer than this on average are not worth copying together. */
const LONG_BYTES = 2048

function headOf(length: number): Buffer {
  const head = Buffer.allocUnsafe(length < 126 ? 2 : length < 65_536 ? 4 : 10)
  head[0] = 0x82
  head[1] = head.length === 2 ? length : head.length === 4 ? 126 : 127
  if (head.length === 4) head.writeUInt16BE(length, 2)
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2)
  return head
}

/**
 * A binary message from a server, as it stands on the wire (RFC 6455): one frame, not masked, of `parts` one after the other. To be written
 * in that order; long parts are handed on as they are.
 */
export function webSocketMessage(parts: readonly Uint8Array[]): readonly Uint8Array[] {
  let length = 0
  for (const part of parts) length += part.length
  const message = [headOf(length), ...parts]
  return length > LONG_BYTES * parts.length ? message : [Buffer.concat(message)]
}
