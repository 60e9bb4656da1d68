import { existsSync, readFileSync } from 'node:fs'
import { defineConfig } from '@playwright/test'

/**
 * The journeys, black box, in a real Chromium. Each spec starts its own relay on a free port. `scripts/setup.mjs`
 * leaves the path of the browser it found or installed in `node_modules/.cache`.
 */
const foundBy = 'node_modules/.cache/waxwing/chromium'
const executablePath =
  process.env.CHROMIUM_PATH ?? (existsSync(foundBy) ? readFileSync(foundBy, 'utf8').trim() : '/usr/bin/chromium')

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 150_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: { trace: 'retain-on-failure', viewport: { width: 1440, height: 900 } },
  projects: [
    {
      name: 'chromium',
      use: {
        browserName: 'chromium',
        launchOptions: { executablePath, chromiumSandbox: false, args: ['--disable-gpu', '--disable-quic'] },
      },
    },
  ],
})
