import { fromHex, sameBytes } from '#lib/base/bytes'

/**
 * The certificate fingerprint that a session description (SDP, RFC 8122) lets DTLS accept: 32 bytes of SHA-256, or
 * `undefined` unless exactly one distinct fingerprint stands in it, in whatever section. A second one, or one of
 * another hash, would let somebody else in than the one that was compared. Safe on hostile text.
 */
export function fingerprintOf(sdp: string): Uint8Array | undefined {
  let found: Uint8Array | undefined
  for (const line of sdp.split(/[\r\n]+/)) {
    if (!/fingerprint\s*:/i.test(line)) continue
    const hex = /^a=fingerprint:sha-256 ([0-9a-f]{2}(?::[0-9a-f]{2}){31})\s*$/i.exec(line)?.[1]
    const fingerprint = hex && fromHex(hex.replaceAll(':', ''))
    if (!fingerprint || (found && !sameBytes(found, fingerprint))) return undefined
    found = fingerprint
  }
  return found
}
