import { expect } from 'vitest'
import { sameBytes } from '#lib/base/bytes'

/** Vitest compares arrays element by element through all its rules, which takes seconds for what a page may hold. */
expect.addEqualityTesters([
  (a: unknown, b: unknown) =>
    a instanceof Uint8Array && b instanceof Uint8Array && a.constructor === b.constructor ? sameBytes(a, b) : undefined,
])
