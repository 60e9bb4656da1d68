import { expectAccessible } from './accessibility'
import { expect, test } from './journey'
import { PATIENCE } from './patience'
import { enter, goOffline, reachesRelay } from './person'
import { expectText } from './units'
import { mailboxesEntered, overhear, overhearRequests, requestsLeft } from './wire'

test.use({ offlineCopy: true })

test('sharing says what becomes visible to whom, and gives a link and a code', async ({ meet }) => {
  const alice = await meet('Alice', { permissions: ['clipboard-read', 'clipboard-write'] })
  await alice.begin('Plans')
  await alice.newPage('Costs')
  await alice.page.getByRole('button', { name: 'Share' }).click()
  await expect(alice.dialog.getByRole('heading')).toHaveText('Who is inviting?')
  await alice.dialog.getByRole('textbox', { name: 'Your name' }).fill('Alice')
  await alice.dialog.getByRole('button', { name: 'Continue' }).click()

  await expect(alice.dialog).toContainText('Whoever joins can open all 2 pages and their history.')
  await expect(alice.dialog.getByRole('radio', { name: 'Write' })).toBeChecked()
  await expect(alice.dialog).toContainText('They read and write every page.')
  await alice.dialog.getByRole('radio', { name: 'Read' }).click()
  await expect(alice.dialog).toContainText('They read every page. They cannot change anything.')
  await expect(alice.dialog.getByRole('switch', { name: 'Works once' })).toBeChecked()
  await expect(alice.dialog.getByRole('combobox', { name: 'Ends' })).toHaveText('In 7 days')

  await alice.dialog.getByRole('button', { name: 'Create link' }).press('Enter')
  await expect(alice.dialog.getByRole('img', { name: 'QR code of the link' })).toBeVisible()
  await expect(alice.dialog.getByRole('button', { name: 'Copy link' })).toBeFocused()
  await alice.page.keyboard.press('Enter')
  await expect(alice.dialog.getByRole('button', { name: 'Copied' })).toBeVisible()
  const copied = await alice.page.evaluate(() => navigator.clipboard.readText())
  expect(copied).toBe(`http://${await alice.dialog.getByRole('textbox', { name: 'Invitation link' }).inputValue()}`)
  await expect(alice.dialog.getByRole('listitem')).toContainText('Read, works once')
  await alice.dialog.getByRole('radio', { name: 'Write' }).click()
  await expect(alice.dialog.getByRole('textbox', { name: 'Invitation link' })).toHaveValue('')
  await alice.page.keyboard.press('Escape')
  await expect(alice.page.getByRole('button', { name: 'Share' })).toBeFocused()
})

test('a link shows who invites to what as what; a click and a name later one is in', { tag: '@firefox' }, async ({
  meet,
}) => {
  const alice = await meet('Alice')
  await alice.begin('Plans', 'For your eyes.')
  await alice.sidebar.getByRole('button', { name: 'Workspaces' }).click()
  await alice.page.getByRole('menuitem', { name: 'Rename this workspace' }).click()
  await enter(alice.dialog.getByRole('textbox'), 'Harbour Desk')
  await alice.dialog.getByRole('button', { name: 'Rename' }).click()
  await expect(alice.dialog).toHaveCount(0)
  const link = await alice.invite()

  const bob = await meet('Bob')
  await bob.page.goto(link)
  const letter = bob.page.getByRole('main')
  await expect(letter).toContainText('Alice invites you to')
  await expect(letter.getByRole('heading')).toHaveText('Harbour Desk')
  await expect(letter).toContainText('You can read and write every page.')
  await expect(letter).toContainText('Nothing to install, no account.')
  await letter.getByRole('button', { name: 'Open Harbour Desk' }).click()
  await enter(letter.getByRole('textbox', { name: /^Your name/ }), 'Bob')
  await letter.getByRole('button', { name: 'Join' }).click()
  await expect(bob.title).toHaveValue('Plans')
  await expect(bob.body).toHaveText('For your eyes.')
  await expect(bob.sidebar.getByRole('button', { name: 'Workspaces' })).toContainText('Harbour Desk')
  await bob.page.reload()
  await expect(bob.body).toHaveText('For your eyes.')
})

test('attack 51: a preview uses nothing up; the secret leaves the address before anything else loads, and nothing carries it away', async ({
  meet,
}) => {
  const alice = await meet('Alice')
  await alice.begin('Plans')
  const link = await alice.invite()
  const secret = new URL(link).hash.split('.')[3] ?? ''
  expect(secret).toHaveLength(22)

  const bot = await meet('Preview bot')
  const bots = overhear(bot.page)
  await bot.page.goto(link)
  await bot.page.getByRole('button', { name: /^Open / }).click()
  await expect(bot.page.getByRole('textbox', { name: /^Your name/ })).toBeVisible()
  await bot.page.reload()
  await expect(bot.page.getByRole('heading', { name: 'No invitation here' })).toBeVisible()
  expect(requestsLeft(bots)).toBe(0)
  await bot.context.close()

  const bob = await meet('Bob')
  const asked = overhearRequests(bob.context)
  const heard = overhear(bob.page)
  const held: (() => void)[] = []
  let holding = true
  await bob.context.route(/_next/, async (route) => {
    if (holding) await new Promise<void>((resolve) => held.push(resolve))
    await route.continue()
  })
  await bob.page.goto(link, { waitUntil: 'commit' })
  await expect.poll(() => held.length).toBeGreaterThan(3)
  expect(new URL(bob.page.url()).hash).toBe('')
  expect(await bob.page.evaluate(() => location.href)).toMatch(/\/join\/$/)
  holding = false
  for (const release of held) release()

  await bob.page.getByRole('button', { name: /^Open / }).click()
  await bob.page.getByRole('textbox', { name: /^Your name/ }).fill('Bob')
  await bob.page.getByRole('button', { name: 'Join' }).click()
  await expect(bob.title).toHaveValue('Plans')
  expect(requestsLeft(heard)).toBe(1)
  expect(mailboxesEntered(heard)).toBeGreaterThan(0)
  expect(heard.some(({ bytes }) => bytes.includes(secret) || bytes.includes(Buffer.from(secret, 'base64url')))).toBe(
    false,
  )
  const debug = await bob.context.newCDPSession(bob.page)
  const { entries } = await debug.send('Page.getNavigationHistory')
  expect(entries.length).toBeGreaterThan(0)
  expect(JSON.stringify(entries)).not.toContain(secret)
  await bob.context.close()
  const requests = (await Promise.all(asked)).map(String)
  expect(requests.length).toBeGreaterThan(3)
  expect(requests.filter((request) => request.includes(secret) || request.includes('"referer"'))).toEqual([])
})

test('whoever joins waits while nobody is online, through a reload, and comes in with the first member', async ({
  meet,
}) => {
  const alice = await meet('Alice')
  await alice.begin('Plans', 'Worth the wait.')
  const link = await alice.invite()
  await reachesRelay(alice)
  await alice.page.close()

  const bob = await meet('Bob')
  await bob.acceptInvitation(link)
  const letter = bob.page.getByRole('main')
  await expect(letter).toContainText('Alice, or anybody else who writes there, lets you in just by being online.')
  await expect(letter).toContainText('The relay has your request')
  await bob.page.reload()
  await expect(letter).toContainText('Alice, or anybody else who writes there, lets you in')
  const later = await bob.nextTab()
  await bob.page.close()
  await later.page.goto(`${new URL(link).origin}/join/`)
  await expect(later.page.getByRole('main')).toContainText('The relay has your request')

  const back = await alice.nextTab()
  await back.open()
  await expect(later.title).toHaveValue('Plans')
  await expect(later.body).toHaveText('Worth the wait.')
})

test('I1 I2 I3 an invitation for many that was made offline lets in two at once when it has come to the relay, and a third while who made it sleeps', async ({
  meet,
}) => {
  const [alice, bob, carol, dora] = [await meet('Alice'), await meet('Bob'), await meet('Carol'), await meet('Dora')]
  await alice.begin('Plans', 'First.')
  await goOffline(alice)
  const link = await alice.invite({ worksOnce: false })
  const both = [bob, carol]
  for (const person of both) {
    await person.acceptInvitation(link)
    await expect(person.page.getByRole('heading', { name: 'This invitation is not known here' })).toBeVisible()
  }
  await expectAccessible(bob.page)

  await alice.context.setOffline(false)
  for (const { title } of both) await expect(title).toHaveValue('Plans', { timeout: PATIENCE.mailbox })
  for (const { title } of both) await expect(title).toBeEditable()
  for (const person of both) await expectText(person, 'First.')
  await alice.page.close()
  await dora.acceptInvitation(link)
  await expect(dora.title).toHaveValue('Plans')
  await expectText(dora, 'First.')
})

test('a reader sees everything as it is written and can change nothing', async ({ meet }) => {
  const alice = await meet('Alice')
  const bob = await meet('Bob')
  await alice.begin('Plans', 'First.')
  await bob.page.goto(await alice.invite({ role: 'Read' }))
  await expect(bob.page.getByRole('main')).toContainText('You can read every page.')
  await bob.page.getByRole('button', { name: /^Open / }).click()
  await bob.page.getByRole('textbox', { name: /^Your name/ }).fill('Bob')
  await bob.page.getByRole('button', { name: 'Join' }).click()
  await expect(bob.body).toHaveText('First.')
  await expect(bob.page.getByRole('main')).toContainText('You can read this page. An admin can let you write.')
  await expect(bob.title).not.toBeEditable()
  await expect(bob.body).not.toBeEditable()
  await expect(bob.sidebar.getByRole('button', { name: 'New page' })).toHaveCount(0)
  await bob.body.click()
  await bob.page.keyboard.type('x')
  await alice.write(' Second.')
  await expectText(bob, 'First. Second.')
  await expectText(alice, 'First. Second.')
  await bob.page.getByRole('button', { name: 'Share' }).click()
  await expect(bob.dialog).toContainText('You cannot invite people here. Alice can.')
})

test('a link that came by other ways is pasted, and whoever is in already goes straight to the pages', async ({
  meet,
}) => {
  const alice = await meet('Alice')
  const bob = await meet('Bob')
  await alice.begin('Plans')
  const link = await alice.invite()
  await bob.open()
  await bob.page.getByRole('main').getByRole('button', { name: 'Join with a link' }).click()
  await bob.dialog.getByRole('textbox', { name: 'Invitation link' }).fill('https://example.org/elsewhere')
  await bob.dialog.getByRole('button', { name: 'Open the invitation' }).click()
  await expect(bob.dialog).toContainText('That is not a whole invitation link.')
  await bob.dialog.getByRole('textbox', { name: 'Invitation link' }).fill(link)
  await bob.dialog.getByRole('button', { name: 'Open the invitation' }).click()
  await expect(bob.page.getByRole('main')).toContainText('Alice invites you to')
  await bob.page.getByRole('button', { name: /^Open / }).click()
  await enter(bob.page.getByRole('textbox', { name: /^Your name/ }), 'Bob')
  await bob.page.getByRole('button', { name: 'Join' }).click()
  await expect(bob.title).toHaveValue('Plans')
  await bob.page.goto(await alice.invite())
  await expect(bob.title).toHaveValue('Plans')
})
