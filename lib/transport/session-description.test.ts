import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fingerprintOf } from '#lib/transport/session-description'

const line = (byte: number) => `a=fingerprint:sha-256 ${Array(32).fill(byte.toString(16).padStart(2, '0')).join(':')}`
const sdp = (...lines: string[]) =>
  ['v=0', ...lines, 'm=application 9 UDP/DTLS/SCTP webrtc-datachannel', ''].join('\r\n')

it('R1 reads the one fingerprint, in either case and repeated', () => {
  const expected = new Uint8Array(32).fill(0xab)
  expect(fingerprintOf(sdp(line(0xab)))).toEqual(expected)
  expect(fingerprintOf(sdp(line(0xab).toUpperCase().replace('A=FINGERPRINT:SHA', 'a=fingerprint:sha')))).toEqual(
    expected,
  )
  expect(fingerprintOf(sdp(line(0xab)) + line(0xab))).toEqual(expected)
})

it('attack 56: two fingerprints, one of another hash, a cut one or none are refused', () => {
  const sha1 = `a=fingerprint:sha-1 ${Array(20).fill('00').join(':')}`
  const wrong = [
    [line(1), line(2)],
    [line(1), sha1],
    [line(1), 'A=Fingerprint:sha-256 00'],
    [line(1), ` ${line(1)}`],
    [line(1).slice(0, -3)],
    [`${line(1)}:00`],
    [],
  ]
  for (const lines of wrong) expect(fingerprintOf(sdp(...lines))).toBeUndefined()
})

it('R1 reads any text without throwing', () => {
  fc.assert(fc.property(fc.string(), (text) => fingerprintOf(`a=fingerprint:${text}`) === undefined))
})
