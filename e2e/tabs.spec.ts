import { expect, test } from './journey'
import { closeTab, type Person } from './person'
import { expectUnits, expectUnitsForAll, units } from './units'

test.use({ offlineCopy: true })

/** Whether this tab can write to the disk now: a transaction over every store waits for all that were begun before it. */
function reachesDisk(tab: Person): Promise<boolean> {
  return tab.page.evaluate(async () => {
    const opening = indexedDB.open('waxwing')
    await new Promise((resolve, reject) => {
      opening.onsuccess = resolve
      opening.onerror = reject
    })
    const database = opening.result
    const transaction = database.transaction([...database.objectStoreNames], 'readwrite')
    const done = new Promise<boolean>((resolve) => {
      transaction.oncomplete = () => resolve(true)
      setTimeout(() => resolve(false), 2000)
    })
    return done.finally(() => database.close())
  })
}

/**
 * Stops a tab in its tracks, as a browser does with a tab that it suspends; the returned function wakes it up. No browser
 * suspends a tab in the middle of a transaction that other tabs wait for, but a debugger does: then it stops somewhere else.
 */
async function suspend(tab: Person, witness: Person): Promise<() => Promise<void>> {
  const debug = await tab.context.newCDPSession(tab.page)
  await debug.send('Debugger.enable')
  do {
    await debug.send('Debugger.resume').catch(() => {})
    await debug.send('Debugger.pause')
  } while (!(await reachesDisk(witness)))
  return async () => {
    await debug.send('Debugger.disable')
    await debug.detach()
  }
}

async function openTabs(first: Person): Promise<readonly [Person, Person, Person]> {
  await first.begin('Plans', units('a', 1, 5))
  const second = await first.nextTab()
  const third = await first.nextTab()
  for (const tab of [second, third]) {
    await tab.open()
    await expectUnits(tab, units('a', 1, 5))
  }
  return [first, second, third]
}

test('three tabs write at once and all show the same', async ({ meet }) => {
  const [first, second, third] = await openTabs(await meet('Alice'))
  await second.write('\n')
  await third.write('\n')
  await Promise.all([
    first.page.keyboard.type(units('a', 6, 30)),
    second.page.keyboard.type(units('b', 1, 30)),
    third.page.keyboard.type(units('c', 1, 30)),
  ])
  await expectUnitsForAll([first, second, third], units('a', 1, 30), units('b', 1, 30), units('c', 1, 30))
})

test('a suspended tab holds nobody up, and loses and doubles nothing when it wakes', async ({ meet }) => {
  const [first, second, third] = await openTabs(await meet('Alice'))
  await first.write(units('a', 6, 10))
  await expectUnits(third, units('a', 1, 10))
  const wake = await suspend(first, second)
  await second.write(`\n${units('b', 1, 20)}`)
  await third.write(`\n${units('c', 1, 20)}`)
  const all = [units('a', 1, 10), units('b', 1, 20), units('c', 1, 20)]
  for (const tab of [second, third]) await expectUnits(tab, ...all)
  await expect(second.status).toHaveText('Saved on this device')
  await wake()
  await expectUnits(first, ...all)
  await first.write(units('a', 11, 20))
  await expectUnitsForAll([first, second, third], ...all, units('a', 11, 20))
})

test('a frozen tab holds nobody up', async ({ meet }) => {
  const [first, second, third] = await openTabs(await meet('Alice'))
  const debug = await first.context.newCDPSession(first.page)
  await debug.send('Page.setWebLifecycleState', { state: 'frozen' })
  await second.write(`\n${units('b', 1, 20)}`)
  await expectUnits(third, units('a', 1, 5), units('b', 1, 20))
  await expect(second.status).toHaveText('Saved on this device')
  await debug.send('Page.setWebLifecycleState', { state: 'active' })
  await expectUnitsForAll([first, second, third], units('a', 1, 5), units('b', 1, 20))
})

test('when the tab that leads is closed in the middle of a word, the others go on', async ({ meet }) => {
  const [first, second, third] = await openTabs(await meet('Alice'))
  await second.write('\n')
  const typing = second.page.keyboard.type(units('b', 1, 30))
  await first.page.keyboard.type(units('a', 6, 20))
  await closeTab(first)
  await typing
  await expectUnitsForAll([second, third], units('a', 1, 20), units('b', 1, 30))
})
