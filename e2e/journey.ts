import { type Browser, type BrowserContextOptions, test as base, expect, type Page } from '@playwright/test'
import { chromiumLaunch, firefoxPath } from './browsers'
import { createPerson, type Person } from './person'
import { type RelayProcess, startRelayProcess } from './relay-process'

interface Meeting extends BrowserContextOptions {
  /** False for somebody whose network lets no UDP through: a browser without direct connections. */
  readonly udp?: boolean
  /** Switches of the browser. */
  readonly switches?: readonly string[]
  /** In Chromium, also where the journey is made in another browser. */
  readonly engine?: 'chromium'
  /** Another relay, or another name of this one, whose pages they open. */
  readonly also?: string
}

interface Journey {
  /** What the relay's environment says besides its port and folder. */
  readonly relaySettings: Record<string, string>
  /** Whether browsers keep a copy of the app: without its making, a visit takes a quarter less of the processor. */
  readonly offlineCopy: boolean
  readonly relay: RelayProcess
  /** Somebody with a browser profile of their own. */
  readonly meet: (name: string, options?: Meeting) => Promise<Person>
  /** Skips a journey in a second browser that this machine lacks. */
  readonly browserIsThere: undefined
  /** What pages complained about: a test fails on anything that it does not take away. */
  readonly complaints: string[]
}

/** What the journeys of one worker share: a profile is a context, so nobody meets another journey in a browser. */
interface Shared {
  /** A relay for one journey after the other: each has rooms of its own. One that was ended is not handed on. */
  readonly relayInUse: { take(): Promise<RelayProcess>; giveBack(relay: RelayProcess): Promise<void> }
  /** A Chromium started with these switches besides the usual ones. */
  readonly chromiumWith: (switches: readonly string[]) => Promise<Browser>
}

/** A failed connection is the point of many journeys; everything else on the console is a defect. */
const EXPECTED = /net::ERR_|WebSocket connection to|Failed to load resource/
/** Firefox tells of one as of an error of the page. */
const FAILED_IN_FIREFOX = /^Firefox can’t establish a connection to the server at ws/

const WITHOUT_UDP = '--webrtc-ip-handling-policy=disable_non_proxied_udp'

const withoutServiceWorker = () => void Reflect.deleteProperty(Navigator.prototype, 'serviceWorker')

/** A journey fails when a page threw, logged an error or asked any other host. */
export const test = base.extend<Journey, Shared>({
  relaySettings: [{}, { option: true }],
  offlineCopy: [false, { option: true }],
  relay: async ({ relaySettings, relayInUse }, use) => {
    const isPlain = Object.keys(relaySettings).length === 0
    const relay = await (isPlain ? relayInUse.take() : startRelayProcess(relaySettings))
    await use(relay)
    await (isPlain ? relayInUse.giveBack(relay) : relay.close())
  },
  relayInUse: [
    // biome-ignore lint/correctness/noEmptyPattern: reason: Playwright reads the dependencies of a fixture from this pattern
    async ({}, use) => {
      let kept: RelayProcess | undefined
      await use({
        async take() {
          const relay = kept ?? (await startRelayProcess())
          kept = undefined
          return relay
        },
        async giveBack(relay) {
          if (relay.wasEnded()) await relay.close()
          else kept = relay
        },
      })
      await kept?.close()
    },
    { scope: 'worker' },
  ],
  // biome-ignore lint/correctness/noEmptyPattern: reason: Playwright reads the dependencies of a fixture from this pattern
  complaints: async ({}, use) => {
    const complaints: string[] = []
    await use(complaints)
    expect(complaints).toEqual([])
  },
  browserIsThere: [
    async ({ browserName }, use, testInfo) => {
      testInfo.skip(browserName === 'firefox' && !firefoxPath, 'Firefox is not installed')
      await use(undefined)
    },
    { auto: true },
  ],
  chromiumWith: [
    async ({ playwright }, use) => {
      const launched = new Map<string, Promise<Browser>>()
      await use((switches) => {
        const key = switches.join(' ')
        const args = [...chromiumLaunch.args, ...switches]
        const browser = launched.get(key) ?? playwright.chromium.launch({ ...chromiumLaunch, args })
        launched.set(key, browser)
        return browser
      })
      for (const browser of launched.values()) await (await browser).close()
    },
    { scope: 'worker' },
  ],
  meet: async ({ browser, browserName, chromiumWith, relay, offlineCopy, complaints }, use) => {
    const opened: { close(): Promise<void> }[] = []
    const listen = (name: string, page: Page, noteHost: (address: string) => void) => {
      page.on('pageerror', (error) => {
        if (!FAILED_IN_FIREFOX.test(error.message)) complaints.push(`${name}: ${error.stack ?? error.message}`)
      })
      page.on('websocket', (socket) => noteHost(socket.url()))
      page.on('console', (message) => {
        if (message.type() === 'error' && !EXPECTED.test(message.text())) complaints.push(`${name}: ${message.text()}`)
      })
    }
    await use(async (name, { udp = true, switches = [], engine = browserName, also, ...options } = {}) => {
      const ownHosts = [relay.url, also ?? relay.url].map((url) => new URL(url).host)
      const noteHost = (address: string) => {
        const { protocol, host } = new URL(address)
        if (/^(https?|wss?):$/.test(protocol) && !ownHosts.includes(host)) complaints.push(`${name} asks ${host}`)
      }
      const wanted = udp ? switches : [...switches, WITHOUT_UDP]
      const home = wanted.length === 0 && engine === browserName ? browser : await chromiumWith(wanted)
      const context = await home.newContext(options)
      opened.push(context)
      if (!offlineCopy) await context.addInitScript(withoutServiceWorker)
      context.on('page', (page) => listen(name, page, noteHost))
      context.on('request', (request) => noteHost(request.url()))
      return createPerson(name, await context.newPage(), relay.url)
    })
    for (const one of opened.reverse()) await one.close()
  },
})

export { expect }
