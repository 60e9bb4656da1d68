import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['*.test.ts', '{lib,relay,components,service-worker}/**/*.test.{ts,tsx}', 'scripts/*.test.mjs'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
})
