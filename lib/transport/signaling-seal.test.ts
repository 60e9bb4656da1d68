import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fromBase64Url, toBase64Url } from '#lib/base/base64url'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { readSignalingMessage } from '#lib/transport/signaling-message'
import { createSignalingSeal } from '#lib/transport/signaling-seal'

const sealOf = (room = 'room', password = 'password', seed = 1) =>
  createSignalingSeal(room, password, createSeededRandom(seed))
const announce = { type: 'announce', from: 'b9c2a3de-5f4c-4a6b-8d2e-0123456789ab' }

it('R6 what one peer seals the other opens', () => {
  const message = { type: 'signal', sdp: 'ü'.repeat(3000) }
  expect(sealOf().open(sealOf().seal(message))).toEqual(message)
})

it('R6 announces are short enough to be known as such, all else is not', () => {
  const { seal } = sealOf()
  expect(seal(announce).length).toBeLessThan(256)
  for (const size of [60, 200, 1000]) expect(seal({ ...announce, sdp: 'x'.repeat(size) }).length).toBeGreaterThan(256)
})

it('attack 56: nothing sealed for another room or password is opened', () => {
  const sealed = sealOf().seal(announce)
  expect([sealOf('other').open(sealed), sealOf('room', 'other').open(sealed)]).toEqual([undefined, undefined])
})

it('attack 56: nothing is opened twice', () => {
  const { open } = sealOf('room', 'password', 2)
  const sealed = sealOf().seal(announce)
  expect([open(sealed), open(sealed)]).toEqual([announce, undefined])
})

it('attack 56: any changed byte is refused', () => {
  const bytes = fromBase64Url(sealOf().seal(announce)) ?? new Uint8Array(0)
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const changed = bytes.map((byte, i) => (i === at ? byte ^ change : byte))
      return sealOf().open(toBase64Url(changed)) === undefined
    }),
  )
})

it('R6 anything at all is opened without throwing', () => {
  fc.assert(fc.property(fc.anything(), (value) => sealOf().open(value) === undefined))
})

it('R6 a message is what y-webrtc expects, or nothing', () => {
  const signal = { type: 'signal', from: 'a', to: 'b', token: 1, signal: { type: 'offer', sdp: 'v=0' } }
  expect(readSignalingMessage({ ...signal, more: 1 })).toEqual(signal)
  const candidate = { candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0 }
  const withCandidate = { ...signal, signal: { type: 'candidate', candidate } }
  expect(readSignalingMessage(withCandidate)).toEqual(withCandidate)
  const wrong = [
    { type: 'announce' },
    { type: 'announce', from: 'x'.repeat(65) },
    { ...signal, to: undefined },
    { ...signal, signal: undefined },
    { ...signal, signal: { type: 'renegotiate', renegotiate: true } },
    { ...signal, signal: { type: 'transceiverRequest', transceiverRequest: {} } },
    { ...signal, signal: { type: 'offer', sdp: 'x'.repeat(20_000) } },
    { ...signal, signal: { type: 'candidate', candidate: 'text' } },
  ]
  for (const each of wrong) expect(readSignalingMessage(each)).toBeUndefined()
})

it('R6 any JSON is read without throwing', () => {
  const shaped = fc.record({
    type: fc.constantFrom('announce', 'signal'),
    from: fc.oneof(fc.string(), fc.anything()),
    to: fc.oneof(fc.string(), fc.anything()),
    signal: fc.oneof(
      fc.anything(),
      fc.record({ type: fc.constantFrom('offer', 'candidate'), candidate: fc.anything() }),
    ),
  })
  fc.assert(fc.property(fc.oneof(fc.anything(), shaped), (value) => readSignalingMessage(value) !== null))
})
