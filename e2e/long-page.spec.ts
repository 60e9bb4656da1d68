import { createHash } from 'node:crypto'
import { expect, test } from './journey'
import { PATIENCE } from './patience'
import { bringTogether, type Person } from './person'
import { expectUnits, units } from './units'

const MEGABYTE = 1_000_000
/** The page in three copies (leader, tab, screen), with room for what is on its way. */
const MOST_HEAP_BYTES = 600 * MEGABYTE
const PARAGRAPH = 'The quick brown fox jumps over the lazy dog, once more and once again.'

/** Ten megabytes of text as people have it: tens of thousands of numbered paragraphs. */
function longText(): readonly string[] {
  const blocks: string[] = []
  for (let size = 0; size < 10 * MEGABYTE; size += blocks.at(-1)?.length ?? 0) {
    blocks.push(`p${blocks.length} ${`${PARAGRAPH} `.repeat(5).trim()}`)
  }
  return blocks
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex')

/** SHA-256 of the page on screen, a line for each block; it stays in the browser, being ten megabytes. */
const digestOnScreen = (person: Person): Promise<string> =>
  person.body.evaluate(async (root) => {
    const text = [...root.children].map((block) => block.textContent ?? '').join('\n')
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  })

async function expectLongText(person: Person, blocks: readonly string[]): Promise<void> {
  await expect
    .poll(() => person.body.evaluate((root) => root.childElementCount), { timeout: 120_000, intervals: [500] })
    .toBe(blocks.length)
  expect(await digestOnScreen(person)).toBe(digestOf(blocks.join('\n')))
}

/** Notes for how long the page answered nobody; the worst is in milliseconds. */
const watchFreezes = (person: Person) =>
  person.page.evaluate(() => {
    const noted = window as unknown as { worst: number }
    noted.worst = 0
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) noted.worst = Math.max(noted.worst, duration)
    }).observe({ type: 'longtask' })
  })
const worstFreeze = (person: Person) => person.page.evaluate(() => (window as unknown as { worst: number }).worst)
/** Bytes that the page holds in memory, garbage left out. */
async function heap({ context, page }: Person): Promise<number> {
  const debug = await context.newCDPSession(page)
  await debug.send('HeapProfiler.collectGarbage')
  const { usedSize } = await debug.send('Runtime.getHeapUsage')
  await debug.detach()
  return usedSize
}

async function importLong(person: Person, blocks: readonly string[]): Promise<void> {
  const chosen = person.page.waitForEvent('filechooser')
  await person.sidebar.getByRole('button', { name: 'Import' }).click()
  const buffer = Buffer.from(blocks.join('\n\n'))
  await (await chosen).setFiles({ name: 'Long.md', mimeType: 'text/markdown', buffer })
}

/** The second road is as long again: the deep run takes it. */
const ROADS = ['browser to browser, /sync refused', ...(process.env.DEEP ? ['by relay, UDP forbidden'] : [])]

for (const road of ROADS) {
  test(`E10 R4 ten megabytes arrive whole while both go on writing: ${road}`, async ({ meet }, { annotations }) => {
    test.setTimeout(400_000)
    const blocks = longText()
    const isDirect = road.startsWith('browser')
    const alice = await meet('Alice')
    const bob = await meet('Bob', { udp: isDirect })
    await bringTogether(alice, bob, { title: 'Plans', text: units('a', 1, 3) })
    if (isDirect) {
      for (const person of [alice, bob]) {
        await person.page.routeWebSocket(/\/sync$/, (socket) => socket.close())
        await person.page.reload()
        await expectUnits(person, units('a', 1, 3))
      }
      await expect(alice.page.getByRole('list', { name: 'Here now' })).toBeVisible({ timeout: PATIENCE.directLink })
    }
    for (const person of [alice, bob]) await watchFreezes(person)

    const beganAt = Date.now()
    await importLong(alice, blocks)
    await bob.write(`\n${units('b', 1, 30)}`)
    await expect(alice.title).toHaveValue('Long')
    await alice.openPage('Plans')
    await alice.write(`\n${units('a', 4, 20)}`)
    for (const person of [alice, bob]) await expectUnits(person, units('a', 1, 20), units('b', 1, 30))
    const wroteAt = Date.now()
    await bob.openPage('Long')
    await expectLongText(bob, blocks)
    const arrivedAt = Date.now()
    for (const person of [alice, bob]) {
      const [freeze, bytes] = [await worstFreeze(person), await heap(person)]
      const description = `${person.name}: frozen for ${freeze} ms at most, ${Math.round(bytes / MEGABYTE)} MB of heap`
      annotations.push({ type: 'measured', description })
      expect(bytes).toBeLessThan(MOST_HEAP_BYTES)
    }
    const description = `Bob's words after ${wroteAt - beganAt} ms, the long page after ${arrivedAt - beganAt} ms`
    annotations.push({ type: 'measured', description })
    await bob.page.reload()
    await expectLongText(bob, blocks)
    await alice.openPage('Long')
    await expectLongText(alice, blocks)
  })
}
