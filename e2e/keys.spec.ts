import { expect, test } from './journey'
import { bringTogether, type Person } from './person'
import { expectText } from './units'
import { farewells, overhear, topicsAnnounced } from './wire'

async function openPeople(person: Person): Promise<void> {
  await person.sidebar.getByRole('button', { name: 'Workspaces' }).click()
  await person.page.getByRole('menuitem', { name: 'People' }).click()
  await expect(person.dialog.getByRole('heading', { name: 'People' })).toBeVisible()
}

async function giveRole(person: Person, name: string, role: string): Promise<void> {
  const select = person.dialog.getByRole('combobox', { name: `Role of ${name}` })
  await select.click()
  await person.page.getByRole('option', { name: role, exact: true }).click()
  await expect(select).toHaveText(role)
}

/** Numbers of the units with this letter, the lowest first. */
const unitsOf = (letter: string, text: string): readonly number[] =>
  [...text.matchAll(new RegExp(`\\b${letter}(\\d+)\\b`, 'g'))].map(([, number]) => Number(number)).sort((a, b) => a - b)

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

test('E5 W3 a role changes while both type: the demoted one’s page turns read-only, and nothing typed is lost', async ({
  meet,
}) => {
  const [alice, bob] = [await meet('Alice'), await meet('Bob')]
  await bringTogether(alice, bob, { title: 'Plans' })
  const office = await alice.nextTab()
  await office.open(alice.page.url())
  await openPeople(office)
  await alice.newPage('Numbers')
  await bob.openPage('Numbers')
  await alice.write('his ')
  await alice.page.keyboard.press('Enter')
  await alice.page.keyboard.type('hers ')
  await expectText(bob, 'his \nhers ')

  const typing = (async () => {
    await bob.body.getByText('his').click()
    await bob.page.keyboard.press('End')
    for (let number = 1; number <= 60; number++) await bob.page.keyboard.type(`b${number} `, { delay: 5 })
  })()
  const alices = alice.write('a1 a2 a3 a4 a5 a6 a7 a8 a9 ')
  await expect.poll(async () => unitsOf('b', await alice.text()).length).toBeGreaterThan(5)
  await giveRole(office, 'Bob', 'Read')
  await expect(bob.page.getByText('You can read this page. An admin can let you write.')).toBeVisible()
  await Promise.all([typing, alices])
  const seen = unitsOf('b', await bob.text()).length
  expect(seen).toBeGreaterThan(5)
  expect(seen).toBeLessThan(60)

  await giveRole(office, 'Bob', 'Write')
  await expect(bob.title).toBeEditable()
  const look = alice.page.getByRole('button', { name: 'Look' })
  const keep = alice.dialog.getByRole('button', { name: 'Keep the edits by Bob' })
  const everything = async () => {
    if (await look.isVisible()) await look.click()
    if (await keep.isVisible()) await keep.click()
    const [hers, his] = [await alice.text(), await bob.text()]
    const [b, same] = [unitsOf('b', hers), unitsOf('b', his)]
    return {
      alike: hers === his,
      whole: [...new Set(b)].every((number, i) => number === i + 1),
      enough: b.length >= seen,
      same: same.length === b.length,
      a: unitsOf('a', hers).length,
    }
  }
  await expect
    .poll(everything, { timeout: 30_000 })
    .toEqual({ alike: true, whole: true, enough: true, same: true, a: 9 })
})
