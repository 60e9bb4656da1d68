import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expectAccessible } from './accessibility'
import { alterClient } from './altered-client'
import { chromiumLaunch } from './browsers'
import { expect, test } from './journey'
import { bringTogether, type Person } from './person'
import { expectText } from './units'

/** What Chromium logs about every page of such an address. */
const NOT_TRUSTED = /Cross-Origin-Opener-Policy header has been ignored/

/** A letter that says what is wrong and what to do, and nothing to write in. */
async function expectObstacle({ page, title }: Pick<Person, 'page' | 'title'>, heading: string): Promise<void> {
  await expect(page.getByRole('heading', { name: heading })).toBeVisible()
  await expect(title).toHaveCount(0)
}

test('a plain http address of another machine says what to do, before anything is stored', async ({
  meet,
  relay,
  complaints,
}) => {
  const plain = relay.url.replace('localhost', 'waxwing.test')
  const alice = await meet('Alice', { switches: ['--host-resolver-rules=MAP waxwing.test 127.0.0.1'], also: plain })
  await alice.page.goto(plain)
  expect(await alice.page.evaluate(() => isSecureContext)).toBe(false)
  await expectObstacle(alice, 'This address is not secure')
  await expect(alice.page.getByRole('main')).toContainText(
    'open Waxwing with https, or on this very machine as http://localhost',
  )
  await expectAccessible(alice.page)
  expect(await alice.page.evaluate(async () => (await indexedDB.databases()).length)).toBe(0)

  await alice.page.goto(`${plain}/join/#1.AAAA.BBBB.CCCC`)
  await expectObstacle(alice, 'This address is not secure')
  expect(new URL(alice.page.url()).hash).toBe('')
  expect(complaints.splice(0).filter((complaint) => !NOT_TRUSTED.test(complaint))).toEqual([])
})

test('a browser that lacks what Waxwing needs is told what', async ({ meet, relay }) => {
  const alice = await meet('Alice')
  await alice.context.addInitScript(() => Object.defineProperty(window, 'indexedDB', { value: undefined }))
  await alice.page.goto(relay.url)
  await expectObstacle(alice, 'This browser is too old')
  await expect(alice.page.getByRole('main')).toContainText('It lacks IndexedDB')
  await alice.page.goto(`${relay.url}/join/#1.AAAA.BBBB.CCCC`)
  await expectObstacle(alice, 'This browser is too old')
})

test('a browser that keeps nothing for the site says so, and loses nobody a word', async ({ playwright, relay }) => {
  const profile = await mkdtemp(join(tmpdir(), 'waxwing-blocked-'))
  await mkdir(join(profile, 'Default'))
  const blockSiteData = { profile: { default_content_setting_values: { cookies: 2 } } }
  await writeFile(join(profile, 'Default', 'Preferences'), JSON.stringify(blockSiteData))
  const context = await playwright.chromium.launchPersistentContext(profile, chromiumLaunch)
  try {
    const page = await context.newPage()
    const title = page.getByRole('textbox', { name: 'Title' })
    await page.goto(relay.url)
    await expectObstacle({ page, title }, 'The browser keeps nothing for this site')
    await expect(page.getByRole('main')).toContainText('Allow site data for this address, or leave the private window.')
    await page.goto(`${relay.url}/join/#1.AAAA.BBBB.CCCC`)
    await expectObstacle({ page, title }, 'The browser keeps nothing for this site')
  } finally {
    await context.close()
    await rm(profile, { recursive: true, force: true })
  }
})

test('what a newer version wrote is left alone', async ({ meet, relay }) => {
  const alice = await meet('Alice')
  await alice.begin('Plans', 'Kept.')
  await expect(alice.status).toHaveText('Saved on this device')
  await alice.page.goto(`${relay.url}/csp.json`)
  const upgrade = () =>
    new Promise<number>((resolve, reject) => {
      const opening = indexedDB.open('waxwing', 99)
      opening.onerror = () => reject(opening.error)
      opening.onsuccess = () => {
        resolve(opening.result.version)
        opening.result.close()
      }
    })
  expect(await alice.page.evaluate(upgrade)).toBe(99)
  await alice.page.goto(relay.url)
  await expectObstacle(alice, 'A newer Waxwing wrote what is kept here')
  const names = await alice.page.evaluate(async () => await indexedDB.databases())
  expect(names).toEqual([{ name: 'waxwing', version: 99 }])
})

test('M5 what a newer Waxwing decided about a workspace stops this one, which shows everything, writes nothing and says why', async ({
  meet,
}) => {
  const alice = await meet('Alice')
  const bob = await meet('Bob')
  // alice's Waxwing knows an operation that bob's does not: it renames by a number of its own
  const isAltered = await alterClient(alice.context, 'renames by a number of its own')
  await bringTogether(alice, bob, { title: 'Plans', text: 'Before.' })
  await isAltered()
  await alice.sidebar.getByRole('button', { name: 'Workspaces' }).click()
  await alice.page.getByRole('menuitem', { name: 'Rename this workspace' }).click()
  await alice.dialog.getByRole('textbox').fill('Newer')
  await alice.dialog.getByRole('button', { name: 'Rename' }).click()

  await expect(bob.page.getByText('This workspace needs a newer version of Waxwing.')).toBeVisible()
  await expect(bob.title).not.toBeEditable()
  await expect(bob.sidebar.getByRole('button', { name: 'New page' })).toHaveCount(0)
  await expectAccessible(bob.page)
  await alice.write(' After.')
  await expectText(bob, 'Before. After.')
  await bob.page.reload()
  await expect(bob.page.getByText('This workspace needs a newer version of Waxwing.')).toBeVisible()
  await expectText(bob, 'Before. After.')
})
