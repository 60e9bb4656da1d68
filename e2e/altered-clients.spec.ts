import { alterClient } from './altered-client'
import { expect, test } from './journey'
import { PATIENCE } from './patience'
import { bringTogether, type Person } from './person'
import { expectText } from './units'

async function openPeople(person: Person): Promise<void> {
  await person.page.bringToFront()
  await person.sidebar.getByRole('button', { name: 'Workspaces' }).click()
  await person.page.getByRole('menuitem', { name: 'People' }).click()
  await expect(person.dialog.getByRole('heading', { name: 'People' })).toBeVisible()
}

async function giveRole(person: Person, name: string, role: string): Promise<void> {
  const select = person.dialog.getByRole('combobox', { name: `Role of ${name}` })
  await select.click()
  await person.page.getByRole('option', { name: role, exact: true }).click()
  await expect(select).toHaveText(role)
  await expect(person.page.getByRole('option')).toHaveCount(0)
}

async function remove(person: Person, name: string): Promise<void> {
  await person.dialog.getByRole('button', { name: `More about ${name}` }).click()
  await person.page.getByRole('menuitem', { name: 'Remove' }).click()
  await person.dialog.getByRole('button', { name: `Remove ${name}` }).click()
  // the list comes back once the decision is on the disk
  await expect(person.dialog.getByRole('list', { name: 'Members' })).toBeVisible()
}

const refusedOf = (person: Person, name: string) =>
  person.page.getByText(new RegExp(`changes? by ${name} did not pass the checks and had no effect`))

test('attack 30 M3 M4 two admins with altered clients remove each other, each cut off: both stay, and all three see the same', async ({
  meet,
}) => {
  const alice = await meet('Alice', { udp: false })
  const admins = [await meet('Bob', { udp: false }), await meet('Carol', { udp: false })] as const
  const [bob, carol] = admins
  const areAltered = [
    await alterClient(bob.context, 'removes whomever it likes'),
    await alterClient(carol.context, 'removes whomever it likes'),
  ]
  await bringTogether(alice, bob, { title: 'Plans', text: 'First.' })
  await carol.acceptInvitation(await alice.invite())
  await expect(carol.title).toBeEditable()
  for (const isAltered of areAltered) await isAltered()
  await openPeople(alice)
  await giveRole(alice, 'Bob', 'Manage')
  await giveRole(alice, 'Carol', 'Manage')
  for (const admin of admins) {
    await openPeople(admin)
    for (const name of ['Bob', 'Carol'])
      await expect(admin.dialog.getByRole('listitem').filter({ hasText: name })).toContainText('admin')
  }

  for (const { context } of admins) await context.setOffline(true)
  await remove(bob, 'Carol')
  await remove(carol, 'Bob')
  for (const { context } of admins) await context.setOffline(false)

  await expect(refusedOf(bob, 'Carol')).toBeVisible()
  await expect(refusedOf(carol, 'Bob')).toBeVisible()
  for (const { name } of admins) await expect(refusedOf(alice, name)).toBeVisible()
  for (const person of [alice, bob, carol]) {
    for (const name of ['Bob', 'Carol'])
      await expect(person.dialog.getByRole('listitem').filter({ hasText: name })).toContainText('admin')
    await expect(person.dialog.getByRole('button', { name: /former member/ })).toHaveCount(0)
    await person.leaveDialog()
  }
  await bob.write(' Bob is here.')
  await expectText(carol, 'First. Bob is here.')
  await carol.write(' Carol, too.')
  for (const person of [alice, bob, carol]) await expectText(person, 'First. Bob is here. Carol, too.')
})

test('attack 40 E5 E8 W3 what a reader’s or commenter’s altered client writes is refused by all, through the relay and from peer to peer, and so is what is dated before a demotion', async ({
  meet,
}) => {
  const [alice, bob] = [await meet('Alice'), await meet('Bob')]
  const mallory = await meet('Mallory', { udp: false })
  const isAltered = await alterClient(mallory.context, 'writes whatever its role is')
  await bringTogether(alice, bob, { title: 'Plans', text: 'First.' })
  await alice.newPage('Notes')
  await alice.newPage('Ideas')
  await mallory.acceptInvitation(await alice.invite({ role: 'Read' }))
  await expect(mallory.sidebar.getByRole('link', { name: 'Ideas' })).toBeVisible()
  await isAltered()
  // Bob hears of Mallory, who knows no way but the relay, from Alice alone
  await bob.page.routeWebSocket(/\/sync$/, (socket) => socket.close())
  await bob.page.reload()
  await expect(bob.page.getByRole('list', { name: 'Here now' })).toBeVisible({ timeout: PATIENCE.directLink })
  const honest = [alice, bob]

  await mallory.openPage('Plans')
  await expectText(mallory, 'First.')
  await mallory.write(' Forged.')
  await expectText(mallory, 'First. Forged.')
  for (const person of honest) {
    await expect(refusedOf(person, 'Mallory')).toBeVisible()
    await person.page.getByRole('button', { name: 'Dismiss' }).click()
    await person.openPage('Plans')
    await expectText(person, 'First.')
  }

  await openPeople(alice)
  await giveRole(alice, 'Mallory', 'Write')
  await openPeople(mallory)
  const own = mallory.dialog.getByRole('listitem').filter({ hasText: '(you)' })
  await expect(own).toContainText('writer')
  await mallory.leaveDialog()
  await mallory.openPage('Ideas')
  await mallory.write('True.')
  await bob.openPage('Ideas')
  await expectText(bob, 'True.')
  await mallory.context.setOffline(true)
  await giveRole(alice, 'Mallory', 'Comment')
  await alice.leaveDialog()
  await alice.openPage('Ideas')
  await mallory.write(' Late.')
  await expectText(mallory, 'True. Late.')
  await mallory.context.setOffline(false)
  for (const { page } of honest) await expect(page.getByText(/edits? by Mallory came too late to count/)).toBeVisible()
  for (const person of honest) await expectText(person, 'True.')

  await openPeople(mallory)
  await expect(own).toContainText('commenter')
  await mallory.leaveDialog()
  await mallory.openPage('Notes')
  await mallory.write('Forged.')
  await expectText(mallory, 'Forged.')
  for (const person of honest) {
    await expect(refusedOf(person, 'Mallory')).toBeVisible()
    await person.openPage('Notes')
    await expectText(person, '')
  }
})
