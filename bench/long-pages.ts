import { readFileSync } from 'node:fs'
import type { Browser, CDPSession, Page } from 'playwright'
import { launch } from '#bench/chromium'
import { type PageServer, startPageServer } from '#bench/page-server'
import { type LongKind, longBody } from '#bench/pages/long-body'
import { typeLikePeople } from '#bench/typing'
import { inTurns, type Measure, median, quantile, type Workload } from '#bench/workload'

const OPEN_ROUNDS = 7
const TYPE_ROUNDS = 5
const LETTERS = 40
const THEIR_LETTERS = 20

interface LongPage {
  readonly name: string
  readonly kind: LongKind
  /** Blocks, or cells of the one table. */
  readonly size: number
}

const LONG_PAGES: readonly LongPage[] = [
  { name: '1,000 paragraphs', kind: 'plain', size: 1000 },
  { name: '5,000 paragraphs', kind: 'plain', size: 5000 },
  { name: '1,000 blocks with tables, code and comments', kind: 'mixed', size: 1000 },
  { name: 'a table of 2,000 cells', kind: 'table', size: 2000 },
]

interface Side {
  readonly server: PageServer
  readonly hash: string
}
type Sides = Readonly<Record<'ours' | 'peer', Side>>

/** What the product draws a page by. */
const STYLES = [
  'app/tokens.css',
  ...['carets', 'page-text', 'page-lists', 'page-blocks', 'page-files', 'page-inline'].map(
    (name) => `components/editor/${name}.css`,
  ),
]

/** Both sides serve the same bytes. */
async function serveBoth({ kind, size }: LongPage): Promise<Sides> {
  const state = longBody(kind, size)
  const styles = STYLES.map((path) => readFileSync(path, 'utf8')).join('\n')
  return {
    ours: {
      server: await startPageServer('our-long-page', { state }, styles),
      hash: kind === 'mixed' ? '#comments' : '',
    },
    peer: { server: await startPageServer('peer-long-page', { state }), hash: '' },
  }
}

async function openIn(browser: Browser, { server, hash }: Side): Promise<{ page: Page; ms: number }> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 } })
  const page = await context.newPage()
  page.on('pageerror', (error) => console.error(error))
  await page.goto(server.url + hash)
  return { page, ms: await page.evaluate('open()') }
}

/** In the page: when each key went down, and the frame that shows its letter; and tasks of more than 50 ms. */
function watchFrames(): void {
  const delays: number[] = []
  const long: number[] = []
  Object.assign(globalThis, { delays, long })
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) long.push(duration)
  }).observe({ type: 'longtask' })
  addEventListener(
    'keydown',
    ({ timeStamp }) =>
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = () => delays.push(performance.now() - timeStamp)
        port2.postMessage(undefined)
      }),
    true,
  )
}

/** Milliseconds of processor time that the page's main thread has taken so far. */
async function threadMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics')
  return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN)
}

interface Typed {
  /** From each key to its frame, in milliseconds. */
  readonly delays: readonly number[]
  /** Processor time of the thread for a letter, all that follows from it included. */
  readonly thread: number
  readonly longest: number
  /** What the thread does at once with a letter of somebody else. */
  readonly received: number
}

async function typeIn(page: Page, session: CDPSession, round: number): Promise<Typed> {
  await page.bringToFront()
  await page.evaluate('settle()')
  await page.waitForTimeout(500)
  await page.evaluate('delays.length = 0; long.length = 0')
  const before = await threadMs(session)
  await typeLikePeople(page, LETTERS, round)
  await page.waitForTimeout(500)
  const thread = ((await threadMs(session)) - before) / LETTERS
  const { delays, long } = (await page.evaluate('({ delays, long })')) as { delays: number[]; long: number[] }
  const received = (await page.evaluate(`receive(${THEIR_LETTERS})`)) as number[]
  return { delays, thread, longest: Math.max(0, ...long), received: median(received) }
}

async function measureTyping(browser: Browser, which: LongPage): Promise<readonly Measure[]> {
  const sides = await serveBoth(which)
  const typed: Record<keyof Sides, Typed[]> = { ours: [], peer: [] }
  const turns = await Promise.all(
    (['ours', 'peer'] as const).map(async (side) => {
      const { page } = await openIn(browser, sides[side])
      await page.evaluate(watchFrames)
      const session = await page.context().newCDPSession(page)
      await session.send('Performance.enable', { timeDomain: 'threadTicks' })
      return async (round: number) => {
        const one = await typeIn(page, session, round)
        if (round > 0) typed[side].push(one)
      }
    }),
  )
  await inTurns(TYPE_ROUNDS + 1, ...turns)
  for (const { server } of Object.values(sides)) server.close()
  for (const context of browser.contexts()) await context.close()
  const longest = (side: keyof Sides) => Math.max(...typed[side].map((one) => one.longest)).toFixed(0)
  console.log(`${which.name}: longest task while typing ${longest('ours')} ms, the peer's ${longest('peer')} ms`)
  const measure = (name: string, of: (one: Typed) => number, limit: string): Measure => ({
    name: `${name}, ${which.name}`,
    unit: 'ms',
    pairs: typed.ours.map((ours, i) => ({ ours: of(ours), peer: typed.peer[i] ? of(typed.peer[i]) : Number.NaN })),
    target: 1.05,
    limit,
  })
  const looks = 'the browser lays out and paints the whole page on both sides'
  return [
    measure('key → frame, p50', ({ delays }) => quantile(delays, 0.5), looks),
    measure('key → frame, p95', ({ delays }) => quantile(delays, 0.95), looks),
    measure(
      'the thread’s processor time for a letter',
      ({ thread }) => thread,
      'toolbar facts, own caret, typing rules',
    ),
    measure(
      'a letter of somebody else, at once',
      ({ received }) => received,
      'blocks are compared one by one on both sides',
    ),
  ]
}

async function measureOpening(browser: Browser, which: LongPage): Promise<Measure> {
  const sides = await serveBoth(which)
  const times: Record<keyof Sides, number[]> = { ours: [], peer: [] }
  const turn = (side: keyof Sides) => async (round: number) => {
    const { page, ms } = await openIn(browser, sides[side])
    if (round > 0) times[side].push(ms)
    await page.context().close()
  }
  await inTurns(OPEN_ROUNDS + 1, turn('ours'), turn('peer'))
  for (const { server } of Object.values(sides)) server.close()
  return {
    name: `bytes → first frame, ${which.name}`,
    unit: 'ms',
    pairs: times.ours.map((ours, i) => ({ ours, peer: times.peer[i] ?? Number.NaN })),
    target: 1.05,
    limit: 'most of it is the browser’s first layout and painting',
  }
}

/** Runs `measure` over the long pages, or those that BENCH_PAGES names by a part of their name. */
async function overPages<T>(measure: (browser: Browser, which: LongPage) => Promise<T>): Promise<readonly T[]> {
  const browser = await launch()
  const found: T[] = []
  const wanted = process.env.BENCH_PAGES ?? ''
  for (const which of LONG_PAGES.filter(({ name }) => name.includes(wanted))) found.push(await measure(browser, which))
  await browser.close()
  return found
}

export const longPageTyping: Workload = {
  name: 'P2',
  title: 'typing in a long page while somebody else is present',
  peer: 'plain y-prosemirror',
  run: async () => (await overPages(measureTyping)).flat(),
}

export const longPageOpening: Workload = {
  name: 'P14',
  title: 'opening a long page in an editor',
  peer: 'plain y-prosemirror',
  run: () => overPages(measureOpening),
}
