import type { Browser, Page } from 'playwright'
import { launch } from '#bench/chromium'
import { startPageServer } from '#bench/page-server'
import { createPerson } from '#e2e/person'
import { type RelayProcess, startRelayProcess } from '#e2e/relay-process'

/** Two people with a page of text open, connected directly, each with a browser context of their own. */
export interface Meeting {
  readonly writer: Page
  readonly reader: Page
  /** Where the text stands, in both pages. */
  readonly editor: string
}

export interface Meetings {
  readonly ours: Meeting
  readonly peer: Meeting
  /** The peer, committing each edit before it sends it. */
  readonly keeping: Meeting
  close(): Promise<void>
}

/** Upper case, so that a name beside a caret is not taken for text. */
const NAMES = ['ANN', 'BEN'] as const

/** Keeps every connection of a page, for its statistics. */
function keepConnections(): void {
  const kept: RTCPeerConnection[] = []
  Object.assign(globalThis, {
    connections: kept,
    RTCPeerConnection: class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration)
        kept.push(this)
      }
    },
  })
}

/** Sees both pages of a meeting before they load anything. */
export type OnPages = (pages: readonly [writer: Page, reader: Page]) => void

async function twoPages(browser: Browser): Promise<[Page, Page]> {
  const open = async () => {
    const context = await browser.newContext({ viewport: { width: 1200, height: 800 } })
    const page = await context.newPage()
    await page.addInitScript(keepConnections)
    return page
  }
  return [await open(), await open()]
}

async function meetOurs(browser: Browser, relay: RelayProcess, onPages: OnPages): Promise<Meeting> {
  const [writer, reader] = await twoPages(browser)
  onPages([writer, reader])
  const [ann, ben] = [createPerson(NAMES[0], writer, relay.url), createPerson(NAMES[1], reader, relay.url)]
  await ann.begin('BENCH', 'a')
  await ben.acceptInvitation(await ann.invite())
  await ben.body.getByText('a', { exact: true }).waitFor()
  return { writer, reader, editor: '[role=textbox][aria-label=Page]' }
}

async function meetPeer(
  browser: Browser,
  relay: RelayProcess,
  pages: string,
  onPages: OnPages,
  keeps = '',
): Promise<Meeting> {
  const [writer, reader] = await twoPages(browser)
  onPages([writer, reader])
  const signaling = `${relay.url.replace(/^http/, 'ws')}/signal`
  for (const [i, page] of [writer, reader].entries()) await page.goto(`${pages}#${signaling},${NAMES[i]},${keeps}`)
  await writer.locator('#editor [contenteditable]').click()
  await writer.keyboard.type('a')
  await reader.locator('#editor p', { hasText: 'a' }).waitFor()
  return { writer, reader, editor: '#editor [contenteditable]' }
}

/** Both at one relay, which hands on the signalling of each; resolves when data channels are in use on both sides. */
export async function startMeetings(onPages: OnPages = () => {}): Promise<Meetings> {
  const relay = await startRelayProcess()
  const [browser, pages] = [await launch(), await startPageServer('peer-editor')]
  const meetings = {
    ours: await meetOurs(browser, relay, onPages),
    peer: await meetPeer(browser, relay, pages.url, onPages),
    keeping: await meetPeer(browser, relay, pages.url, onPages, 'keeps'),
  }
  for (const { writer, editor } of Object.values(meetings)) {
    await writer.waitForFunction(() => {
      const { connections } = globalThis as unknown as { connections: RTCPeerConnection[] }
      return connections.some(({ connectionState }) => connectionState === 'connected')
    })
    await writer.locator(editor).click()
    await writer.keyboard.press('ControlOrMeta+End')
  }
  return {
    ...meetings,
    async close() {
      await browser.close()
      pages.close()
      await relay.close()
    },
  }
}
