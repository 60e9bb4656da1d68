import { defineConfig } from '@playwright/test'
import { firefoxPath, shellLaunch } from './e2e/browsers'

/**
 * The journeys, black box, in a real Chromium; those marked @firefox in a real Firefox, too. The relay is a real process on a
 * free port. What is skipped must stand in e2e/allowed-skips.json, or the run fails in continuous integration.
 * Both cores are busy all the time, so nothing is traced unasked (`--trace retain-on-failure`), and the story that the
 * documents' pictures show, which goes where other journeys go, is left to the deep run.
 */
export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  testIgnore: process.env.DEEP || process.env.SHOTS ? [] : ['**/story.spec.ts'],
  outputDir: 'test-results',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  // twice what the longest journey and the slowest screen take on a machine that is half as quick
  timeout: 240_000,
  expect: { timeout: 30_000 },
  reporter: [['list'], ['./e2e/skip-reporter.ts']],
  use: { viewport: { width: 1440, height: 900 } },
  projects: [
    {
      name: 'chromium',
      use: {
        browserName: 'chromium',
        // In Firefox a picture puts a style into the page, which the page's own policy refuses aloud.
        screenshot: 'only-on-failure',
        launchOptions: shellLaunch,
      },
    },
    {
      name: 'firefox',
      grep: /@firefox/,
      use: {
        browserName: 'firefox',
        channel: 'moz-firefox',
        launchOptions: firefoxPath ? { executablePath: firefoxPath } : {},
      },
    },
  ],
})
