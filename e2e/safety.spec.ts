import type { Locator } from '@playwright/test'
import { expectAccessible } from './accessibility'
import { createCamera } from './camera'
import { expect, test } from './journey'
import { bringTogether, type Person } from './person'

/** Opens the comparison from the list of people. */
async function openSafety(person: Person): Promise<void> {
  await person.sidebar.getByRole('button', { name: 'Workspaces' }).click()
  await person.page.getByRole('menuitem', { name: 'People' }).click()
  await person.dialog.getByRole('button', { name: 'Compare safety numbers' }).click()
  await expect(person.dialog.getByRole('list', { name: 'Words of this workspace' })).toBeVisible()
}

/** Links a fresh browser to that of `person`. */
async function linkTo(person: Person, phone: Person): Promise<void> {
  await phone.open()
  await phone.page.getByRole('button', { name: 'I use Waxwing on another device' }).click()
  await expect(phone.dialog.getByRole('img', { name: 'QR code of the words' })).toBeVisible()
  const words = (await phone.dialog.getByRole('listitem').allTextContents()).map((text) => text.replace(/\d+/, ''))
  await person.sidebar.getByRole('button', { name: 'Workspaces' }).click()
  await person.page.getByRole('menuitem', { name: 'Your devices' }).click()
  await person.dialog.getByRole('button', { name: 'Link another device' }).click()
  await person.dialog.getByRole('textbox', { name: 'The twelve words' }).fill(words.join(' '))
  await person.dialog.getByRole('button', { name: 'Continue' }).click()
  await expect(phone.dialog).toContainText(/Type this code on the other device[\s\S]*\d{3} \d{3}/)
  const code = /\d{3} \d{3}/.exec(await phone.dialog.innerText())?.[0] ?? ''
  await person.dialog.getByRole('textbox', { name: 'Code on the new device' }).fill(code)
  await person.dialog.getByRole('button', { name: 'Link this device' }).click()
  await expect(person.dialog).toContainText('is yours now')
}

const wordsOf = ({ dialog }: Person) =>
  dialog.getByRole('list', { name: 'Words of this workspace' }).getByRole('listitem')

/** The twelve groups with `name`. */
async function openNumber({ dialog }: Person, name: string): Promise<Locator> {
  await dialog.getByRole('button', { name }).click()
  const number = dialog.getByRole('list', { name: `Safety number with ${name}` }).getByRole('listitem')
  await expect(number).toHaveCount(12)
  return number
}

test('V5 two people read out the same number and words, and only then is one shown as compared', {
  tag: '@firefox',
}, async ({ meet }) => {
  const alice = await meet('Alice')
  const bob = await meet('Bob')
  await bringTogether(alice, bob, { title: 'Plans' })
  await expect(alice.page.getByRole('list', { name: 'Here now' })).toBeVisible()

  await openSafety(alice)
  await expectAccessible(alice.page)
  await openSafety(bob)
  const words = await wordsOf(alice).allTextContents()
  expect(words).toHaveLength(8)
  await expect(wordsOf(bob)).toHaveText(words)
  const number = await (await openNumber(alice, 'Bob')).allTextContents()
  await expect(await openNumber(bob, 'Alice')).toHaveText(number)
  await expectAccessible(alice.page)

  await alice.dialog.getByRole('button', { name: 'It is the same' }).click()
  await expect(alice.dialog.getByText('You compared safety numbers with Bob.')).toBeVisible()
  await alice.page.reload()
  await expect(alice.title).toHaveValue('Plans')
  await alice.sidebar.getByRole('button', { name: 'Workspaces' }).click()
  await alice.page.getByRole('menuitem', { name: 'People' }).click()
  await expect(alice.dialog.getByRole('img', { name: 'You compared safety numbers with Bob' })).toBeVisible()
  await bob.dialog.getByRole('button', { name: 'Back' }).click()
  await expect(bob.dialog.getByRole('button', { name: 'Alice' })).toBeVisible()
  await expect(bob.dialog.getByRole('img', { name: /^You compared/ })).toHaveCount(0)

  const carol = await meet('Carol')
  await alice.leaveDialog()
  await carol.acceptInvitation(await alice.invite())
  await expect(carol.title).toHaveValue('Plans')
  await expect(bob.dialog.getByRole('button', { name: 'Carol' })).toBeVisible()
  await openSafety(carol)
  const wordsOfThree = await wordsOf(carol).allTextContents()
  expect(wordsOfThree).not.toEqual(words)
  await expect(wordsOf(bob)).toHaveText(wordsOfThree)
})

test('V5 a number is compared by its code through the camera; a new device after that is told, until it was seen', async ({
  meet,
}) => {
  const camera = await createCamera()
  const alice = await meet('Alice', { switches: camera.switches })
  const bob = await meet('Bob')
  await bringTogether(alice, bob, { title: 'Plans' })
  await openSafety(bob)
  const number = await (await openNumber(bob, 'Alice')).allTextContents()
  await openSafety(alice)
  await openNumber(alice, 'Bob')
  await camera.show(`WAXWING SAFETY 1 ${number.join('')}`)
  await alice.dialog.getByRole('button', { name: 'Scan theirs' }).click()
  await expect(alice.dialog.getByText('You compared safety numbers with Bob.')).toBeVisible()
  await camera.close()
  for (const person of [alice, bob]) await person.leaveDialog()
  await expect(bob.sidebar.getByRole('button', { name: 'Workspaces' })).toBeFocused()

  await linkTo(bob, await meet('Bob', { viewport: { width: 390, height: 844 } }))
  const notice = alice.page
    .getByRole('status')
    .filter({ hasText: 'Bob, whose safety number you compared, uses a new device.' })
  await expect(notice).toBeVisible()
  await expectAccessible(alice.page)
  await notice.getByRole('button', { name: 'People' }).click()
  await expect(alice.dialog.getByRole('img', { name: /with Bob; 1 device came after that$/ })).toBeVisible()
  await alice.leaveDialog()
  await notice.getByRole('button', { name: 'Dismiss' }).click()
  await expect(alice.page.getByText('new device')).toHaveCount(0)
  await alice.page.reload()
  await expect(alice.title).toHaveValue('Plans')
  await expect(alice.page.getByRole('list', { name: 'Here now' })).toBeVisible()
  await expect(notice).toHaveCount(0)
})
