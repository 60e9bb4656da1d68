import { describe, expect, it } from 'vitest'
import { ownOrigins } from '#relay/own-origins'

describe('own origins', () => {
  it('R3 are this machine’s and those it was told, never one that a visitor names', () => {
    const origins = ownOrigins(4444, ['https://team.example'])
    for (const origin of [
      'https://team.example',
      'http://localhost:4444',
      'http://127.0.0.1:4444',
      'http://[::1]:4444',
    ]) {
      expect(origins.has(origin)).toBe(true)
    }
    for (const origin of ['https://localhost:4444', 'http://localhost:4445', 'http://other.example:4444']) {
      expect(origins.has(origin)).toBe(false)
    }
  })
})
