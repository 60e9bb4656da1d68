import { expectAccessible } from './accessibility'
import { expect, test } from './journey'
import { closeTab } from './person'
import { expectUnits, units } from './units'

test.use({ offlineCopy: true })

test('opening the address is enough to write, and a look without a key leaves nothing behind', async ({ meet }) => {
  const alice = await meet('Alice')
  await alice.open()
  await expect(alice.title).toBeFocused()
  await expect(alice.dialog).toHaveCount(0)
  await expect(alice.status).toHaveText('Nothing written yet')
  expect(new URL(alice.page.url()).hash).toBe('')
  await expectAccessible(alice.page)
  await alice.page.reload()
  await expect(alice.title).toBeFocused()
  await alice.sidebar.getByRole('button', { name: 'Workspaces' }).click()
  await expect(alice.page.getByRole('menuitem', { name: 'New workspace' })).toBeVisible()
  await expect(alice.page.getByRole('menuitem', { name: 'My workspace' })).toHaveCount(0)

  await alice.open()
  await expect(alice.title).toBeFocused()
  await alice.page.keyboard.type('The harbour contract')
  await alice.page.keyboard.press('Enter')
  await alice.page.keyboard.type('On 14 March the port authority met.')
  await expect(alice.title).toHaveValue('The harbour contract')
  await expect(alice.body).toHaveText('On 14 March the port authority met.')
  await expect(alice.status).toHaveText('Saved on this device')
  await expect(alice.page).toHaveURL(/#\/w\/[\w-]+\/[\w-]+$/)
})

test('a reload and a later visit show the last page as it was', { tag: '@firefox' }, async ({ meet, relay }) => {
  const alice = await meet('Alice')
  await alice.begin('Minutes', units('a', 1, 40))
  await expect(alice.status).toHaveText('Saved on this device')
  await alice.page.reload()
  await expectUnits(alice, units('a', 1, 40))

  const again = await alice.nextTab()
  await alice.page.close()
  await again.open(relay.url)
  await expect(again.title).toHaveValue('Minutes')
  await expectUnits(again, units('a', 1, 40))
})

test('a tab that closes in the middle of a word has kept it', async ({ meet }) => {
  const alice = await meet('Alice')
  await alice.begin('Haste', units('a', 1, 20))
  const again = await alice.nextTab()
  await closeTab(alice)
  await again.open()
  await expectUnits(again, units('a', 1, 20))
})

test('on a phone everything has its place and its size for fingers', async ({ meet }) => {
  const alice = await meet('Alice', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
  await alice.open()
  await alice.page.keyboard.type('On the way')
  await alice.page.keyboard.press('Enter')
  await alice.page.keyboard.type('Written with one thumb.')
  await expect(alice.status).toHaveText('Saved on this device')
  await expect(alice.page.getByRole('toolbar', { name: 'Formatting' })).toBeVisible()
  await expectAccessible(alice.page)
  for (const button of await alice.page.getByRole('banner').getByRole('button').all()) {
    const box = await button.boundingBox()
    expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(44)
  }
  expect(await alice.page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)

  await alice.page.keyboard.type('\nAnd more.'.repeat(30))
  const roomBelow = async () => {
    const toolbar = await alice.page.getByRole('toolbar', { name: 'Formatting' }).boundingBox()
    const lastLine = await alice.body.getByText('And more.').last().boundingBox()
    return (toolbar?.y ?? 0) - (lastLine?.y ?? 0) - (lastLine?.height ?? 0)
  }
  await expect.poll(roomBelow).toBeGreaterThanOrEqual(0)

  await alice.page.getByRole('button', { name: 'Open the sidebar' }).tap()
  await expect(alice.pages).toHaveText(['On the way'])
  await expectAccessible(alice.page)
  await alice.sidebar.getByRole('button', { name: 'New page' }).tap()
  await expect(alice.sidebar).toHaveCount(0)
  await expect(alice.title).toHaveValue('')
  await alice.status.tap()
  await expect(alice.dialog).toContainText('Saved on this device')
})
