import type { Locator } from '@playwright/test'
import { expectAccessible } from './accessibility'
import { createCamera } from './camera'
import { expect, test } from './journey'
import { enter, type Person, reachesRelay } from './person'

/** Opens the dialog of the devices. */
async function openDevices(person: Person): Promise<void> {
  await person.sidebar.getByRole('button', { name: 'Workspaces' }).click()
  await person.page.getByRole('menuitem', { name: 'Your devices' }).click()
  await expect(person.dialog.getByRole('list', { name: 'Devices' })).toBeVisible()
}

/** Opens one of the workspaces without a name, once it is there. */
async function goTo(person: Person, place: number): Promise<void> {
  await person.sidebar.getByRole('button', { name: 'Workspaces' }).click()
  await person.page.getByRole('menuitem', { name: 'My workspace' }).nth(place).click()
}

/** Lets a fresh browser show its words. */
async function showWords(person: Person): Promise<string> {
  await person.open()
  await person.page.getByRole('button', { name: 'I use Waxwing on another device' }).click()
  await expect(person.dialog.getByRole('img', { name: 'QR code of the words' })).toBeVisible()
  return (await person.dialog.getByRole('listitem').allTextContents()).map((text) => text.replace(/\d+/, '')).join(' ')
}

const codeOn = async (person: Person): Promise<string> => {
  await expect(person.dialog).toContainText(/Type this code on the other device[\s\S]*\d{3} \d{3}/)
  return /\d{3} \d{3}/.exec(await person.dialog.innerText())?.[0] ?? ''
}

test('V1 V6 a second device is linked by words and a code, in every workspace, also one made later, and both write', async ({
  meet,
}) => {
  const laptop = await meet('Alice')
  await laptop.begin('Plans', 'first words')
  await laptop.sidebar.getByRole('button', { name: 'Workspaces' }).click()
  await laptop.page.getByRole('menuitem', { name: 'New workspace' }).click()
  await expect(laptop.title).toHaveValue('')
  await expect(laptop.title).toBeFocused()
  await laptop.page.keyboard.type('Diary')
  await expect(laptop.sidebar.getByRole('link', { name: 'Diary' })).toBeVisible()

  const phone = await meet('Alice', { viewport: { width: 390, height: 844 } })
  const words = await showWords(phone)
  await expectAccessible(phone.page)

  await openDevices(laptop)
  await expectAccessible(laptop.page)
  await laptop.dialog.getByRole('button', { name: 'Link another device' }).click()
  await laptop.dialog.getByRole('textbox', { name: 'The twelve words' }).fill(words.replace(/\w+$/, 'waxwing'))
  await laptop.dialog.getByRole('button', { name: 'Continue' }).click()
  await expect(laptop.dialog).toContainText('“waxwing” is none of the words')
  await laptop.dialog.getByRole('textbox', { name: 'The twelve words' }).fill(words)
  await expectAccessible(laptop.page)
  await laptop.dialog.getByRole('button', { name: 'Continue' }).click()

  const code = await codeOn(phone)
  await expectAccessible(phone.page)
  const field = laptop.dialog.getByRole('textbox', { name: 'Code on the new device' })
  await field.fill(code === '111 111' ? '222 222' : '111 111')
  await field.press('Enter')
  await expect(laptop.dialog).toContainText('2 tries left')
  await expectAccessible(laptop.page)
  await field.fill(code)
  await laptop.dialog.getByRole('button', { name: 'Link this device' }).click()
  await expect(laptop.dialog).toContainText('is yours now')
  await expect(laptop.dialog).toContainText('My workspace and My workspace')
  await laptop.dialog.getByRole('button', { name: 'Done' }).click()
  await expect(laptop.dialog.getByRole('listitem')).toHaveText([
    /on Linux.*This device/,
    /on Linux.*(Connected now|Not seen yet)/,
  ])
  await laptop.leaveDialog()

  await expect(phone.title).toHaveValue('Plans')
  await expect(phone.body).toContainText('first words')
  await expect(phone.title).toBeEditable()
  await phone.write(' and more from the phone')
  await phone.page.getByRole('button', { name: 'Open the sidebar' }).click()
  await phone.sidebar.getByRole('button', { name: 'Workspaces' }).click()
  await phone.page.getByRole('menuitem', { name: 'My workspace' }).nth(1).click()
  await expect(phone.title).toHaveValue('Diary')
  await expect(phone.title).toBeEditable()
  await phone.write('words on the phone')
  await expect(laptop.body).toContainText('words on the phone')

  await phone.page.getByRole('button', { name: 'Open the sidebar' }).click()
  await phone.sidebar.getByRole('button', { name: 'Workspaces' }).click()
  await phone.page.getByRole('menuitem', { name: 'New workspace' }).click()
  await expect(phone.title).toHaveValue('')
  await expect(phone.title).toBeFocused()
  await phone.page.keyboard.type('Errands')
  await goTo(laptop, 2)
  await expect(laptop.title).toHaveValue('Errands')

  await openDevices(laptop)
  await laptop.dialog.getByRole('button', { name: 'Revoke' }).click()
  await expectAccessible(laptop.page)
  await laptop.dialog.getByRole('button', { name: /^Revoke .* on Linux$/ }).click()
  await expect(laptop.dialog.getByRole('listitem')).toHaveCount(1)
  await laptop.leaveDialog()
  await laptop.write('. Behind closed doors')
  await expect(phone.page.getByText('This device was taken off the workspace.')).toBeVisible()
  expect(await phone.text()).not.toContain('Behind closed doors')
})

test('V2 24 words bring everything back on a fresh browser, and the lost device is revoked', {
  tag: '@firefox',
}, async ({ meet }) => {
  const lost = await meet('Alice')
  await lost.begin('Plans', 'words that must not be lost')
  await openDevices(lost)
  await lost.dialog.getByRole('button', { name: 'Make one' }).click()
  await expect(lost.dialog.getByRole('listitem')).toHaveCount(24)
  await expectAccessible(lost.page)
  const words = (await lost.dialog.getByRole('listitem').allTextContents()).map((text) => text.replace(/\d+/, ''))
  await lost.dialog.getByRole('button', { name: 'I have them on paper' }).click()
  const fields = lost.dialog.getByRole('textbox')
  await expect(fields).toHaveCount(3)
  await expectAccessible(lost.page)
  for (const field of await fields.all()) await enter(field, 'zoo')
  await lost.page.keyboard.press('Enter')
  await expect(lost.dialog).toContainText('One of those was not right')
  for (const field of await fields.all()) {
    const place = Number(/\d+/.exec(await labelOf(field))?.[0])
    await enter(field, words[place - 1] ?? '')
  }
  await lost.page.keyboard.press('Enter')
  await expect(lost.dialog).toContainText('It brings back My workspace.')
  await lost.dialog.getByRole('button', { name: 'Done' }).click()
  await expect(lost.dialog).toContainText('Brings this workspace back from 24 words.')
  await lost.leaveDialog()
  await lost.write(', and some more')
  await expect(lost.body).toHaveText('words that must not be lost, and some more')
  await reachesRelay(lost)
  await lost.context.close()

  const fresh = await meet('Alice')
  await fresh.open()
  await fresh.page.getByRole('button', { name: 'I use Waxwing on another device' }).click()
  await fresh.dialog.getByRole('button', { name: 'I have my 24 words' }).click()
  const field = fresh.dialog.getByRole('textbox', { name: 'The 24 words' })
  await enter(field, words.slice(1).join(' '))
  await fresh.dialog.getByRole('button', { name: 'Bring everything back' }).click()
  await expect(fresh.dialog).toContainText('A kit has 24 words, these are 23')
  await expectAccessible(fresh.page)
  await enter(field, words.map((word) => word.slice(0, 4)).join(' '))
  await fresh.dialog.getByRole('button', { name: 'Bring everything back' }).click()
  await expect(fresh.title).toHaveValue('Plans')
  await expect(fresh.body).toContainText('words that must not be lost, and some more')
  await fresh.write('. Back again')
  await expect(fresh.page.getByText('You are back.')).toBeVisible()
  await expectAccessible(fresh.page)
  await fresh.page.getByRole('button', { name: 'Devices', exact: true }).click()
  await expect(fresh.dialog).toContainText('Brings this workspace back from 24 words.')
  await expect(fresh.dialog.getByRole('listitem')).toHaveCount(2)
  await fresh.dialog.getByRole('button', { name: 'Revoke' }).click()
  await fresh.dialog.getByRole('button', { name: /^Revoke / }).click()
  await expect(fresh.dialog.getByRole('listitem')).toHaveCount(1)
  await fresh.leaveDialog()
  await expect(fresh.page.getByText('You are back.')).toHaveCount(0)
  await expect(fresh.body).toContainText('words that must not be lost, and some more. Back again')
})

test('V1 a second device is linked by its QR code through the camera', async ({ meet }) => {
  const camera = await createCamera()
  const phone = await meet('Alice', { viewport: { width: 390, height: 844 } })
  const words = await showWords(phone)
  await camera.show(words)
  const laptop = await meet('Alice', { switches: camera.switches })
  await laptop.begin('Plans', 'first words')
  await openDevices(laptop)
  await laptop.dialog.getByRole('button', { name: 'Link another device' }).click()
  await laptop.dialog.getByRole('button', { name: 'Scan the code' }).click()
  const code = await codeOn(phone)
  await laptop.dialog.getByRole('textbox', { name: 'Code on the new device' }).fill(code)
  await laptop.page.keyboard.press('Enter')
  await expect(phone.body).toContainText('first words')
  await camera.close()
})

const labelOf = (field: Locator): Promise<string> =>
  field.evaluate((input) => (input as HTMLInputElement).labels?.[0]?.textContent ?? '')
