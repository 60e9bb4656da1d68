import { expectAccessible } from './accessibility'
import { expect, test } from './journey'
import type { Person } from './person'

test.use({ offlineCopy: true })

/** A browser that promises nothing: the first time it is asked to keep the data it declines, then it agrees. */
const reluctant = () => {
  let kept = false
  let asked = 0
  const storage = { persisted: async () => kept, persist: async () => (kept = ++asked > 1) }
  Object.defineProperty(navigator, 'storage', { value: storage })
}
const tenMinutesLater = () => {
  const now = Date.now
  Date.now = () => now() + 10 * 60_000
}

/** Somebody who is alone with what they wrote ten minutes ago. */
async function writeAlone(person: Person): Promise<void> {
  await person.context.addInitScript(reluctant)
  await person.begin('Plans', 'Nobody else has this.')
  await expect(person.status).toHaveText('Saved on this device')
  await person.context.addInitScript(tenMinutesLater)
  await person.page.reload()
  await expect(person.status).toHaveText('Not safe yet')
}

test('whoever alone has what the browser may clear is told, and asked only by a click', async ({ meet }) => {
  const alice = await meet('Alice')
  await writeAlone(alice)
  await alice.status.click()
  await expect(alice.dialog).toContainText('The browser may clear this site’s data.')
  await alice.dialog.getByRole('button', { name: 'Allow storage' }).click()
  await expect(alice.dialog).toContainText('The browser did not allow it.')
  await expectAccessible(alice.page)
  await alice.dialog.getByRole('button', { name: 'Allow storage' }).click()
  await expect(alice.status).toHaveText('Saved on this device')
})

test('a backup is the other remedy', async ({ meet }) => {
  const alice = await meet('Alice')
  await writeAlone(alice)
  await alice.status.click()
  await alice.dialog.getByRole('button', { name: 'Download a backup' }).click()
  const saved = alice.page.waitForEvent('download')
  await alice.dialog.getByRole('button', { name: 'Download' }).click()
  await saved
  await alice.dialog.getByRole('button', { name: 'I have the code' }).click()
  await expect(alice.status).toHaveText('Saved on this device')
  await alice.page.reload()
  await expect(alice.status).toHaveText('Saved on this device')
})
