import type { Locator } from '@playwright/test'
import { expectAccessible } from './accessibility'
import { expect, test } from './journey'
import type { Person } from './person'
import { picture } from './picture'
import { expectText } from './units'

/** Pulls a block by its grip above another, with a mouse that stays beside the text. */
async function dragStraightUp(person: Person, block: Locator, above: Locator): Promise<void> {
  const { mouse } = person.page
  await block.hover()
  const grip = person.page.getByRole('button', { name: /^Drag to move/ })
  await grip.hover()
  const [from, to] = [await grip.boundingBox(), await above.boundingBox()]
  if (!from || !to) throw new Error('Nothing to pull at')
  await mouse.down()
  await mouse.move(from.x + from.width / 2, to.y + 4, { steps: 5 })
  await mouse.up()
}

/** Selects a word of the page as a hand does. */
async function select(person: Person, word: string): Promise<void> {
  await person.page.bringToFront()
  const box = await person.body.getByText(word).evaluate((block, wanted) => {
    const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT)
    for (let text = walker.nextNode(); text; text = walker.nextNode()) {
      const at = text.textContent?.indexOf(wanted) ?? -1
      if (at < 0) continue
      const range = document.createRange()
      range.setStart(text, at)
      range.setEnd(text, at + wanted.length)
      const { x, y, width, height } = range.getBoundingClientRect()
      return { x: x + width / 2, y: y + height / 2 }
    }
    return undefined
  }, word)
  if (!box) throw new Error(`"${word}" is not on the page`)
  await person.page.mouse.dblclick(box.x, box.y)
}

test('E7 who may comment and not write says something about words of a page, and everybody talks about it', async ({
  meet,
}) => {
  const [alice, bob] = [await meet('Alice'), await meet('Bob')]
  await alice.begin('Harbour', 'The register was changed twice.')
  await alice.share()
  await alice.dialog.getByRole('radio', { name: 'Comment' }).click()
  await alice.dialog.getByRole('button', { name: 'Create link' }).click()
  const field = alice.dialog.getByRole('textbox', { name: 'Invitation link' })
  await expect(field).toHaveValue(/\/join\/#1\./)
  const link = await field.inputValue()
  await alice.leaveDialog()
  await bob.acceptInvitation(`http://${link}`)
  await expect(bob.body).toHaveText('The register was changed twice.')
  await expect(bob.title).not.toBeEditable()

  await select(bob, 'register')
  await bob.page.getByRole('toolbar').getByRole('button', { name: 'Comment' }).click()
  const bobs = bob.page.getByRole('complementary', { name: 'Comments' })
  await expect(bobs.getByRole('textbox', { name: 'Write a comment' })).toBeFocused()
  await bob.page.keyboard.type('Who says so?')
  await bob.page.keyboard.press('Control+Enter')
  await expect(bob.body.locator('.commented')).toHaveText('register')
  await expectAccessible(bob.page)

  await alice.page.bringToFront()
  await alice.page.getByRole('button', { name: 'Comments, 1 open' }).click()
  const alices = alice.page.getByRole('complementary', { name: 'Comments' })
  const thread = alices.getByRole('article', { name: 'register' })
  await expect(thread).toContainText('Bob')
  await expect(thread).toContainText('Who says so?')
  await thread.getByRole('textbox', { name: 'Write a reply' }).fill('The clerk.')
  await thread.getByRole('button', { name: 'Send' }).click()
  await expect(bobs.getByRole('article')).toContainText('The clerk.')
  await bobs.getByRole('button', { name: 'More about the comment by Alice' }).click()
  await bob.page.getByRole('menuitem', { name: '👍' }).click()
  await expect(thread.getByRole('button', { name: '👍 1 by Bob' })).toBeVisible()

  await alice.body.click()
  await alice.page.keyboard.press('ControlOrMeta+Home')
  await alice.page.keyboard.type('On Monday: ')
  await expectText(bob, 'On Monday: The register was changed twice.')
  await expect(bob.body.locator('.commented')).toHaveText('register')
  await expectAccessible(alice.page)
  await picture(alice.page, 'comments')

  const whose = alices.getByRole('combobox', { name: 'Whose comments are shown' })
  await whose.click()
  await alice.page.getByRole('option', { name: 'Bob' }).click()
  await expect(whose).toHaveText('Bob')
  await expect(thread).toBeVisible()
  await expectAccessible(alice.page)
  await bob.body.getByText('changed twice').click()
  await alice.page.getByRole('button', { name: 'Follow Bob' }).click()
  await expect(alice.page.getByText('Following Bob')).toBeVisible()
  await expectAccessible(alice.page)
  await alice.page.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(alice.page.getByText('Following Bob')).toBeHidden()

  await alice.write('\nNobody knows why.')
  await expectText(bob, 'On Monday: The register was changed twice.\nNobody knows why.')
  await alice.body.locator('p').first().hover()
  await alice.page.getByRole('button', { name: /^Drag to move/ }).dragTo(alice.body.getByText('Nobody knows'), {
    targetPosition: { x: 500, y: 14 },
  })
  await expectText(bob, 'Nobody knows why.\nOn Monday: The register was changed twice.')
  for (const person of [alice, bob]) await expect(person.body.locator('.commented')).toHaveText('register')
  await dragStraightUp(alice, alice.body.locator('p').last(), alice.body.locator('p').first())
  await expectText(bob, 'On Monday: The register was changed twice.\nNobody knows why.')
  for (const person of [alice, bob]) await expect(person.body.locator('.commented')).toHaveText('register')

  await bob.page.reload()
  await expect(bob.page.getByRole('button', { name: 'Comments, 1 open' })).toBeVisible()
  await thread.getByRole('button', { name: 'Resolve' }).click()
  await expect(alice.body.locator('.commented')).toHaveCount(0)
  await expect(bob.page.getByRole('button', { name: 'Comments', exact: true })).toBeVisible()
  await expect(bob.body.locator('.commented')).toHaveCount(0)

  await alices.getByRole('button', { name: 'Close the comments' }).click()
  await alice.page.setViewportSize({ width: 390, height: 780 })
  await alice.page.getByRole('button', { name: 'More', exact: true }).click()
  await alice.page.getByRole('menuitem', { name: 'Comments' }).click()
  await alice.dialog.getByRole('button', { name: 'Resolved 1' }).click()
  await expect(alice.dialog).toContainText('The clerk.')
  await expectAccessible(alice.page)
})
