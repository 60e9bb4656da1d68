import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, expect, firefox, type Page, test } from '@playwright/test'
import { chromiumLaunch, firefoxPath } from './browsers'
import { type BareChromium, startBareChromium } from './contracts/bare-chromium'
import { type PageServer, runInNode, startPageServer } from './contracts/page-server'

/**
 * White box: what the unit tests show in Node, once more in browsers, on their real cryptography, IndexedDB, locks and
 * channels. Pages import bundles of the modules in lib/testing/browser.
 */
const PAGES = ['crypto-page', 'storage-page', 'tabs-page'] as const
type PageModule = (typeof PAGES)[number]
const fileOf = (module: PageModule) => `lib/testing/browser/${module}.ts`

const engines = [
  { engine: 'Chromium', present: true },
  { engine: 'Firefox', present: firefoxPath !== undefined },
] as const

const VECTOR_FILES = {
  ed25519: 'wycheproof-ed25519.json',
  speccheck: 'ed25519-speccheck.json',
  x25519: 'wycheproof-x25519.json',
  aesGcm: 'wycheproof-aes_gcm.json',
  hkdf: 'wycheproof-hkdf_sha256.json',
}
const vectorSets = [
  { set: 'a slice', folder: 'lib/crypto/fixtures', atLeast: 60 },
  { set: 'all, if ../shared/vectors is there', folder: '../shared/vectors', atLeast: 1000 },
]

/**
 * Firefox (NSS) takes 2p and 2p + 1 for points of low order, though RFC 7748 cuts their highest bit off, which makes
 * them others. No key like that gets in: admission refuses what is not canonical (C3).
 */
const REFUSED_BY_NSS = ['X25519 94', 'X25519 95']

interface Verdict {
  readonly vector: string
  readonly said: string
  readonly expected: string
}

/** Calls what a module exports, on a page; a page imports each module once, so its state lives as long as the page. */
const call = <T = void>(page: Page, module: PageModule, name: string, parameter?: unknown): Promise<T> =>
  page.evaluate(async ([path, exported, given]) => (await import(path as string))[exported as string](given), [
    `/${module}.js`,
    name,
    parameter,
  ] as const)

let server: PageServer
test.beforeAll(async () => {
  server = await startPageServer(PAGES.map(fileOf))
})
test.afterAll(async () => {
  await server.close()
})

async function openTab(context: BrowserContext): Promise<Page> {
  const page = await context.newPage()
  await page.goto(server.url)
  return page
}

for (const { engine, present } of engines) {
  test.describe(engine, () => {
    test.describe.configure({ mode: 'default' })
    // reason: a second engine is no condition for working here; Chromium is always tried
    test.skip(!present, 'Firefox is not installed')
    let browser: Browser
    let context: BrowserContext

    test.beforeAll(async () => {
      if (!present) return
      browser =
        engine === 'Chromium'
          ? await chromium.launch(chromiumLaunch)
          : await firefox.launch({ channel: 'moz-firefox', ...(firefoxPath && { executablePath: firefoxPath }) })
    })
    test.afterAll(async () => {
      await browser?.close()
    })
    test.beforeEach(async () => {
      context = await browser.newContext()
    })
    test.afterEach(async () => {
      await context?.close()
    })

    for (const { set, folder, atLeast } of vectorSets) {
      test(`C4 attack 21: gives node:crypto's verdict on every vector: ${set}`, async () => {
        // reason: the whole sets lie beside a checkout only; the slice is in the repository and never skipped
        test.skip(!existsSync(folder), `${folder} is not there`)
        const read = ([name, file]: [string, string]) => [name, JSON.parse(readFileSync(join(folder, file), 'utf8'))]
        const vectors = Object.fromEntries(Object.entries(VECTOR_FILES).map(read))
        const { verdicts } = await runInNode(fileOf('crypto-page'))
        const judge = verdicts as (given: { names: string[]; vectors: unknown }) => Promise<Verdict[][]>
        const [node = []] = await judge({ names: ['node:crypto'], vectors })
        const names = ['WebCrypto', 'WebCrypto without curves, so tweetnacl']
        const page = await openTab(context)
        const backends = await call<Verdict[][]>(page, 'crypto-page', 'verdicts', { names, vectors })
        expect(node.length).toBeGreaterThan(atLeast)
        expect(node.filter(({ said, expected }) => said !== expected)).toEqual([])
        const [native, fallback] = backends.map((own) => own.filter(({ said }, i) => said !== node[i]?.said))
        const excused = node.filter(({ vector }) => engine === 'Firefox' && REFUSED_BY_NSS.includes(vector))
        expect(backends.map((own) => own.length)).toEqual(names.map(() => node.length))
        expect(fallback).toEqual([])
        expect(native).toEqual(excused.map((verdict) => ({ ...verdict, said: 'refused' })))
        for (const { vector } of excused)
          expect(node).toContainEqual({ vector: vector.replace(' ', ' key '), said: 'false', expected: 'false' })
      })
    }

    test('C4 knows both curves itself', async () => {
      const curves = await call<string[]>(await openTab(context), 'crypto-page', 'nativeCurves')
      expect(curves).toEqual(['Ed25519', 'X25519'])
    })

    test('C4 attack 21: shows no private key in any format, and the kept ones work in the next life of the page', async () => {
      const page = await openTab(context)
      const fresh = await call<Record<string, string[]>>(page, 'crypto-page', 'keepKeys')
      expect(Object.keys(fresh)).toHaveLength(6)
      for (const outcome of Object.values(fresh)) expect(outcome).toEqual(['InvalidAccessError', 'InvalidAccessError'])
      await page.reload()
      const later = await call<{ works: object; exports: object }>(page, 'crypto-page', 'useKeptKeys')
      expect(later).toEqual({ works: { signs: true, agrees: true, opens: true }, exports: fresh })
    })

    test('E12 D5 E3 keeps the whole storage contract on IndexedDB', async () => {
      const page = await openTab(context)
      const outcomes = await call<{ title: string; problem: string | null }[]>(page, 'storage-page', 'runContract')
      expect(outcomes.length).toBeGreaterThan(10)
      expect(outcomes.filter(({ problem }) => problem !== null)).toEqual([])
    })

    test('E12 commits in strict transactions, and the platform says so', async () => {
      const page = await openTab(context)
      expect(await call(page, 'storage-page', 'durability', 'strict')).toEqual(['strict', 'strict'])
      const modes = await call<string[]>(page, 'storage-page', 'durabilitiesOfCommit', 'strict')
      expect([modes.length, new Set(modes)]).toEqual([2, new Set(['strict'])])
    })

    test('D5 of two tabs that race for one fence exactly one wins, place by place', async () => {
      const tabs = [await openTab(context), await openTab(context)]
      const written: string[] = []
      for (let seq = 1; seq <= 12; seq++) {
        const race = (tab: Page, i: number) =>
          call<string>(tab, 'storage-page', 'commitBehindFence', {
            name: 'race',
            writer: 'ab'[i],
            seq,
            ...(seq > 1 && { before: written.at(-1)?.[0] }),
          })
        const outcomes = await Promise.all(tabs.map(race))
        expect(outcomes.toSorted(), `place ${seq}`).toEqual(['fence-lost', 'won'])
        written.push(`${'ab'[outcomes.indexOf('won')]}${seq}`)
      }
      for (const tab of tabs) expect(await call(tab, 'storage-page', 'readAll', 'race')).toEqual(written)
    })

    test('E12 keeps nothing readable in its rows: no text, no key of a record, no workspace id', async () => {
      const page = await openTab(context)
      const secrets = ['wood-canary-4711', Buffer.from('wood-canary-4711').toString('hex'), 'ab'.repeat(32)]
      await call(page, 'storage-page', 'write', { name: 'rest', text: secrets[0] })
      await call(page, 'storage-page', 'putPlainRow', { name: 'plain', text: secrets[0] })
      const rows = await call<string>(page, 'storage-page', 'dumpRows', 'rest')
      expect(await call<string>(page, 'storage-page', 'dumpRows', 'plain')).toContain(secrets[0])
      expect(rows.match(/"store":"\w+","keys":\[[^\]]/g)).toHaveLength(7)
      expect(rows.length).toBeGreaterThan(1000)
      for (const secret of secrets) expect(rows).not.toContain(secret)
    })

    test('E12 names a damaged row and reads the others', async () => {
      const page = await openTab(context)
      const { error, left, damaged } = await call<{ error: object; left: string[]; damaged: unknown[] }>(
        page,
        'storage-page',
        'damageSecond',
        'damage',
      )
      const chain = '08'.repeat(16)
      expect(error).toEqual({ type: 'entries-damaged', chain, fromSeq: 2, toSeq: 2, first: 2, last: 2 })
      expect([left, damaged]).toEqual([['entry 1', 'entry 3'], [[2, 2]]])
    })

    test('D5 makes way for a later release in another tab, and refuses what that has written', async () => {
      const [old, later] = [await openTab(context), await openTab(context)]
      await call(old, 'storage-page', 'holdOpen', 'release')
      expect(await call(later, 'storage-page', 'openAsLaterRelease', 'release')).toBe('opened')
      await expect.poll(() => call(old, 'storage-page', 'lost')).toEqual(['newer-version'])
      expect(await call(old, 'storage-page', 'openingError', 'release')).toBe('newer-version')
    })

    test('D5 the first tab leads, and closing it hands over', async () => {
      const [one, two] = [await openTab(context), await openTab(context)]
      await call(one, 'tabs-page', 'join', { workspace: 'ab', tab: 'one' })
      await expect.poll(() => call(one, 'tabs-page', 'leads')).toBe(true)
      await call(two, 'tabs-page', 'join', { workspace: 'ab', tab: 'two' })
      // a free lock is granted to the second tab, so its earlier request for the lead has been answered too
      await call(two, 'tabs-page', 'watch', { workspace: 'ab', tab: 'nobody' })
      await expect.poll(() => call(two, 'tabs-page', 'tabsGone')).toEqual(['nobody'])
      expect(await call(two, 'tabs-page', 'leads')).toBe(false)
      await one.close()
      await expect.poll(() => call(two, 'tabs-page', 'leads')).toBe(true)
    })

    test('D5 the lead that is taken over is lost at once, and comes back when the taker closes', async () => {
      const [one, two] = [await openTab(context), await openTab(context)]
      await call(one, 'tabs-page', 'join', { workspace: 'ab', tab: 'one' })
      await expect.poll(() => call(one, 'tabs-page', 'leads')).toBe(true)
      await call(two, 'tabs-page', 'join', { workspace: 'ab', tab: 'two' })
      await call(two, 'tabs-page', 'takeOver')
      await expect.poll(() => call(two, 'tabs-page', 'leads')).toBe(true)
      await expect.poll(() => call(one, 'tabs-page', 'changesOfLead')).toEqual(['leads', 'follows'])
      await two.close()
      await expect.poll(() => call(one, 'tabs-page', 'leads')).toBe(true)
    })

    test('E7 two tabs share sixteen slots, and closing one frees its own', async () => {
      const [one, two] = [await openTab(context), await openTab(context)]
      const take = (tab: Page, count: number) =>
        call<(number | null)[]>(tab, 'tabs-page', 'takeSlots', { workspace: 'ab', count })
      const taken = (await Promise.all([take(one, 8), take(two, 8)])) as number[][]
      expect(taken.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, i) => i))
      expect(await take(two, 1)).toEqual([null])
      await call(one, 'tabs-page', 'showLife', { workspace: 'ab', tab: 'one' })
      await call(two, 'tabs-page', 'watch', { workspace: 'ab', tab: 'one' })
      expect(await call(two, 'tabs-page', 'tabsGone')).toEqual([])
      await one.close()
      await expect.poll(() => call(two, 'tabs-page', 'tabsGone')).toEqual(['one'])
      expect(await take(two, 9)).toEqual([...(taken[0] ?? []), null])
    })
  })
}

test.describe('Chromium without overrides', () => {
  test.describe.configure({ mode: 'default' })
  let bare: BareChromium
  test.beforeEach(async () => {
    bare = await startBareChromium(chromiumLaunch.executablePath)
  })
  test.afterEach(async () => {
    await bare?.close()
  })

  test('D5 the tab that somebody looks at leads, whichever that is', async () => {
    const one = await openTab(bare.context())
    await call(one, 'tabs-page', 'join', { workspace: 'ab', tab: 'one' })
    await expect.poll(() => call(one, 'tabs-page', 'leads')).toBe(true)
    const two = await openTab(bare.context())
    await call(two, 'tabs-page', 'join', { workspace: 'ab', tab: 'two' })
    for (const [shown, hidden] of [
      [two, one],
      [one, two],
      [two, one],
    ] as const) {
      await shown.bringToFront()
      await expect.poll(() => hidden.evaluate(() => document.visibilityState)).toBe('hidden')
      await expect.poll(() => call(shown, 'tabs-page', 'leads')).toBe(true)
      await expect.poll(() => call(hidden, 'tabs-page', 'leads')).toBe(false)
    }
    await two.close()
    await expect.poll(() => call(one, 'tabs-page', 'leads')).toBe(true)
  })

  test('E12 what was committed outlives a killed browser, and nothing readable is in its profile', async () => {
    const [secret, plain] = ['wood-canary-0815', 'open-canary-0816']
    const page = await openTab(bare.context())
    await call(page, 'storage-page', 'putPlainRow', { name: 'plain', text: plain })
    await call(page, 'storage-page', 'write', { name: 'rest', text: secret })
    await bare.kill()
    expect(await bare.findOnDisk([secret, 'ab'.repeat(32), plain])).toEqual([plain])
    await bare.start()
    const again = await openTab(bare.context())
    expect(await call(again, 'storage-page', 'readAll', 'rest')).toEqual([secret])
  })

  test('E12 a disk that is really full is a typed error, and the head is the last entry that was taken', async () => {
    const page = await openTab(bare.context())
    const devtools = await bare.context().newCDPSession(page)
    const origin = new URL(server.url).origin
    await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 4_000_000 })
    const outcome = await call<{ refusal: string; taken: number; head: number }>(page, 'storage-page', 'fill', 'full')
    expect(outcome).toMatchObject({ refusal: 'storage-full', head: outcome.taken })
    expect(outcome.taken).toBeGreaterThan(0)
  })
})
