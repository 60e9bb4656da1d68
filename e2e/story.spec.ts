import { expect, test } from './journey'
import type { Person } from './person'
import { picture } from './picture'

const PROSE = `On 14 March the port authority awarded a dredging contract worth €38.4 million to a company formed eleven days earlier. We have the tender file, the minutes and 212 pages of letters, and two witnesses.
Nobody we spoke to can say who checked the ownership register. The authority answered eleven of our questions, *all by telephone*.
## Before we publish
[ ] Second source for the opening of the bids
Confirm the 3 March date with the commercial register
Right of reply: minister, authority, both directors

> The names of both witnesses stay out of this page. Ask **Kim** before you call either of them.`

/** Where the line with this text ends on screen, in pixels. */
const rightEdge = (person: Person, text: string) =>
  person.body.getByText(text).evaluate((line) => {
    const range = document.createRange()
    range.selectNodeContents(line)
    return Math.max(...[...range.getClientRects()].map(({ right }) => right))
  })

test('a newsroom writes a story: the first minutes of three people, as the documents show them', async ({
  meet,
  relay,
}) => {
  const mara = await meet('Mara Voss')
  const { page } = mara
  await mara.open()
  await expect(mara.title).toBeFocused()
  await picture(page, 'first-open')
  await page.keyboard.type('The harbour contract')
  await page.keyboard.press('Enter')
  await page.keyboard.type(PROSE)
  await expect(mara.body.getByRole('heading', { name: 'Before we publish' })).toBeVisible()
  await mara.body.getByRole('checkbox').first().check()
  for (const title of ['Timeline', 'Tender file, annotated', 'Interview notes']) await mara.newPage(title)
  await mara.openPage('The harbour contract')
  await mara.sidebar.getByRole('button', { name: 'Workspaces' }).click()
  await page.getByRole('menuitem', { name: 'Rename this workspace' }).click()
  await mara.dialog.getByRole('textbox').fill('Harbour Desk')
  await mara.dialog.getByRole('button', { name: 'Rename' }).click()
  await expect(mara.dialog).toHaveCount(0)

  const link = await mara.invite({ worksOnce: false })
  const dialog = await mara.share()
  await dialog.getByRole('button', { name: 'Create link' }).click()
  await expect(dialog.getByRole('img', { name: 'QR code of the link' })).toBeVisible()
  await picture(page, 'share')
  await page.keyboard.press('Escape')

  const ana = await meet('Ana Duarte')
  await ana.page.goto(link)
  await expect(ana.page.getByRole('main')).toContainText('Mara Voss invites you to')
  await picture(ana.page, 'join')
  await ana.acceptInvitation(link)
  await expect(ana.title).toHaveValue('The harbour contract')
  const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, colorScheme: 'dark' } as const
  const kim = await meet('Kim Adeyemi', phone)
  await kim.acceptInvitation(link)
  await expect(kim.title).toHaveValue('The harbour contract')
  await expect(mara.page.getByRole('list', { name: 'Here now' }).getByRole('img')).toHaveCount(2)

  const before = await rightEdge(mara, 'commercial register')
  await kim.body.getByText('Nobody we spoke to').tap()
  await ana.body.getByText('commercial register').click()
  await ana.page.keyboard.press('End')
  await mara.body.getByText('On 14 March').click()
  for (const person of [mara, kim]) await expect(person.status).toHaveText(/^Everyone has this/)
  await Promise.all([ana.page.keyboard.press('Shift+Home'), kim.page.keyboard.press('ArrowLeft')])
  const names = ['Ana Duarte', 'Kim Adeyemi'].map((name) => mara.body.getByText(name))
  await Promise.all(names.map((name) => expect(name, 'a name stands by a caret that moved').toHaveCSS('opacity', '1')))
  await picture(page, 'writing-together')
  await picture(kim.page, 'phone')
  expect(await rightEdge(mara, 'commercial register'), 'a caret moves no letter').toBe(before)

  await kim.page.close({ runBeforeUnload: true })
  await ana.page.close({ runBeforeUnload: true })
  await expect(page.getByRole('list', { name: 'Here now' })).toHaveCount(0)
  await relay.kill()
  await mara.write(' They are safe.')
  await page.emulateMedia({ colorScheme: 'dark' })
  await expect(mara.status).toHaveText(/^Offline, \d+ edits? waiting$/)
  await mara.status.click()
  await expect(mara.dialog).toContainText('Keep writing.')
  await picture(page, 'offline')
})
