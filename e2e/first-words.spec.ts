import { expect, test } from './journey'

test('opening the address is enough to write, and nothing is stored before the first key', async ({ meet }) => {
  const alice = await meet('Alice')
  await alice.open()
  await expect(alice.title).toBeFocused()
  await expect(alice.page.getByRole('dialog')).toHaveCount(0)
  expect(new URL(alice.page.url()).hash).toBe('')

  await alice.page.keyboard.type('The harbour contract')
  await alice.page.keyboard.press('Enter')
  await alice.page.keyboard.type('On 14 March the port authority met.')
  await expect(alice.title).toHaveValue('The harbour contract')
  await expect(alice.body).toHaveText('On 14 March the port authority met.')
  await expect(alice.status).toHaveText('Saved on this device')
  await expect(alice.page).toHaveURL(/#\/w\/[\w-]+\/[\w-]+$/)
})

test('a reload and a later visit show the last page as it was', async ({ meet, relay }) => {
  const alice = await meet('Alice')
  await alice.open()
  await alice.page.keyboard.type('Minutes')
  await alice.page.keyboard.press('Enter')
  for (let unit = 1; unit <= 40; unit++) await alice.page.keyboard.type(`<${unit}> `)
  await expect(alice.status).toHaveText('Saved on this device')
  const written = await alice.body.innerText()
  await alice.page.reload()
  await expect(alice.body).toHaveText(written)
  for (let unit = 1; unit <= 40; unit++) expect(written.split(`<${unit}>`)).toHaveLength(2)

  const again = await alice.context.newPage()
  await alice.page.close()
  await again.goto(relay.url)
  await expect(again.getByRole('textbox', { name: 'Title' }).first()).toHaveValue('Minutes')
})
