/** A binary message from a server, as it stands on the wire (RFC 6455): one frame, not masked. */
export function webSocketMessage(bytes: Uint8Array): Uint8Array {
  const { length } = bytes
  const head = length < 126 ? 2 : length < 65_536 ? 4 : 10
  const message = Buffer.allocUnsafe(head + length)
  message[0] = 0x82
  message[1] = head === 2 ? length : head === 4 ? 126 : 127
  if (head === 4) message.writeUInt16BE(length, 2)
  if (head === 10) message.writeBigUInt64BE(BigInt(length), 2)
  message.set(bytes, head)
  return message
}
