import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { placesFrom } from '#lib/host/places'

const origin = 'https://team.example'
const ownPlaces = { origin, sync: 'wss://team.example/sync', signaling: 'wss://team.example/signal', iceServers: [] }

describe('settings of the relay', () => {
  it('D10 says where things are', () => {
    const iceServers = [
      { urls: ['stun:s.example'] },
      { urls: ['turn:t.example?transport=tcp'], username: 'u', credential: 'c' },
    ]
    const settings = { sync: '/deep/sync', signaling: 'http://signal.example:81/s#x', iceServers }
    const places = { origin, sync: 'wss://team.example/deep/sync', signaling: 'ws://signal.example:81/s', iceServers }
    expect(placesFrom(settings, origin)).toEqual(places)
    expect(placesFrom(undefined, 'http://localhost:4444').sync).toBe('ws://localhost:4444/sync')
  })

  it.each([
    [undefined],
    ['text'],
    [{ sync: 7, signaling: '', iceServers: 'stun:x' }],
    [{ sync: 'http://[', signaling: 'javascript:alert(1)' }],
    [{ iceServers: [null, {}, { urls: [] }, { urls: 'http://x' }, { urls: ['stun:x', 7] }, { urls: 'turn:x' }] }],
  ])('D10 takes what is not as it should be for not said: %j', (settings) => {
    expect(placesFrom(settings, origin)).toEqual(ownPlaces)
  })

  it('D10 survives any JSON, and names only what a browser can open', () => {
    const shaped = fc.record({
      sync: fc.oneof(fc.string(), fc.webUrl(), fc.jsonValue()),
      signaling: fc.jsonValue(),
      iceServers: fc.array(fc.record({ urls: fc.oneof(fc.string(), fc.array(fc.string())), username: fc.jsonValue() })),
    })
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), shaped), (settings) => {
        const { sync, signaling, iceServers } = placesFrom(settings, origin)
        for (const url of [sync, signaling]) expect(new URL(url).protocol).toMatch(/^wss?:$/)
        for (const { urls } of iceServers) for (const url of urls) expect(url).toMatch(/^(stun|turn)s?:/)
      }),
    )
  })
})
