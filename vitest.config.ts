import { defineConfig } from 'vitest/config'

const everywhere = '{lib,relay,components,service-worker}/**'

/**
 * Two projects. `unit` takes seconds. `histories` (`*.histories.test.ts`) lives through many seeded histories of people,
 * networks and relays; it takes minutes and `SEEDS` makes it longer.
 *
 * Nothing keeps state in modules, so the unit tests of a worker share one load of them; that halves their time.
 */
export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 30_000,
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['*.test.ts', `${everywhere}/*.test.{ts,tsx}`, 'scripts/*.test.mjs'],
          exclude: [`${everywhere}/*.histories.test.ts`],
          isolate: false,
        },
      },
      { extends: true, test: { name: 'histories', include: [`${everywhere}/*.histories.test.ts`] } },
    ],
  },
})
