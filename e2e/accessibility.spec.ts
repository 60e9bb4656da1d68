import { expectAccessible } from './accessibility'
import { expect, test } from './journey'

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing on any screen by ${colorScheme === 'light' ? 'day' : 'night'}`, async ({ meet }) => {
    const alice = await meet('Alice', { colorScheme })
    await alice.open()
    await expectAccessible(alice.page)
    await alice.begin('Screens')
    await alice.write('# Heading\n[ ] A task\n')
    await alice.page.keyboard.press('Enter')
    await alice.write('> A quote with **bold** words')
    await alice.page.keyboard.press('Shift+Home')
    await expect(alice.page.getByRole('toolbar', { name: 'Formatting' })).toBeVisible()
    await expectAccessible(alice.page)

    const dialog = await alice.share()
    await expectAccessible(alice.page)
    await dialog.getByRole('button', { name: 'Create link' }).click()
    await expect(dialog.getByRole('img', { name: 'QR code of the link' })).toBeVisible()
    await expectAccessible(alice.page)
    await alice.page.keyboard.press('Escape')

    const bob = await meet('Bob', { colorScheme })
    const link = await alice.invite()
    await bob.page.goto(link)
    await expect(bob.page.getByRole('button', { name: /^Open / })).toBeVisible()
    await expectAccessible(bob.page)
    await bob.acceptInvitation(link)
    await expect(bob.title).toHaveValue('Screens')
    await expect(alice.page.getByRole('list', { name: 'Here now' })).toBeVisible()
    await alice.status.click()
    await expect(alice.dialog).toContainText('Bob')
    await expectAccessible(alice.page)
    await alice.page.keyboard.press('Escape')

    await alice.sidebar.getByRole('button', { name: 'Workspaces' }).click()
    await expectAccessible(alice.page)
    await alice.page.keyboard.press('Escape')
    await alice.choose('Move to trash')
    await alice.sidebar.getByRole('link', { name: 'Trash' }).click()
    await expect(alice.page.getByRole('button', { name: 'Restore' })).toBeVisible()
    await expectAccessible(alice.page)
    await bob.page.goto(`${new URL(bob.page.url()).origin}/join/`)
    await expect(bob.page.getByRole('heading', { name: 'No invitation here' })).toBeVisible()
    await expectAccessible(bob.page)
  })
}
