import { expect, it } from 'vitest'
import { isIceUrl } from '#lib/base/ice-url'

it('D10 knows the addresses of STUN and TURN servers', () => {
  const good = ['stun:a.example', 'stuns:a.example:5349', 'turn:10.0.0.1:3478?transport=udp', 'turns:[::1]:443']
  const bad = [
    '',
    'a.example',
    'http://a.example',
    'stun:',
    'stun://a.example',
    'turn:a.example?transport=x',
    'stun:a b',
  ]
  expect(good.filter((url) => !isIceUrl(url))).toEqual([])
  expect(bad.filter(isIceUrl)).toEqual([])
})
