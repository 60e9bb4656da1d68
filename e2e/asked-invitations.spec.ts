import type { Locator } from '@playwright/test'
import { expectAccessible } from './accessibility'
import { expect, test } from './journey'
import { bringTogether, enter, type Person, reachesRelay } from './person'

test.use({ offlineCopy: true })

/** Makes an invitation with some of its switches on; the dialog stays open. */
async function inviteWith(person: Person, switches: readonly string[], label?: string): Promise<Locator> {
  const dialog = await person.share()
  for (const name of switches) await dialog.getByRole('switch', { name }).click()
  if (label) await dialog.getByRole('textbox', { name: 'For whom, if you like' }).fill(label)
  await dialog.getByRole('button', { name: 'Create link' }).click()
  await expect(dialog.getByRole('textbox', { name: 'Invitation link' })).toHaveValue(/\/join\/#1\./)
  return dialog
}

const linkIn = async (dialog: Locator): Promise<string> =>
  `http://${await dialog.getByRole('textbox', { name: 'Invitation link' }).inputValue()}`

test('I10 an admin is asked, says not now and then lets in; both see the same four words', async ({ meet }) => {
  const alice = await meet('Alice')
  const bob = await meet('Bob')
  await alice.begin('Plans')
  const dialog = await inviteWith(alice, ['Ask me before they get in'], 'Bob from the press')
  const link = await linkIn(dialog)
  await alice.leaveDialog()

  await bob.acceptInvitation(link)
  const letter = bob.page.getByRole('main')
  await expect(letter).toContainText('An admin has to let you in: Alice or another one')
  await expect(letter).toContainText(/four words are [a-z ]+\./)
  const words = /four words are ([a-z ]+)\./.exec(await letter.innerText())?.[1] ?? 'none'
  await expectAccessible(bob.page)

  const card = alice.page.getByRole('status').filter({ hasText: 'Bob asks to come in' })
  await expect(card).toBeVisible()
  await alice.page.setViewportSize({ width: 390, height: 844 })
  const coversTitle = async () => {
    const [notice, title] = [await card.boundingBox(), await alice.title.boundingBox()]
    return notice && title && notice.y + notice.height > title.y
  }
  await expect.poll(coversTitle).toBe(false)
  await alice.page.setViewportSize({ width: 1440, height: 900 })
  await alice.page.getByRole('button', { name: 'Review' }).click()
  await expect(alice.dialog.getByRole('region', { name: 'Asking to come in' })).toContainText(words)
  await expect(alice.dialog).toContainText('Write, by the invitation for Bob from the press.')
  await expectAccessible(alice.page)
  await alice.dialog.getByRole('button', { name: 'Not now: Bob' }).click()
  await expect(bob.page.getByRole('heading', { name: 'Not now' })).toBeVisible()
  await expect(alice.dialog.getByRole('region', { name: 'Asking to come in' })).toHaveCount(0)

  await bob.acceptInvitation(link)
  await alice.dialog.getByRole('button', { name: 'Let in: Bob' }).click()
  await expect(bob.title).toHaveValue('Plans')
  await alice.dialog.getByRole('button', { name: '1 earlier invitation' }).click()
  await expect(alice.dialog.getByRole('listitem')).toContainText('Bob joined.')
})

test('attack 47 I9 a link with a PIN lets nobody in without it, and says so calmly', { tag: '@firefox' }, async ({
  meet,
}) => {
  const alice = await meet('Alice')
  const bob = await meet('Bob')
  await alice.begin('Plans')
  const dialog = await inviteWith(alice, ['Needs a PIN'])
  const link = await linkIn(dialog)
  await expect(dialog).toContainText(/PIN\s+\d{3} \d{3}/)
  const pin = (/PIN\s+(\d{3} \d{3})/.exec(await dialog.innerText())?.[1] ?? '').replace(' ', '')
  expect(pin).toHaveLength(6)
  expect(link).not.toContain(pin)
  await expectAccessible(alice.page)

  await bob.page.goto(link)
  await bob.page.bringToFront()
  await bob.page.getByRole('button', { name: /^Open / }).click()
  await enter(bob.page.getByRole('textbox', { name: /^Your name/ }), 'Bob')
  await enter(bob.page.getByRole('textbox', { name: /^The PIN/ }), pin === '000000' ? '000001' : '000000')
  await bob.page.getByRole('button', { name: 'Join' }).click()
  await expect(bob.page.getByText('That was not the PIN of this invitation. Nothing was changed')).toBeVisible()
  await expectAccessible(bob.page)
  await expect(dialog.getByRole('listitem')).toContainText('Not used yet.')

  await expect(bob.page.getByRole('textbox', { name: /^Your name/ })).toHaveValue('Bob')
  await enter(bob.page.getByRole('textbox', { name: /^The PIN/ }), `${pin.slice(0, 3)} ${pin.slice(3)}`)
  await bob.page.getByRole('button', { name: 'Join' }).click()
  await expect(bob.title).toHaveValue('Plans')
})

test('I7 six words open what a link opens; wrong ones each say why', async ({ meet, relay }) => {
  const alice = await meet('Alice')
  const bob = await meet('Bob')
  await alice.begin('Plans')
  const dialog = await inviteWith(alice, [])
  await dialog.getByRole('button', { name: 'Say it in six words' }).click()
  const items = dialog.getByRole('list', { name: 'Six words' }).getByRole('listitem')
  await expect(items).toHaveCount(6)
  const words = (await items.allInnerTexts()).map((text) => text.replace(/[^a-z]/g, ''))
  await expectAccessible(alice.page)

  await bob.page.goto(`${relay.url}/join/`)
  const field = bob.page.getByRole('textbox', { name: 'The six words you were told' })
  const say = async (text: string) => {
    await field.fill(text)
    await bob.page.getByRole('button', { name: 'Find the invitation' }).click()
  }
  await say('waxwing lantern north plum ribbon stove')
  await expect(bob.page.getByText('“waxwing” is none of the words that Waxwing uses.')).toBeVisible()
  await say(words.slice(1).join(' '))
  await expect(bob.page.getByText('Six words open an invitation; these are 5.')).toBeVisible()
  await expectAccessible(bob.page)
  await say('jelly jelly jelly jelly jelly jelly')
  await expect(bob.page.getByText('One of these words is not the one that was said.')).toBeVisible()
  await say('thought thought thought thought thought trade')
  await expect(bob.page.getByText('No invitation here answers to these words any more.')).toBeVisible()

  await reachesRelay(alice)
  await alice.page.close()
  await say(`${words.slice(0, 3).join('  ').toUpperCase()}, ${words.slice(3).join('-')}`)
  const letter = bob.page.getByRole('main')
  await expect(letter).toContainText('Alice invites you to')
  await bob.page.getByRole('button', { name: /^Open / }).click()
  await bob.page.getByRole('textbox', { name: /^Your name/ }).fill('Bob')
  await bob.page.getByRole('button', { name: 'Join' }).click()
  await expect(letter).toContainText('lets you in just by being online')
  await (await alice.nextTab()).open()
  await expect(bob.title).toHaveValue('Plans')
})

test('attack 49 I3 two admins who let in two people by one link at once let in nobody, and are led to revoke it', async ({
  meet,
}) => {
  const alice = await meet('Alice', { udp: false })
  const dora = await meet('Dora')
  const bob = await meet('Bob')
  const carol = await meet('Carol')
  await bringTogether(alice, dora, { title: 'Plans' })
  await alice.page.getByRole('button', { name: 'People' }).click()
  const role = alice.dialog.getByRole('combobox', { name: 'Role of Dora' })
  await role.click()
  await alice.page.getByRole('option', { name: 'Manage' }).click()
  await expect(role).toHaveText('Manage')
  await expect(alice.page.getByRole('option')).toHaveCount(0)
  await alice.leaveDialog()
  const link = await linkIn(await inviteWith(alice, ['Ask me before they get in']))
  await bob.acceptInvitation(link)
  await carol.acceptInvitation(link)
  await expect(alice.dialog.getByRole('button', { name: 'Let in: Carol' })).toBeVisible()
  await expect(dora.page.getByText('Bob asks to come in')).toBeVisible()
  await dora.page.getByText('Carol asks to come in').waitFor()
  await dora.page.getByRole('button', { name: 'Review' }).first().click()

  await alice.context.setOffline(true)
  await dora.context.setOffline(true)
  await alice.dialog.getByRole('button', { name: 'Let in: Bob' }).click()
  await dora.dialog.getByRole('button', { name: 'Let in: Carol' }).click()
  await expect(alice.dialog.getByRole('region', { name: 'Asking to come in' })).toHaveCount(0)
  await expect(dora.dialog.getByRole('region', { name: 'Asking to come in' })).toHaveCount(0)
  await alice.context.setOffline(false)
  await dora.context.setOffline(false)

  for (const admin of [alice, dora]) {
    await admin.leaveDialog()
    await expect(admin.page.getByText('Two people used one invitation that works once')).toBeVisible()
  }
  for (const { page } of [bob, carol]) {
    await expect(page.getByText(/^(You are not in: somebody else|Nothing has come yet)/)).toBeVisible()
    await expect(page.getByText('Plans')).toHaveCount(0)
  }
  await expectAccessible(bob.page)
  await alice.page.getByRole('button', { name: 'Invitations' }).click()
  await expect(alice.dialog.getByRole('listitem')).toContainText('Two people used it at once, so nobody is let in.')
  await alice.dialog.getByRole('button', { name: 'Revoke' }).click()
  await expect(dora.page.getByText('Two people used one invitation that works once')).toHaveCount(0)
})
