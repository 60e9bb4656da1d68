import { describe, expect, it } from 'vitest'
import { type DirectFacts, directRoad } from '#lib/host/connection-view'

const quiet = { signaling: 'connected', links: 0, attempts: 0 } as const
const road = (facts: Partial<DirectFacts>) =>
  directRoad({ mesh: quiet, relayOnly: false, hasTurn: false, linked: 0, isAnybodyAtRelay: false, ...facts }).type

describe('the direct road', () => {
  it('R8 is there as soon as one device is linked, whatever else is not', () => {
    expect(road({ linked: 2, mesh: { ...quiet, signaling: 'connecting' } })).toBe('linked')
  })

  it('R8 is told apart by why it is not there', () => {
    const off = { signaling: 'off', links: 0, attempts: 0 } as const
    expect(road({ mesh: undefined })).toBe('not-begun')
    expect(road({ mesh: off })).toBe('no-webrtc')
    expect(road({ mesh: off, relayOnly: true })).toBe('hidden')
    expect(road({ mesh: off, relayOnly: true, hasTurn: true })).toBe('no-webrtc')
    expect(road({ mesh: { ...quiet, attempts: 1 }, isAnybodyAtRelay: true })).toBe('trying')
    expect(road({ mesh: { ...quiet, signaling: 'connecting' } })).toBe('no-introduction')
    expect(road({})).toBe('nobody-here')
    expect(road({ isAnybodyAtRelay: true })).toBe('no-path')
  })
})
