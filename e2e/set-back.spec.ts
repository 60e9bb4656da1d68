import { expectAccessible } from './accessibility'
import { expect, test } from './journey'
import { bringTogether, type Person } from './person'
import { expectUnits, expectUnitsForAll, units } from './units'

/** Everything that this profile keeps in databases, beside itself in one more: 'keep' it there, or set it 'back' to that. */
async function profile(person: Person, way: 'keep' | 'back'): Promise<void> {
  await person.page.goto(new URL('/healthz', person.page.url()).href)
  await person.page.evaluate(async (isBack) => {
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
        const store = database.transaction(storeName, 'readwrite').objectStore(storeName)
        const rows = isBack
          ? await done(copy.transaction('stores').objectStore('stores').get(`${name}/${storeName}`))
          : undefined
        if (!isBack) {
          const held = { keys: await done(store.getAllKeys()), values: await done(store.getAll()) }
          await done(copy.transaction('stores', 'readwrite').objectStore('stores').put(held, `${name}/${storeName}`))
          continue
        }
        const writing = database.transaction(storeName, 'readwrite').objectStore(storeName)
        writing.clear()
        for (const [i, value] of rows.values.entries()) writing.put(value, writing.keyPath ? undefined : rows.keys[i])
        await new Promise((resolve) => writing.transaction.addEventListener('complete', resolve))
      }
      database.close()
    }
    copy.close()
  }, way === 'back')
}

test('attack 7 E3 a browser that was set back and wrote on: everybody is told, and one click writes anew what does not count', async ({
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

  await profile(bob, 'back')
  await bob.context.setOffline(true)
  await bob.open(address)
  await expectUnits(bob, units('a', 1, 2), units('b', 1, 2))
  await bob.write(units('d', 1, 5))
  await expect(bob.status).toHaveText(/^Offline, \d+ edits? waiting$/)
  await bob.context.setOffline(false)

  const counted = [units('a', 1, 4), units('b', 1, 2), units('c', 1, 3)]
  await expect(alice.page.getByText('Bob has a device that told two different stories.')).toBeVisible({
    timeout: 30_000,
  })
  await expect(bob.page.getByText(/edits? of yours do(es)? not count/)).toBeVisible({ timeout: 30_000 })
  for (const person of [alice, bob]) await expectUnits(person, ...counted)

  await bob.page.getByRole('button', { name: 'Look' }).click()
  const line = bob.dialog.getByRole('listitem').filter({ hasText: 'In Plans' })
  await expect(line).toContainText('d1 d2 d3 d4 d5')
  await expectAccessible(bob.page)
  await line.getByRole('button', { name: 'Write anew' }).press('Enter')
  await expect(bob.dialog).toHaveCount(0)
  await expectUnitsForAll([alice, bob], ...counted, units('d', 1, 5))
  await expect(bob.page.getByText(/edits? of yours do(es)? not count/)).toHaveCount(0)
})
