import { expect, test } from './journey'
import type { Person } from './person'

test.use({ offlineCopy: true })

/** Chooses from the menu of a page in the sidebar. */
async function chooseFor(person: Person, title: string, action: string): Promise<void> {
  await person.sidebar.getByRole('link', { name: title }).hover()
  await person.sidebar.getByRole('button', { name: `Actions for ${title}` }).click()
  await person.page.getByRole('menuitem', { name: action }).click()
}

test('pages are made, listed in their order, opened, and each keeps its text', async ({ meet }) => {
  const alice = await meet('Alice')
  await alice.begin('Harbour', 'Text of the first.')
  await alice.newPage('Cranes')
  await alice.write('Text of the second.')
  await alice.newPage('Ropes')
  await expect(alice.pages).toHaveText(['Harbour', 'Cranes', 'Ropes'])
  await alice.openPage('Harbour')
  await expect(alice.body).toHaveText('Text of the first.')
  await alice.openPage('Cranes')
  await expect(alice.body).toHaveText('Text of the second.')
  await expect(alice.status).toHaveText('Saved on this device')

  await alice.page.reload()
  await expect(alice.pages).toHaveText(['Harbour', 'Cranes', 'Ropes'])
  await expect(alice.title).toHaveValue('Cranes')
  await expect(alice.body).toHaveText('Text of the second.')
})

test('a page is renamed where it is written, in the sidebar and from its menu', async ({ meet }) => {
  const alice = await meet('Alice')
  await alice.begin('Draft')
  await alice.title.fill('Second draft')
  await expect(alice.pages).toHaveText(['Second draft'])

  await chooseFor(alice, 'Second draft', 'Rename')
  const renamed = alice.sidebar.getByRole('textbox', { name: 'Title' })
  await renamed.fill('Third draft')
  await renamed.press('Enter')
  await expect(alice.pages).toHaveText(['Third draft'])

  await alice.choose('Rename')
  await alice.dialog.getByRole('textbox', { name: 'Title' }).fill('Final')
  await alice.dialog.getByRole('button', { name: 'Rename' }).click()
  await expect(alice.title).toHaveValue('Final')
  await expect(alice.page.getByRole('heading', { name: 'Final' })).toBeVisible()
  await alice.page.reload()
  await expect(alice.title).toHaveValue('Final')
})

test('the trash gives back what was thrown away', async ({ meet }) => {
  const alice = await meet('Alice')
  await alice.begin('Keep')
  await alice.newPage('Throw')
  await alice.write('Not for ever.')
  await alice.choose('Move to trash')
  await expect(alice.pages).toHaveText(['Keep'])
  await alice.page.getByRole('button', { name: 'Undo' }).click()
  await expect(alice.pages).toHaveText(['Keep', 'Throw'])

  await chooseFor(alice, 'Throw', 'Move to trash')
  await expect(alice.pages).toHaveText(['Keep'])
  await expect(alice.title).toHaveValue('Keep')
  await alice.page.reload()
  await alice.sidebar.getByRole('link', { name: 'Trash' }).click()
  await expect(alice.page.getByRole('main')).toContainText('Throw')
  await alice.page.getByRole('main').getByRole('button', { name: 'Restore' }).click()
  await expect(alice.page.getByRole('main')).toContainText('Nothing is in the trash.')
  await alice.openPage('Throw')
  await expect(alice.body).toHaveText('Not for ever.')
})

test('a second workspace has its own name and pages, and the first stays as it was', async ({ meet }) => {
  const alice = await meet('Alice')
  const menu = alice.sidebar.getByRole('button', { name: 'Workspaces' })
  await alice.begin('Minutes')
  await menu.click()
  await alice.page.getByRole('menuitem', { name: 'Rename this workspace' }).click()
  await alice.dialog.getByRole('textbox').fill('Harbour Desk')
  await alice.dialog.getByRole('button', { name: 'Rename' }).click()
  await expect(menu).toContainText('Harbour Desk')

  await menu.click()
  await alice.page.getByRole('menuitem', { name: 'New workspace' }).click()
  await expect(menu).toContainText('My workspace')
  await expect(alice.title).toHaveValue('')
  await alice.title.fill('Recipes')
  await expect(alice.pages).toHaveText(['Recipes'])

  await menu.click()
  await alice.page.getByRole('menuitem', { name: 'Harbour Desk' }).click()
  await expect(alice.pages).toHaveText(['Minutes'])
  await expect(alice.title).toHaveValue('Minutes')
  await alice.page.reload()
  await expect(menu).toContainText('Harbour Desk')
  await menu.click()
  await alice.page.getByRole('menuitem', { name: 'My workspace' }).click()
  await expect(alice.title).toHaveValue('Recipes')
})
