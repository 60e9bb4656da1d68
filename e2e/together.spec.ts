import { expect, test } from './journey'
import { PATIENCE } from './patience'
import { bringTogether, type Person } from './person'
import { expectText, expectUnits, expectUnitsForAll, units } from './units'

/** From the next load on no WebSocket to `/sync` reaches the relay; tells how many were tried. */
async function refuseSync(person: Person): Promise<() => number> {
  let tried = 0
  await person.page.routeWebSocket(/\/sync$/, (socket) => {
    tried++
    socket.close()
  })
  return () => tried
}

/** Each sees the other's caret, with a name. */
async function expectCarets(first: Person, second: Person): Promise<void> {
  await expect(first.body.getByText(second.name, { exact: true })).toBeVisible()
  await expect(second.body.getByText(first.name, { exact: true })).toBeVisible()
}

test('two people write at the same moment and see each other do it', { tag: '@firefox' }, async ({ meet }) => {
  const alice = await meet('Alice')
  const bob = await meet('Bob', { engine: 'chromium' })
  await bringTogether(alice, bob, { title: 'Plans', text: units('a', 1, 5) })
  await expect(alice.page.getByRole('list', { name: 'Here now' }).getByText('B')).toBeVisible()
  await expect(bob.page.getByRole('list', { name: 'Here now' }).getByText('A')).toBeVisible()
  await alice.write('\n')
  await bob.write(`\n${units('b', 1, 1)}`)
  await expectUnits(alice, units('a', 1, 5), units('b', 1, 1))
  await alice.page.keyboard.press('ArrowUp')
  await Promise.all([alice.page.keyboard.type(units('a', 6, 30)), bob.page.keyboard.type(units('b', 2, 30))])
  await expectCarets(alice, bob)
  await expectUnitsForAll([alice, bob], units('a', 1, 30), units('b', 1, 30))
  expect(await alice.text()).toBe(await bob.text())
})

test('text, titles and the list of pages are shared letter by letter, and undo takes back one’s own edits alone', async ({
  meet,
}) => {
  const alice = await meet('Alice')
  const bob = await meet('Bob')
  await bringTogether(alice, bob, { title: 'Plans', text: 'Ours.\n' })
  // of what is typed slowly one undo takes back a part; what comes at once is one step
  await bob.write('')
  await bob.page.keyboard.insertText('Bob’s line.')
  await expectText(alice, 'Ours.\nBob’s line.')
  await alice.body.press('ControlOrMeta+Home')
  await alice.body.press('End')
  await alice.page.keyboard.insertText(' Mine.')
  await expectText(bob, 'Ours. Mine.\nBob’s line.')
  await bob.body.click()
  await alice.body.press('ControlOrMeta+z')
  await expectText(alice, 'Ours.\nBob’s line.')
  await expectText(bob, 'Ours.\nBob’s line.')
  await alice.body.press('ControlOrMeta+Shift+z')
  await expectText(bob, 'Ours. Mine.\nBob’s line.')
  await bob.body.press('ControlOrMeta+z')
  await expectText(alice, 'Ours. Mine.\n')

  await bob.title.press('End')
  await bob.page.keyboard.type(' for May')
  await expect(alice.title).toHaveValue('Plans for May')
  await alice.newPage('Costs')
  await expect(bob.pages).toHaveText(['Plans for May', 'Costs'])
  await expect(bob.page.getByRole('img', { name: 'Alice is here' })).toBeVisible()
  await bob.openPage('Costs')
  await bob.write('Ten.')
  await expectText(alice, 'Ten.')
  await alice.choose('Move to trash')
  await expect(bob.page.getByRole('main')).toContainText('This page is in the trash.')
  await bob.page.getByRole('main').getByRole('button', { name: 'Restore' }).click()
  await expect(alice.pages).toHaveText(['Plans for May', 'Costs'])
})

test('with /sync refused edits and carets still arrive, browser to browser', async ({ meet }) => {
  const alice = await meet('Alice')
  const bob = await meet('Bob')
  await bringTogether(alice, bob, { title: 'Plans', text: units('a', 1, 3) })
  const tried: (() => number)[] = []
  for (const person of [alice, bob]) {
    tried.push(await refuseSync(person))
    await person.page.reload()
    await expectUnits(person, units('a', 1, 3))
  }
  await expect(alice.page.getByRole('list', { name: 'Here now' })).toBeVisible({ timeout: PATIENCE.directLink })
  await alice.write(`\n${units('a', 4, 20)}`)
  await bob.write(`\n${units('b', 1, 20)}`)
  await expectCarets(alice, bob)
  await bob.status.click()
  await expect(bob.dialog).toContainText('1 direct connection', { timeout: PATIENCE.directLink })
  await bob.leaveDialog()
  await expectUnitsForAll([alice, bob], units('a', 1, 20), units('b', 1, 20))
  for (const times of tried) expect(times()).toBeGreaterThan(0)
})

test('with UDP forbidden edits and carets arrive by relay', async ({ meet }) => {
  const alice = await meet('Alice')
  const bob = await meet('Bob', { udp: false })
  await bringTogether(alice, bob, { title: 'Plans', text: units('a', 1, 3) })
  await alice.write(`\n${units('a', 4, 20)}`)
  await bob.write(`\n${units('b', 1, 20)}`)
  await expectCarets(alice, bob)
  await expectUnitsForAll([alice, bob], units('a', 1, 20), units('b', 1, 20))
  await bob.status.click()
  await expect(bob.dialog).toContainText('No direct connection; the relay answers.')
})
