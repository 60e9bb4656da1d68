import { expectAccessible } from './accessibility'
import { expect, test } from './journey'
import { PATIENCE } from './patience'
import { appIsKept, bringTogether, type Person } from './person'
import { startRelayProcess } from './relay-process'
import { expectUnitsForAll, units } from './units'

async function lookAtConnections(person: Person): Promise<void> {
  await person.status.click()
  await person.dialog.getByRole('button', { name: 'Connections' }).click()
  await expect(person.page.getByRole('dialog', { name: 'Connections' })).toBeVisible()
}

const road = (person: Person, name: string) =>
  person.dialog.getByRole('listitem').filter({ has: person.page.getByRole('heading', { name }) })

/** By keys alone; so soon no summaries are there. */
async function makeRoom({ page, dialog }: Person, relay: string): Promise<void> {
  const button = dialog.getByRole('button', { name: `Make room: ${relay}` })
  await button.press('Enter')
  await expect(dialog).toContainText('It cannot be taken back.')
  await expect(dialog.getByRole('button', { name: 'Leave it as it is' })).toBeFocused()
  await expectAccessible(page)
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(dialog.getByRole('status')).toContainText('Nothing can go yet: the relay has no summaries so far.')
  await expect(dialog.getByRole('button', { name: 'Done' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(button).toBeFocused()
}

test.use({ offlineCopy: true })

test('with addresses hidden and the page’s relay gone, edits go by the relay that the owner added', async ({
  meet,
  relay,
}) => {
  const second = await startRelayProcess()
  try {
    const { host } = new URL(second.url)
    const alice = await meet('Alice', { also: second.url })
    const bob = await meet('Bob', { also: second.url, viewport: { width: 390, height: 844 } })
    await bringTogether(alice, bob, { title: 'Plans', text: units('a', 1, 3) })

    await lookAtConnections(alice)
    await expect(road(alice, 'Directly')).toContainText('1 device is linked to this one.', {
      timeout: PATIENCE.directLink,
    })
    await alice.dialog.getByRole('textbox', { name: 'Address of a further relay' }).fill(second.url)
    await alice.page.keyboard.press('Enter')
    await expect(road(alice, `The relay at ${host}`).getByRole('img', { name: 'Open' })).toBeVisible()
    await makeRoom(alice, second.url)
    await lookAtConnections(bob)
    await expect(road(bob, `The relay at ${host}`).getByRole('img', { name: 'Open' })).toBeVisible()
    await expect(bob.dialog.getByRole('button', { name: /^Make room/ })).toHaveCount(0)
    await expectAccessible(bob.page)

    for (const person of [alice, bob]) {
      await person.dialog.getByRole('switch', { name: 'Hide my address from the others' }).press('Space')
      await expect(road(person, 'Directly')).toContainText('Off, for your address is hidden.')
    }
    await expectAccessible(alice.page)
    for (const person of [alice, bob]) await appIsKept(person)
    await relay.kill()
    await expect(road(alice, 'The relay of this page')).toContainText('It does not answer.')
    for (const person of [alice, bob]) await person.leaveDialog()
    await alice.write(`\n${units('a', 4, 9)}`)
    await bob.write(`\n${units('b', 1, 6)}`)
    await expectUnitsForAll([alice, bob], units('a', 1, 9), units('b', 1, 6))
  } finally {
    await second.close()
  }
})
