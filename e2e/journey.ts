import { test as base, type BrowserContextOptions, expect, type Page } from '@playwright/test'
import { createPerson, type Person } from './person'
import { type RelayProcess, startRelayProcess } from './relay-process'

interface Journey {
  readonly relay: RelayProcess
  /** Somebody with a browser profile of their own; the same options as a Playwright context. */
  readonly meet: (name: string, options?: BrowserContextOptions) => Promise<Person>
  /** What pages complained about: a test fails on anything that it does not take away. */
  readonly complaints: string[]
}

/** A failed connection is the point of many journeys; everything else on the console is a defect. */
const EXPECTED = /net::ERR_|WebSocket connection to|Failed to load resource/

/** Every journey has a relay of its own and fails when a page threw or logged an error. */
export const test = base.extend<Journey>({
  // biome-ignore lint/correctness/noEmptyPattern: reason: Playwright reads the dependencies of a fixture from this pattern
  relay: async ({}, use) => {
    const relay = await startRelayProcess()
    await use(relay)
    await relay.close()
  },
  // biome-ignore lint/correctness/noEmptyPattern: reason: as above
  complaints: async ({}, use) => {
    const complaints: string[] = []
    await use(complaints)
    expect(complaints).toEqual([])
  },
  meet: async ({ browser, relay, complaints }, use) => {
    const contexts: { close(): Promise<void> }[] = []
    const listen = (name: string, page: Page) => {
      page.on('pageerror', (error) => complaints.push(`${name}: ${error.message}`))
      page.on('console', (message) => {
        if (message.type() === 'error' && !EXPECTED.test(message.text())) complaints.push(`${name}: ${message.text()}`)
      })
    }
    await use(async (name, options) => {
      const context = await browser.newContext(options)
      contexts.push(context)
      context.on('page', (page) => listen(name, page))
      return createPerson(name, await context.newPage(), relay.url)
    })
    for (const context of contexts) await context.close()
  },
})

export { expect }
