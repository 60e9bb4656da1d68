import { expect, test } from './journey'
import { PATIENCE } from './patience'
import { bringTogether, type Person } from './person'
import { expectText } from './units'
import { farewells, overhear, topicsAnnounced } from './wire'

test.use({ offlineCopy: true })

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
  await expect(bob.page.getByText(/2 direct connections/)).toBeVisible({ timeout: PATIENCE.directLink })

  await openPeople(alice)
  await alice.dialog.getByRole('button', { name: 'More about Bob' }).click()
  await alice.page.getByRole('menuitem', { name: 'Remove' }).click()
  await expect(alice.dialog).toContainText('New keys reach all 2 devices now.')
  await alice.dialog.getByRole('button', { name: 'Remove Bob' }).click()
  await expect(alice.dialog.getByRole('button', { name: '1 former member' })).toBeVisible()
  await alice.leaveDialog()
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
  await expect.poll(() => topicsAnnounced(alices).size, { timeout: PATIENCE.nextMesh }).toBe(2)
  expect(topicsAnnounced(bobs).size).toBe(1)
  await carol.page.reload()
  await expectText(carol, 'For all. Alice goes on. Carol too.')
})

/** Characters that stand for themselves: whatever an edit is cut into, each is whole. */
const SIGNS = Array.from({ length: 3000 }, (_, i) => String.fromCodePoint(0x4e00 + i))
const signsIn = (text: string): string => [...text].filter((sign) => SIGNS.includes(sign)).join('')

/** Collects every sign that ever stood on the page, from now on. */
async function noteSigns(person: Person): Promise<() => Promise<string>> {
  await person.body.evaluate((body) => {
    const seen = new Set<string>()
    Object.assign(globalThis, { seen })
    const look = () => {
      for (const sign of document.querySelector('[aria-label="Page"]')?.textContent ?? '') seen.add(sign)
    }
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true })
    look()
    return body.isConnected
  })
  return async () =>
    signsIn(await person.page.evaluate(() => [...(globalThis as unknown as { seen: Set<string> }).seen].join('')))
}

test('E5 W3 a role changes while both type: the demoted one’s page turns read-only, and nothing typed is lost', async ({
  meet,
}) => {
  const [alice, bob] = [await meet('Alice'), await meet('Bob')]
  await bringTogether(alice, bob, { title: 'Plans', text: 'his' })
  await alice.write(' ')
  await alice.page.keyboard.press('Enter')
  await alice.page.keyboard.type('hers ')
  await expectText(bob, 'his \nhers ')
  const office = await alice.nextTab()
  await office.open(alice.page.url())
  await openPeople(office)
  const role = office.dialog.getByRole('combobox', { name: 'Role of Bob' })
  const give = async (wanted: string) => {
    await role.click()
    await office.page.getByRole('option', { name: wanted, exact: true }).click()
    await expect(role).toHaveText(wanted)
  }
  await bob.body.getByText('his').click()
  await bob.page.keyboard.press('End')
  const typed = await noteSigns(bob)

  let keys = 0
  let mayRest = false
  const bobs = (async () => {
    for (; !mayRest; keys++) await bob.page.keyboard.type(SIGNS[keys] ?? '', { delay: 20 })
  })()
  await expect.poll(async () => signsIn(await alice.text()).length).toBeGreaterThan(5)
  await Promise.all([alice.page.keyboard.type('and hers goes on', { delay: 20 }), give('Read')])
  await expect(bob.page.getByText('You can read this page. An admin can let you write.')).toBeVisible()
  const keysUntilThen = keys
  await expect.poll(() => keys).toBeGreaterThan(keysUntilThen + 5)
  mayRest = true
  await bobs
  const his = await typed()
  expect(his.length).toBeGreaterThan(5)
  expect(his.length).toBeLessThan(keys)
  await expect.poll(async () => (await alice.text()).endsWith('hers and hers goes on')).toBe(true)

  await give('Write')
  await expect(bob.title).toBeEditable()
  await bob.write(' on')
  await expect.poll(async () => (await alice.text()).endsWith('goes on on')).toBe(true)
  await office.leaveDialog()
  const look = office.page.getByRole('button', { name: 'Look' })
  const lost = async () => {
    if ((await office.dialog.count()) === 0 && (await look.isVisible())) await look.click()
    const shown = [await alice.text(), ...(await office.dialog.allInnerTexts())].join('')
    return [...his].filter((sign) => !shown.includes(sign)).join('')
  }
  await expect.poll(lost).toBe('')
  const page = signsIn(await alice.text())
  expect(new Set(page).size).toBe(page.length)
})
