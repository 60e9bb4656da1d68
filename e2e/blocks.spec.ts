import { expectAccessible } from './accessibility'
import { expect, test } from './journey'
import { shape } from './shape'

test('a slash finds blocks and a menu moves, copies, turns and deletes them, by keys, mouse and fingers', async ({
  meet,
}) => {
  const alice = await meet('Alice')
  const { page, body } = alice
  const { keyboard } = page
  const shows = (...lines: string[]) => expect.poll(() => shape(alice), { message: 'the page shows' }).toEqual(lines)
  const press = async (...keys: string[]) => {
    for (const key of keys) await keyboard.press(key)
  }
  const found = page.getByRole('listbox', { name: 'Blocks' })
  const menu = page.getByRole('menu', { name: 'Block' })

  await alice.begin('Blocks', '/')
  await expect(found.getByRole('option').first()).toHaveAttribute('aria-selected', 'true')
  await expectAccessible(page)
  await keyboard.type('hea')
  await expect(found.getByRole('option')).toHaveText([/^Heading 1/, /^Heading 2/, /^Heading 3/, /^Heading 4/])
  await press('ArrowDown', 'Enter')
  await expect(found).toBeHidden()
  await keyboard.type('Plan\n/to')
  await found.getByRole('option', { name: 'Task list' }).click()
  await keyboard.type('first')
  await shows('h2 Plan', '[ ] first')

  await press('ControlOrMeta+Shift+d')
  await keyboard.type(' again')
  await press('Alt+Enter')
  await expect.poll(() => menu.evaluate((opened) => opened.contains(document.activeElement))).toBe(true)
  await press('ArrowDown')
  await expect(menu.getByRole('menuitem', { name: 'Duplicate' })).toBeFocused()
  await expectAccessible(page)
  await press('ArrowDown', 'Enter')
  await shows('h2 Plan', '[ ] first again', '[ ] first')
  await expect(body).toBeFocused()

  await body.getByText('Plan').hover()
  await page.getByRole('button', { name: 'Drag to move' }).click()
  await menu.getByRole('menuitemcheckbox', { name: 'Quote' }).click()
  await shows('> h2 Plan', '[ ] first again', '[ ] first')
  await expect(body).toBeFocused()
  await press('ControlOrMeta+z')
  await shows('h2 Plan', '[ ] first again', '[ ] first')

  await press('ControlOrMeta+/')
  await expect(alice.dialog).toContainText('Strikethrough')
  await expectAccessible(page)
  await press('Escape')

  await page.setViewportSize({ width: 390, height: 780 })
  await body.getByText('first', { exact: true }).click()
  const tools = page.getByRole('toolbar', { name: 'Formatting' })
  await tools.getByRole('button', { name: 'Block', exact: true }).click()
  await menu.getByRole('menuitem', { name: 'Delete' }).click()
  await shows('h2 Plan', '[ ] first again')
  await expect(body).toBeFocused()
  await press('End', 'Enter', 'Enter')
  await keyboard.type('/')
  await expect(found).toBeInViewport({ ratio: 1 })
  await expectAccessible(page)
})

test('a table is made, filled, shaped, searched and left by keys, mouse and fingers', async ({ meet }) => {
  const alice = await meet('Alice')
  const { page, body } = alice
  const { keyboard } = page
  const tools = page.getByRole('group', { name: 'Table' })
  const menu = page.getByRole('menu', { name: 'More for this table' })
  const rows = (...lines: string[]) =>
    expect
      .poll(() =>
        body
          .locator('tr')
          .evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent).join(' | '))),
      )
      .toEqual(lines)

  await alice.begin('Tables', '!!! Mind the sums\n\n/tab')
  await keyboard.press('Enter')
  for (const word of ['Payee', 'Sum', 'Paid', 'Estuary Works', '38.4', 'yes', 'Port', '7']) {
    await keyboard.type(word)
    await keyboard.press('Tab')
  }
  await rows('Payee | Sum | Paid', 'Estuary Works | 38.4 | yes', 'Port | 7 | ')
  await expect(body.getByRole('columnheader')).toHaveText(['Payee', 'Sum', 'Paid'])
  await tools.getByRole('button', { name: 'Row below' }).click()
  await tools.getByRole('button', { name: 'More for this table' }).click()
  await expectAccessible(page)
  await menu.getByRole('menuitemcheckbox', { name: 'Move row up' }).click()
  await rows('Payee | Sum | Paid', 'Port | 7 | ', 'Estuary Works | 38.4 | yes', ' |  | ')

  const sum = body.getByRole('cell', { name: '38.4' })
  await sum.click()
  await keyboard.press('End')
  await keyboard.press('Shift+ArrowRight')
  await tools.getByRole('button', { name: 'Merge cells' }).click()
  await rows('Payee | Sum | Paid', 'Port | 7 | ', 'Estuary Works | 38.4yes', ' |  | ')
  await keyboard.press('ControlOrMeta+z')
  await rows('Payee | Sum | Paid', 'Port | 7 | ', 'Estuary Works | 38.4 | yes', ' |  | ')

  await keyboard.press('ControlOrMeta+f')
  const find = page.getByRole('search', { name: 'Find and replace' })
  const looked = find.getByRole('textbox', { name: 'Find on this page' })
  await looked.fill('(3|7)(\\.\\d)?')
  await expect(find.getByRole('status')).toHaveText('Nothing found')
  await find.getByRole('button', { name: 'Regular expression' }).click()
  await expect(find.getByRole('status')).toHaveText(/^\d of 2$/)
  await find.getByRole('textbox', { name: 'Replace with' }).fill('0$1')
  await find.getByRole('button', { name: 'All' }).click()
  await rows('Payee | Sum | Paid', 'Port | 07 | ', 'Estuary Works | 038.4 | yes', ' |  | ')
  await expectAccessible(page)
  await looked.press('Escape')
  await expect(find).toBeHidden()
  await expect(body).toBeFocused()
  await keyboard.press('ControlOrMeta+z')
  await rows('Payee | Sum | Paid', 'Port | 7 | ', 'Estuary Works | 38.4 | yes', ' |  | ')
  await body.getByRole('cell', { name: 'Port' }).click()
  const box = await body.getByRole('columnheader', { name: 'Payee' }).boundingBox()
  if (!box) throw new Error('no header')
  await page.mouse.move(box.x + box.width, box.y + 10)
  await page.mouse.down()
  await page.mouse.move(box.x + 120, box.y + 10, { steps: 3 })
  await page.mouse.up()
  await expect
    .poll(async () => (await body.getByRole('columnheader', { name: 'Payee' }).boundingBox())?.width)
    .toBeLessThan(box.width)

  await page.setViewportSize({ width: 390, height: 240 })
  await sum.click()
  await page.getByRole('main').evaluate((main) => main.scrollTo(0, main.scrollHeight))
  const header = await page.getByRole('banner').boundingBox()
  await expect.poll(async () => (await tools.boundingBox())?.y).toBeGreaterThan(header?.height ?? 0)
  await page.setViewportSize({ width: 390, height: 780 })
  await sum.click()
  await expectAccessible(page)
  await tools.getByRole('button', { name: 'More for this table' }).click()
  await menu.getByRole('menuitem', { name: 'Delete table' }).click()
  await expect(body.locator('table')).toHaveCount(0)
  await expect(alice.status).toHaveText('Saved on this device')
})
