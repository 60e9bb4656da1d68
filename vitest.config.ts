import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const everywhere = '{lib,relay,components,service-worker}/**'

/** Begin first, so that no core waits for one of them alone in the end. */
const SLOW = ['simulation', 'late-rule', 'membership-properties', 'late-edits']

class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isSlow = ({ moduleId }: TestSpecification): boolean => SLOW.some((name) => moduleId.includes(`/${name}`))
    const sorted = await super.sort(files)
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))]
  }
}

/**
 * Two projects. `unit` takes seconds. `histories` (`*.histories.test.ts`) lives through many seeded histories of people,
 * networks and relays; it takes minutes and `SEEDS` makes it longer.
 *
 * Nothing keeps state in modules, so the tests of a worker share one load of them; that halves the time of `unit`.
 */
export default defineConfig({
  test: {
    setupFiles: ['lib/testing/equal-bytes.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    maxWorkers: '100%',
    // Most of what a test makes is gone at once: with room for it a tenth of all the work is saved.
    execArgv: ['--max-semi-space-size=64'],
    isolate: false,
    // What tests read and import nothing of: where it changed, `--changed` runs all of them.
    forceRerunTriggers: [
      '**/{package.json,package-lock.json,vitest.config.ts,tsconfig.json}',
      '**/fixtures/**',
      '**/docs/commonmark.md',
      '**/*.mjs',
    ],
    sequence: { sequencer: SlowFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['*.test.ts', `${everywhere}/*.test.{ts,tsx}`, 'scripts/*.test.mjs'],
          exclude: [`${everywhere}/*.histories.test.ts`],
        },
      },
      {
        extends: true,
        // They may run behind everything else, and what they live through is slow on purpose, not stuck.
        test: {
          name: 'histories',
          include: [`${everywhere}/*.histories.test.ts`],
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
})
