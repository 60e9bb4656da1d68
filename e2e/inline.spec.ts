import { expectAccessible } from './accessibility'
import { expect, test } from './journey'

test('a page speaks of another page, of a person and of the weather, all by keys', async ({ meet }) => {
  const alice = await meet('Alice')
  const { page, body, title } = alice
  const { keyboard } = page
  const choices = page.getByRole('listbox', { name: 'People and pages' })

  await alice.begin('Harbour plan', 'The first page.')
  await expect(alice.status).toHaveText('Saved on this device')
  await alice.newPage('Notes')
  await keyboard.press('Enter')
  await expect(body).toBeFocused()
  await keyboard.type('See @harb')
  await expect(choices.getByRole('option')).toHaveText(['Harbour plan'])
  await expectAccessible(page)
  await keyboard.press('Enter')
  await expect(choices).toBeHidden()
  const mention = body.getByRole('link', { name: 'Harbour plan' })
  await expect(mention).toBeVisible()
  await keyboard.type('in the :sunn')
  await expect(page.getByRole('listbox', { name: 'Emoji' }).getByRole('option').first()).toHaveText(/sunny/)
  await keyboard.press('Tab')
  await expect(body).toHaveText('See Harbour plan in the ☀️')
  await expect(alice.status).toHaveText('Saved on this device')

  await keyboard.press('Home')
  for (const _ of 'See ') await keyboard.press('ArrowRight')
  await keyboard.press('ArrowRight')
  await expect(mention).toHaveClass(/ProseMirror-selectednode/)
  await keyboard.press('Enter')
  await expect(title).toHaveValue('Harbour plan')
  await title.fill('Harbour map')
  const asks = page.getByRole('button', { name: 'Pages that mention this one' })
  await asks.press('Enter')
  const from = page.getByRole('region', { name: 'Pages that mention this one' }).getByRole('link')
  await expect(from).toHaveText('NotesSee Harbour map in the ☀️')
  await expectAccessible(page)
  await from.press('Enter')
  await expect(title).toHaveValue('Notes')
  await expect(body).toHaveText('See Harbour map in the ☀️')
})
