import { expect, test } from './journey'
import { bringTogether, type Person } from './person'
import { expectText } from './units'
import { farewells, overhear, topicsAnnounced } from './wire'

async function openPeople(person: Person): Promise<void> {
  await person.sidebar.getByRole('button', { name: 'Workspaces' }).click()
  await person.page.getByRole('menuitem', { name: 'People' }).click()
  await expect(person.dialog.getByRole('heading', { name: 'People' })).toBeVisible()
}

test('attack 41 K1 K5 R3 whoever is removed is turned away at the door and from the mesh, and the others write on under a key that they alone have', async ({
  meet,
}) => {
  const [alice, bob, carol] = [await meet('Alice'), await meet('Bob'), await meet('Carol')]
  const [alices, bobs] = [overhear(alice.page), overhear(bob.page)]
  await bringTogether(alice, bob, { title: 'Plans', text: 'For all.' })
  await carol.acceptInvitation(await alice.invite())
  await expect(carol.title).toBeEditable()
  await bob.status.click()
  await expect(bob.page.getByText(/2 direct connections/)).toBeVisible()

  await openPeople(alice)
  await alice.dialog.getByRole('button', { name: 'More about Bob' }).click()
  await alice.page.getByRole('menuitem', { name: 'Remove' }).click()
  await expect(alice.dialog).toContainText('New keys reach all 2 devices now.')
  await alice.dialog.getByRole('button', { name: 'Remove Bob' }).click()
  await alice.page.keyboard.press('Escape')
  await alice.write(' Alice goes on.')
  await expectText(carol, 'For all. Alice goes on.')
  await carol.write(' Carol too.')
  await expectText(alice, 'For all. Alice goes on. Carol too.')

  await expect(bob.page.getByText('Alice removed you from this workspace.')).toBeVisible()
  await expect.poll(() => farewells(bobs)).toContain('not-admitted')
  await expect(bob.page.getByText(/No direct connection/)).toBeVisible()
  await expect(bob.title).not.toBeEditable()
  await bob.page.reload()
  await expect(bob.page.getByText('Alice removed you from this workspace.')).toBeVisible()
  await expectText(bob, 'For all.')

  // the others' next mesh has a name that Bob cannot know
  await expect.poll(() => topicsAnnounced(alices).size, { timeout: 30_000 }).toBe(2)
  expect(topicsAnnounced(bobs).size).toBe(1)
  await carol.page.reload()
  await expectText(carol, 'For all. Alice goes on. Carol too.')
})
