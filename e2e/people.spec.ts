import { expectAccessible } from './accessibility'
import { expect, test } from './journey'
import { bringTogether, goOffline, type Person } from './person'
import { expectText } from './units'

test.use({ offlineCopy: true })

/** Opens the People dialog by keyboard from the workspace menu. */
async function openPeople(person: Person): Promise<void> {
  await person.page.bringToFront()
  await person.sidebar.getByRole('button', { name: 'Workspaces' }).focus()
  await person.page.keyboard.press('Enter')
  await person.page.getByRole('menuitem', { name: 'People' }).press('Enter')
  await expect(person.dialog.getByRole('heading', { name: 'People' })).toBeVisible()
}

/** Chooses an action about somebody by keyboard. */
async function chooseAbout(person: Person, name: string, action: string): Promise<void> {
  await person.dialog.getByRole('button', { name: `More about ${name}` }).press('Enter')
  await person.page.getByRole('menuitem', { name: action }).press('Enter')
}

async function giveRole(person: Person, name: string, role: string): Promise<void> {
  const select = person.dialog.getByRole('combobox', { name: `Role of ${name}` })
  await select.press('Enter')
  await person.page.getByRole('option', { name: role, exact: true }).click()
  await expect(select).toHaveText(role)
  await expect(person.page.getByRole('option')).toHaveCount(0)
}

test('M3 roles change, somebody is removed and somebody leaves, by keyboard, and each sees what became of them', {
  tag: '@firefox',
}, async ({ meet }) => {
  const alice = await meet('Alice')
  const bob = await meet('Bob')
  await bringTogether(alice, bob, { title: 'Plans', text: 'First.' })

  await openPeople(alice)
  const row = alice.dialog.getByRole('list', { name: 'Members' }).getByRole('listitem').filter({ hasText: 'Bob' })
  await expect(row).toContainText('writer, 1 device')
  await expectAccessible(alice.page)
  await giveRole(alice, 'Bob', 'Read')
  await expect(bob.page.getByText('You can read this page. An admin can let you write.')).toBeVisible()
  await expect(bob.title).not.toBeEditable()
  await giveRole(alice, 'Bob', 'Manage')
  await expect(bob.title).toBeEditable()

  await chooseAbout(alice, 'Bob', 'Remove')
  await expect(alice.dialog).toContainText(
    'Bob loses access to everything written from now on. Bob keeps what is already on their device.',
  )
  await expect(alice.dialog.getByRole('button', { name: 'Keep Bob' })).toBeFocused()
  await expectAccessible(alice.page)
  await alice.page.keyboard.press('Enter')
  await expect(row).toBeVisible()

  await alice.leaveDialog()
  await expect(alice.sidebar.getByRole('button', { name: 'Workspaces' })).toBeFocused()
  const carol = await meet('Carol')
  await carol.acceptInvitation(await alice.invite({ worksOnce: false }))
  await expect(carol.title).toHaveValue('Plans')
  await openPeople(alice)
  await chooseAbout(alice, 'Bob', 'Remove')
  await expect(alice.dialog).toContainText('This invitation ends, too')
  await alice.dialog.getByRole('button', { name: 'Remove Bob' }).press('Enter')
  await expect(alice.dialog.getByRole('button', { name: '1 former member' })).toBeVisible()
  await expect(bob.page.getByText('Alice removed you from this workspace.')).toBeVisible()
  await expect(bob.status).toHaveText('Not in this workspace')
  await expect(bob.page.getByRole('button', { name: 'Share' })).toHaveCount(0)
  await expectAccessible(bob.page)
  await alice.leaveDialog()
  await alice.write(' Second.')
  await expectText(carol, 'First. Second.')
  await expectText(bob, 'First.')

  await bob.acceptInvitation(await alice.invite())
  await expect(bob.title).toBeEditable()
  await expectText(bob, 'First. Second.')

  await openPeople(carol)
  await carol.dialog.getByRole('button', { name: 'Leave this workspace' }).press('Enter')
  await expect(carol.dialog).toContainText('You lose access to everything written from now on.')
  await carol.dialog.getByRole('button', { name: 'Leave', exact: true }).press('Enter')
  await expect(carol.page.getByText('You left this workspace.')).toBeVisible()
  await openPeople(alice)
  await alice.dialog.getByRole('button', { name: '2 former members' }).press('Enter')
  const former = alice.dialog.getByRole('list', { name: 'Former members' }).getByRole('listitem')
  await expect(former.filter({ hasText: 'Bob' })).toContainText('removed by you, ')
  await expect(former.filter({ hasText: 'Carol' })).toContainText('left, ')
  await expectAccessible(alice.page)
  await chooseAbout(alice, 'Carol', 'Remove')
  await expect(alice.dialog).toContainText('Carol left already.')
  await alice.dialog.getByRole('button', { name: 'Remove Carol' }).press('Enter')
  await alice.dialog.getByRole('button', { name: '2 former members' }).press('Enter')
  await expect(former.filter({ hasText: 'Carol' })).toContainText('removed by you, ')
})

test('M3 M4 an admin decides nothing about another, and what one does who is demoted meanwhile is undone: each is told', async ({
  meet,
}) => {
  const [alice, bob, carol] = [await meet('Alice'), await meet('Bob'), await meet('Carol')]
  await bringTogether(alice, bob, { title: 'Plans', text: 'First.' })
  await carol.acceptInvitation(await alice.invite())
  await expect(carol.title).toBeEditable()
  await openPeople(alice)
  await giveRole(alice, 'Bob', 'Manage')
  await giveRole(alice, 'Carol', 'Manage')
  await openPeople(bob)
  await expect(bob.dialog).toContainText('About admins only the owner does.')
  await expect(bob.dialog.getByRole('button', { name: /^More about/ })).toHaveCount(0)
  await giveRole(alice, 'Carol', 'Write')
  await expect(bob.dialog.getByRole('button', { name: 'More about Carol' })).toBeVisible()

  await goOffline(bob)
  await openPeople(bob)
  await chooseAbout(bob, 'Carol', 'Remove')
  await bob.dialog.getByRole('button', { name: 'Remove Carol' }).press('Enter')
  await bob.dialog.getByRole('button', { name: '1 former member' }).press('Enter')
  await expect(bob.dialog).toContainText('removed by you, ')
  await bob.leaveDialog()
  await giveRole(alice, 'Bob', 'Write')
  await alice.leaveDialog()
  await bob.context.setOffline(false)

  await expect(
    bob.page.getByText('Carol is still here: when you removed them, your right to had ended already'),
  ).toBeVisible()
  await expect(
    alice.page.getByText('Carol is still here: Bob removed them, with a right that ended at the same moment.'),
  ).toBeVisible()
  await expect(alice.page.getByRole('button', { name: 'Remove Carol' })).toBeVisible()
  await expectAccessible(bob.page)
  await carol.write(' Still here.')
  await expectText(alice, 'First. Still here.')
  await alice.write(' Good.')
  for (const person of [alice, bob, carol]) await expectText(person, 'First. Still here. Good.')
  await alice.page.getByRole('button', { name: 'People', exact: true }).first().click()
  await expect(alice.dialog.getByRole('listitem').filter({ hasText: 'Bob' })).toContainText('writer')
  await expect(alice.dialog.getByRole('button', { name: /former member/ })).toHaveCount(0)
  await alice.leaveDialog()
  await alice.page.getByRole('button', { name: 'Remove Carol' }).press('Enter')
  await expect(carol.page.getByText('Alice removed you from this workspace.')).toBeVisible()
  await expect(alice.page.getByText('Carol is still here')).toHaveCount(0)
})

test('a workspace is handed to an admin, and one identity is in several workspaces', async ({ meet }) => {
  const alice = await meet('Alice')
  const bob = await meet('Bob')
  await bob.begin('Bob’s own')
  await alice.begin('Plans')
  await bob.acceptInvitation(await alice.invite())
  await expect(bob.title).toHaveValue('Plans')

  await openPeople(alice)
  await openPeople(bob)
  await expect(bob.dialog.getByRole('button', { name: 'Rules and keys' })).toHaveCount(0)
  await expect(bob.dialog.getByRole('button', { name: 'Invite somebody' })).toHaveCount(0)
  await alice.page.bringToFront()
  await alice.dialog.getByRole('button', { name: 'Rules and keys' }).press('Enter')
  await alice.dialog.getByRole('switch', { name: 'Writers may invite' }).press('Space')
  await expect(bob.dialog.getByRole('button', { name: 'Invite somebody' })).toBeVisible()
  await expectAccessible(alice.page)
  await bob.leaveDialog()
  await giveRole(alice, 'Bob', 'Manage')
  await chooseAbout(alice, 'Bob', 'Make the owner')
  await expect(alice.dialog).toContainText('You stay as an admin, and cannot take it back by yourself.')
  await expectAccessible(alice.page)
  await alice.dialog.getByRole('button', { name: 'Hand over to Bob' }).press('Enter')
  await expect(alice.dialog.getByRole('listitem').filter({ hasText: 'Bob' })).toContainText('owner')
  await expect(alice.dialog.getByRole('button', { name: 'Leave this workspace' })).toBeVisible()

  await alice.dialog.getByRole('button', { name: 'Rules and keys' }).press('Enter')
  await expect(alice.dialog.getByRole('button', { name: 'New keys now' })).toBeVisible()
  await expect(alice.dialog.getByRole('switch')).toHaveCount(0)
  await alice.dialog.getByRole('button', { name: 'New keys now' }).press('Enter')
  await expect(alice.dialog.getByRole('button', { name: 'Keep the keys' })).toBeFocused()
  await alice.dialog.getByRole('button', { name: 'Make new keys' }).press('Enter')
  await expect(alice.page.getByText('New keys are made.')).toBeVisible()

  await openPeople(bob)
  await expect(bob.dialog.getByRole('listitem').filter({ hasText: 'Alice' })).toContainText('admin')
  await expect(bob.dialog.getByRole('listitem').filter({ hasText: '(you)' })).toContainText('owner')
  await bob.leaveDialog()
  await bob.sidebar.getByRole('button', { name: 'Workspaces' }).click()
  await bob.page
    .getByRole('menuitemcheckbox')
    .or(bob.page.getByRole('menuitem', { name: 'My workspace' }))
    .first()
    .click()
  await expect(bob.title).toHaveValue('Bob’s own')
  await openPeople(bob)
  await expect(bob.dialog.getByRole('list', { name: 'Members' }).getByRole('listitem')).toHaveCount(1)
})
