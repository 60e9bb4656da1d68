import { describe, expect, it } from 'vitest'
import { type DirectFacts, directRoad } from '#lib/host/connection-view'

const quiet = { signaling: 'connected', links: 0, passedOn: 0, attempts: 0 } as const
const roadBy = (facts: Partial<DirectFacts>) =>
  directRoad({ mesh: quiet, relayOnly: false, hasTurn: false, linked: 0, isAnybodyAtRelay: false, ...facts })
const road = (facts: Partial<DirectFacts>) => roadBy(facts).type

describe('the direct road', () => {
  it('R8 is there as soon as one device is linked, whatever else is not', () => {
    expect(road({ linked: 2, mesh: { ...quiet, signaling: 'connecting' } })).toBe('linked')
  })

  it('R8 tells how many devices are linked by a server that passes edits on, and no more than are linked', () => {
    expect(roadBy({ linked: 2, mesh: { ...quiet, links: 2, passedOn: 1 } })).toMatchObject({ devices: 2, passedOn: 1 })
    expect(roadBy({ linked: 1, mesh: { ...quiet, links: 3, passedOn: 2 } })).toMatchObject({ devices: 1, passedOn: 1 })
  })

  it('R8 is told apart by why it is not there', () => {
    const off = { signaling: 'off', links: 0, passedOn: 0, attempts: 0 } as const
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
