import { describe, expect, it } from 'vitest'
import { type StorageFacts, storageDueAt, storageState } from '#lib/delivery/storage-state'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const begunMs = 1_800_000_000_000
const facts = (changes: Partial<StorageFacts> = {}): StorageFacts => ({
  nowMs: begunMs + DAY,
  full: false,
  kept: false,
  begunMs,
  backupMs: undefined,
  ...changes,
})

describe('storageState', () => {
  it('says unsafe where the browser promises nothing and no backup was made', () => {
    expect(storageState(facts())).toBe('unsafe')
    expect(storageState(facts({ kept: true }))).toBe('safe')
  })

  it('claims nothing while the browser does not answer', () => {
    expect(storageState(facts({ kept: undefined }))).toBe('safe')
  })

  it('leaves the first minutes in peace, and says when to look again', () => {
    const early = facts({ nowMs: begunMs + MINUTE })
    expect(storageState(early)).toBe('safe')
    expect(storageDueAt(early)).toBe(begunMs + 5 * MINUTE)
    expect(storageState(facts({ nowMs: begunMs + 5 * MINUTE }))).toBe('unsafe')
    expect(storageDueAt(facts())).toBeUndefined()
  })

  it('trusts a backup for a week', () => {
    const backupMs = begunMs + DAY
    const soon = facts({ backupMs, nowMs: backupMs + 7 * DAY - 1 })
    expect(storageState(soon)).toBe('safe')
    expect(storageDueAt(soon)).toBe(backupMs + 7 * DAY)
    expect(storageState(facts({ backupMs, nowMs: backupMs + 7 * DAY }))).toBe('unsafe')
  })

  it('says full before anything else, and has nothing to wait for where data is kept', () => {
    expect(storageState(facts({ full: true, kept: true }))).toBe('full')
    expect(storageDueAt(facts({ kept: true, nowMs: begunMs }))).toBeUndefined()
  })
})
