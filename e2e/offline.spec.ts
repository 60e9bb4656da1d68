import { cp, rm } from 'node:fs/promises'
import { expect, test } from './journey'
import { PATIENCE } from './patience'
import { appIsKept, bringTogether, type Person, reachesRelay } from './person'
import { expectUnits, expectUnitsForAll, units } from './units'

test.use({ offlineCopy: true })

/** Proves the cut: a word to the relay gets no answer. */
async function expectNoRelay(...people: readonly Person[]): Promise<void> {
  const isAnswered = () =>
    fetch('/healthz', { cache: 'no-store' }).then(
      () => true,
      () => false,
    )
  for (const { page } of people) expect(await page.evaluate(isAnswered)).toBe(false)
}

test('R4 with the relay dead both write on, reload, and everything merges when it is back; set back, it is told and filled again', async ({
  meet,
  relay,
}) => {
  const alice = await meet('Alice', { udp: false })
  const bob = await meet('Bob', { udp: false })
  await bringTogether(alice, bob, { title: 'Plans', text: units('a', 1, 5) })
  await expectUnits(bob, units('a', 1, 5))
  for (const person of [alice, bob]) await appIsKept(person)

  await relay.kill()
  const kept = `${relay.dataDir}-kept`
  await cp(relay.dataDir, kept, { recursive: true })
  await expectNoRelay(alice, bob)
  await alice.write(`\n${units('a', 6, 20)}`)
  await bob.write(`\n${units('b', 1, 20)}`)
  await expect(alice.status).toHaveText(/^Offline, \d+ edits? waiting$/)
  await expect(bob.status).toHaveText(/^Offline, \d+ edits? waiting$/)
  await expectUnits(bob, units('a', 1, 5), units('b', 1, 20))

  await alice.page.reload()
  await expectUnits(alice, units('a', 1, 20))
  await alice.write(`\n${units('a', 21, 30)}`)
  const cold = await bob.nextTab()
  await bob.page.close()
  await cold.open()
  await cold.write(`\n${units('b', 21, 30)}`)
  await expectUnits(cold, units('a', 1, 5), units('b', 1, 30))
  await expectUnits(alice, units('a', 1, 30))

  await relay.start()
  await expectUnitsForAll([alice, cold], units('a', 1, 30), units('b', 1, 30))
  expect(await alice.text()).toBe(await cold.text())

  await relay.kill()
  await rm(relay.dataDir, { recursive: true })
  await cp(kept, relay.dataDir, { recursive: true })
  await rm(kept, { recursive: true })
  await relay.start()
  // whoever is back first brings what the relay lacks: the other may find nothing missing
  const told = [alice, cold].map(({ page }) =>
    page.getByText('The relay has less than it had: it was set back, or lost data.'),
  )
  await expect
    .poll(async () => (await Promise.all(told.map((sentence) => sentence.isVisible()))).some(Boolean), {
      timeout: PATIENCE.relayBack,
    })
    .toBe(true)
  await alice.write(`\n${units('a', 31, 32)}`)
  await expectUnits(cold, units('a', 1, 32), units('b', 1, 30))
})

test('people who are connected directly do not notice that the relay is gone', async ({ meet, relay }) => {
  const alice = await meet('Alice')
  const bob = await meet('Bob')
  await bringTogether(alice, bob, { title: 'Plans', text: units('a', 1, 5) })
  await bob.status.click()
  await expect(bob.dialog).toContainText('1 direct connection', { timeout: PATIENCE.directLink })
  await bob.leaveDialog()
  await relay.kill()
  await expectNoRelay(alice, bob)
  await alice.write(`\n${units('a', 6, 20)}`)
  await bob.write(`\n${units('b', 1, 20)}`)
  for (const person of [alice, bob]) await expectUnits(person, units('a', 1, 20), units('b', 1, 20))
  await relay.start()
  await expectUnitsForAll([alice, bob], units('a', 1, 20), units('b', 1, 20))
})

test('people who are never online together meet through the relay', async ({ meet, relay }) => {
  const alice = await meet('Alice')
  const bob = await meet('Bob')
  await alice.begin('Plans', units('a', 1, 20))
  const link = await alice.invite()
  await reachesRelay(alice)
  await alice.page.close()

  await bob.acceptInvitation(link)
  await expect(bob.page.getByRole('main')).toContainText('The relay has your request')
  await bob.page.close()

  const aliceAgain = await alice.nextTab()
  await aliceAgain.open()
  await aliceAgain.share()
  await expect(aliceAgain.dialog.getByRole('button', { name: '1 earlier invitation' })).toBeVisible()
  await reachesRelay(aliceAgain)
  await aliceAgain.page.close()

  const bobAgain = await bob.nextTab()
  await bobAgain.page.goto(`${relay.url}/join/`)
  await expect(bobAgain.title).toHaveValue('Plans')
  await expectUnits(bobAgain, units('a', 1, 20))
  await expect(bobAgain.title).toBeEditable()
  await bobAgain.write(`\n${units('b', 1, 20)}`)
  await expect(bobAgain.status).toHaveText(/^Sent to 0 of 1$/)
  await reachesRelay(bobAgain)
  await bobAgain.page.close()

  const aliceLast = await alice.nextTab()
  await aliceLast.open()
  await expectUnitsForAll([aliceLast], units('a', 1, 20), units('b', 1, 20))
})

test('a relay may be killed again and again while people write: each word arrives once', async ({ meet, relay }) => {
  const alice = await meet('Alice', { udp: false })
  const bob = await meet('Bob', { udp: false })
  await bringTogether(alice, bob, { title: 'Plans' })
  const typing = alice.write(units('a', 1, 60))
  for (let times = 0; times < 3; times++) {
    await relay.kill()
    await relay.start()
  }
  await typing
  await expectUnitsForAll([alice, bob], units('a', 1, 60))
})
