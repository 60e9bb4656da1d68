import { MAX_PARTS, MAX_PAYLOAD_BYTES } from '#lib/protocol/limits'

/** The parts of a payload in order, views of it; one for a short payload. Consecutive entries carry them (E10). */
export function splitPayload(payload: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = []
  for (let at = 0; at === 0 || at < payload.length; at += MAX_PAYLOAD_BYTES) {
    parts.push(payload.subarray(at, at + MAX_PAYLOAD_BYTES))
  }
  return parts
}

/** Whether a payload does not fit into the parts that one change may have. */
export const isPayloadTooLong = (payload: Uint8Array): boolean => payload.length > MAX_PARTS * MAX_PAYLOAD_BYTES
