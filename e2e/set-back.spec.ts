import { expectAccessible } from './accessibility'
import { expect, test } from './journey'
import { appIsKept, bringTogether, type Person } from './person'
import { expectUnits, expectUnitsForAll, units } from './units'

test.use({ offlineCopy: true })

/**
 * Everything that this profile keeps in databases, beside itself in one more: 'keep' it there, set it 'back' to that, or
 * 'swap' the two, which are then a profile and its copy.
 */
async function profile(person: Person, way: 'keep' | 'back' | 'swap'): Promise<void> {
  await person.page.goto(new URL('/healthz', person.page.url()).href)
  await person.page.evaluate(async (way) => {
    const done = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
      })
    const opening = indexedDB.open('copy of the profile')
    opening.onupgradeneeded = () => opening.result.createObjectStore('stores')
    const copy = await done(opening)
    for (const { name = '' } of await indexedDB.databases()) {
      if (name === copy.name) continue
      const database = await done(indexedDB.open(name))
      for (const storeName of database.objectStoreNames) {
        const store = database.transaction(storeName).objectStore(storeName)
        const place = `${name}/${storeName}`
        const held = { keys: await done(store.getAllKeys()), values: await done(store.getAll()) }
        const rows = await done(copy.transaction('stores').objectStore('stores').get(place))
        if (way !== 'back') await done(copy.transaction('stores', 'readwrite').objectStore('stores').put(held, place))
        if (way === 'keep') continue
        const writing = database.transaction(storeName, 'readwrite').objectStore(storeName)
        writing.clear()
        for (const [i, value] of rows.values.entries()) writing.put(value, writing.keyPath ? undefined : rows.keys[i])
        await new Promise((resolve) => writing.transaction.addEventListener('complete', resolve))
      }
      database.close()
    }
    copy.close()
  }, way)
}

test('attack 7 attack 8 E2 E3 a profile that was set back and then copied: all are told, one click writes anew what does not count, another gives it keys of its own', async ({
  meet,
}) => {
  const [alice, bob] = [await meet('Alice', { udp: false }), await meet('Bob', { udp: false })]
  await bringTogether(alice, bob, { title: 'Plans', text: units('a', 1, 2) })
  await expectUnits(bob, units('a', 1, 2))
  await bob.write(units('b', 1, 2))
  await expectUnits(alice, units('a', 1, 2), units('b', 1, 2))
  const address = bob.page.url()

  await profile(bob, 'keep')
  await bob.open(address)
  await bob.write(units('c', 1, 3))
  await expectUnits(alice, units('a', 1, 2), units('b', 1, 2), units('c', 1, 3))
  await alice.write(units('a', 3, 4))
  await expectUnits(bob, units('a', 1, 4), units('b', 1, 2), units('c', 1, 3))

  await appIsKept(bob)
  await profile(bob, 'back')
  await bob.context.setOffline(true)
  await bob.open(address)
  await expectUnits(bob, units('a', 1, 2), units('b', 1, 2))
  await bob.write(units('d', 1, 5))
  await expect(bob.status).toHaveText(/^Offline, \d+ edits? waiting$/)
  await bob.context.setOffline(false)

  const counted = [units('a', 1, 4), units('b', 1, 2), units('c', 1, 3)]
  await expect(alice.page.getByText('Bob has a device that told two different stories.')).toBeVisible()
  await expect(bob.page.getByText(/edits? of yours do(es)? not count/)).toBeVisible()
  for (const person of [alice, bob]) await expectUnits(person, ...counted)

  await bob.page.getByRole('button', { name: 'Look' }).click()
  const line = bob.dialog.getByRole('listitem').filter({ hasText: 'In Plans' })
  await expect(line).toContainText('d1 d2 d3 d4 d5')
  await expectAccessible(bob.page)
  await line.getByRole('button', { name: 'Write anew' }).press('Enter')
  await expect(bob.dialog).toHaveCount(0)
  await expectUnitsForAll([alice, bob], ...counted, units('d', 1, 5))
  await expect(bob.page.getByText(/edits? of yours do(es)? not count/)).toHaveCount(0)

  // the two take turns; how many lives that takes depends on what each hears before it writes
  const written = [...counted, units('d', 1, 5)]
  const newKeys = bob.page.getByRole('button', { name: 'New keys' })
  for (const letter of 'efghij') {
    await profile(bob, 'swap')
    await bob.open(address)
    await expectUnits(bob, ...written)
    if (await newKeys.isVisible()) break
    await bob.write(units(letter, 1, 1))
    written.push(units(letter, 1, 1))
    await expectUnits(alice, ...written)
  }
  await newKeys.click()
  await expectAccessible(bob.page)
  await bob.dialog.getByRole('button', { name: 'Take new keys' }).click()
  await expect(bob.dialog.getByRole('list', { name: 'Devices' }).getByRole('listitem')).toHaveCount(2)
  await bob.leaveDialog()
  await bob.write(units('k', 1, 2))
  await expectUnitsForAll([alice, bob], ...written, units('k', 1, 2))
  const notice = alice.page.getByRole('status').filter({ hasText: 'Bob uses a new device.' })
  await notice.getByRole('button', { name: 'People' }).click()
  await expect(alice.dialog.getByRole('listitem').filter({ hasText: 'Bob' })).toContainText('writer, 2 devices')
})
