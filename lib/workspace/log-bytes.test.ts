import fc from 'fast-check'
import { expect, it } from 'vitest'
import { toHex, u32 } from '#lib/base/bytes'
import type { EntryId } from '#lib/base/ids'
import { mutate } from '#lib/testing/hostile-bytes'
import { anyProgram, CAST, liveThrough } from '#lib/testing/hostile-history'
import { createHistory, deviceOf } from '#lib/testing/membership-history'
import { sampleOperations } from '#lib/testing/sample-operations'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { decodeLogEntries, encodeLogEntries } from '#lib/workspace/log-bytes'
import type { LogEntry } from '#lib/workspace/log-node'
import type { MembershipLog } from '#lib/workspace/membership-log'
import { operationKinds } from '#lib/workspace/operation-format'

const entryOf = (operation: LogEntry['operation'], i: number): LogEntry => ({
  id: new Uint8Array(32).fill(i) as EntryId,
  parents: [new Uint8Array(32).fill(i + 1) as EntryId],
  ...{ device: deviceOf('alice'), life: 2, seq: 3 + i, seconds: -7, operation, proofsValid: i % 2 === 0 },
  ...(operation.type === 'invite.create' ? { note: { needsPin: true, label: 'for Bo' } } : {}),
})
const samples = sampleOperations.map(entryOf)

const printed = (facts: unknown): string =>
  JSON.stringify(facts, (_, value: unknown) => {
    if (value instanceof Uint8Array) return toHex(value)
    return value instanceof Map || value instanceof Set ? [...value] : value
  })

/** What a log says at its end and after each of its last operations. */
const saidBy = (log: MembershipLog): string =>
  printed([
    log.heads(),
    log.current(),
    log.handedOut().length,
    ...log
      .entries()
      .slice(-6)
      .map(({ id }) => [log.covers([id], log.heads()), log.stateAt([id])]),
  ])

it('M2 says the same of a log that was kept as bytes and read back, wherever it was cut off', () => {
  const settled = createHistory()
  settled.settle(CAST)
  const property = fc.property(anyProgram, fc.nat(999), (program, cut) => {
    const { entries, log } = liveThrough(program, settled)
    const count = Math.ceil((entries.length * (cut + 1)) / 1000)
    const kept = decodeLogEntries(encodeLogEntries(log(entries.slice(0, count)).entries()))
    expect(saidBy(log([...(kept ?? []), ...entries.slice(count)]))).toBe(saidBy(log(entries)))
  })
  fc.assert(property, { numRuns: 12 })
})

it('M1 keeps every operation with all that stands beside it, and those that nobody knows', () => {
  const all = [...samples, entryOf({ type: 'unknown', kind: 99 }, 200)]
  expect(decodeLogEntries(encodeLogEntries(all))).toEqual(all)
})

it('M5 takes nothing from a version that knew other operations', () => {
  const bytes = encodeLogEntries(samples)
  expect(bytes.subarray(0, 2)).toEqual(Uint8Array.of(operationKinds.length, operationKinds[0] ?? 0))
  const older = bytes.slice()
  older[1] = 15
  expect(decodeLogEntries(older)).toBeUndefined()
})

it('survives any bytes, changed ones and every truncation', () => {
  const random = createSeededRandom(4)
  const whole = encodeLogEntries(samples.slice(0, 4))
  for (let i = 0; i < 500; i++) decodeLogEntries(mutate(whole, random))
  for (let size = 0; size < whole.length; size++) expect(decodeLogEntries(whole.subarray(0, size))).toBeUndefined()
  expect(decodeLogEntries(u32(2 ** 31))).toBeUndefined()
})
