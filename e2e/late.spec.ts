import { expectAccessible } from './accessibility'
import { expect, test } from './journey'
import { bringTogether, goOffline, type Person } from './person'
import { expectUnits, expectUnitsForAll, units } from './units'

test.use({ offlineCopy: true })

async function remove(person: Person, name: string): Promise<void> {
  await person.sidebar.getByRole('button', { name: 'Workspaces' }).click()
  await person.page.getByRole('menuitem', { name: 'People' }).click()
  await person.dialog.getByRole('button', { name: `More about ${name}` }).click()
  await person.page.getByRole('menuitem', { name: 'Remove' }).click()
  await person.dialog.getByRole('button', { name: `Remove ${name}` }).click()
  await expect(person.dialog.getByRole('button', { name: '1 former member' })).toBeVisible()
  await person.leaveDialog()
}

test('attack 37 W2 what a member wrote offline, who was removed meanwhile, is held back until one click keeps it', async ({
  meet,
}) => {
  const alice = await meet('Alice')
  const bob = await meet('Bob')
  const carol = await meet('Carol')
  await bringTogether(alice, bob, { title: 'Plans', text: units('a', 1, 5) })
  await carol.acceptInvitation(await alice.invite())
  for (const person of [bob, carol]) await expectUnits(person, units('a', 1, 5))

  await goOffline(bob)
  await bob.write(`\n${units('b', 1, 20)}`)
  await expect(bob.status).toHaveText(/^Offline, \d+ edits? waiting$/)
  await remove(alice, 'Bob')
  await carol.write(`\n${units('c', 1, 3)}`)
  await bob.context.setOffline(false)

  await expect(bob.page.getByText('Alice removed you from this workspace.')).toBeVisible()
  await expect(
    bob.page.getByText(/edits? of yours reached the others after your right to write had ended/),
  ).toBeVisible()
  await expectUnits(bob, units('a', 1, 5))
  const card = alice.page.getByText(/edits? by Bob came too late to count/)
  await expect(card).toBeVisible()
  await expectUnitsForAll([alice, carol], units('a', 1, 5), units('c', 1, 3))

  await expect(card).toBeVisible()
  // of several windows of one Firefox only the front one hears keys
  await alice.page.bringToFront()
  await alice.page.getByRole('button', { name: 'Look' }).click()
  const line = alice.dialog.getByRole('listitem').filter({ hasText: 'Bob' })
  await expect(line).toContainText('In Plans')
  await expect(line).toContainText('b1 b2 b3')
  await expect(line).toContainText('b20')
  await expectAccessible(alice.page)
  await line.getByRole('button', { name: 'Keep' }).press('Enter')
  await expect(alice.dialog).toHaveCount(0)
  await expectUnitsForAll([alice, carol], units('a', 1, 5), units('c', 1, 3), units('b', 1, 20))
  await expect(card).toHaveCount(0)
})
