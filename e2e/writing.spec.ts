import { expectAccessible } from './accessibility'
import { expect, test } from './journey'
import type { Person } from './person'
import { shape } from './shape'

const shows = (person: Person, ...lines: string[]) =>
  expect.poll(() => shape(person), { message: 'the page shows' }).toEqual(lines)

async function press(person: Person, ...keys: string[]): Promise<void> {
  for (const key of keys) await person.page.keyboard.press(key)
}

/** Empties the page on screen; the cursor stands in its one paragraph. */
async function startOver(person: Person): Promise<void> {
  await person.body.focus()
  await press(person, 'ControlOrMeta+a', 'Backspace')
  await press(person, 'ControlOrMeta+Alt+0')
  await shows(person, '')
}

test('every block and style comes by Markdown typing, and a reload loses none', async ({ meet }) => {
  const alice = await meet('Alice')
  await alice.begin('Typing')
  await alice.page.keyboard.type('# One\n## Two\n### Three\n#### Four\n')
  await alice.page.keyboard.type('a **bold** b *italic* c ~~gone~~ d `code` e [words](a.example/x) f www.b.example ')
  await alice.page.keyboard.type('\n- bullet\nnext\n\n1. first\nsecond\n\n[] to do\ndone')
  await press(alice, 'ControlOrMeta+Enter')
  await alice.page.keyboard.type('\n\n> said\ntwice\n\n```js\nlet x\nx++\n\n\n---after')
  const written = [
    'h1 One',
    'h2 Two',
    'h3 Three',
    'h4 Four',
    'a <strong>bold</strong> b <em>italic</em> c <s>gone</s> d <code>code</code> e <a https://a.example/x>words</a> f <a https://www.b.example>www.b.example</a> ',
    '- bullet',
    '- next',
    '1. first',
    '2. second',
    '[ ] to do',
    '[x] done',
    '> said',
    '> twice',
    'js| let x',
    'js| x++',
    '---',
    'after',
  ]
  await shows(alice, ...written)
  await expectAccessible(alice.page)
  await expect(alice.status).toHaveText('Saved on this device')
  await alice.page.reload()
  await shows(alice, ...written)

  await startOver(alice)
  await alice.page.keyboard.type('- ')
  await press(alice, 'ControlOrMeta+z')
  await alice.page.keyboard.type('a **b**')
  await shows(alice, '- a <strong>b</strong>')
  await press(alice, 'ControlOrMeta+z')
  await shows(alice, '- a **b**')
  await press(alice, 'ControlOrMeta+Shift+z')
  await shows(alice, '- a <strong>b</strong>')
  await press(alice, 'ControlOrMeta+b')
  await alice.page.keyboard.type(' `c`')
  await press(alice, 'Backspace')
  await shows(alice, '- a <strong>b</strong> `c`')
})

test('every block and style comes by toolbar and by keys, with a mouse and without', async ({ meet }) => {
  const alice = await meet('Alice')
  const tools = alice.page.getByRole('toolbar', { name: 'Formatting' })
  await alice.begin('Tools', 'word')
  const styles = [
    ['Bold', 'ControlOrMeta+b', 'strong'],
    ['Italic', 'ControlOrMeta+i', 'em'],
    ['Underline', 'ControlOrMeta+u', 'u'],
    ['Strikethrough', 'ControlOrMeta+Shift+x', 's'],
    ['Code', 'ControlOrMeta+e', 'code'],
  ] as const
  await press(alice, 'Shift+Home')
  for (const [name, key, tag] of styles) {
    const button = tools.getByRole('button', { name, exact: true })
    await button.click()
    await shows(alice, `<${tag}>word</${tag}>`)
    await expect(button).toHaveAttribute('aria-pressed', 'true')
    await press(alice, key)
    await shows(alice, 'word')
    await press(alice, key)
    await shows(alice, `<${tag}>word</${tag}>`)
    await button.click()
    await shows(alice, 'word')
  }
  const blocks = [
    ['Bulleted list', 'ControlOrMeta+Shift+8', '- word'],
    ['Numbered list', 'ControlOrMeta+Shift+7', '1. word'],
    ['Task list', 'ControlOrMeta+Shift+9', '[ ] word'],
    ['Quote', 'ControlOrMeta+Shift+Period', '> word'],
  ] as const
  for (const [name, key, line] of blocks) {
    await tools.getByRole('button', { name }).click()
    await shows(alice, line)
    await press(alice, key)
    await shows(alice, 'word')
  }
  const kinds = [
    ['Heading 1', 'ControlOrMeta+Alt+1', 'h1 word'],
    ['Heading 2', 'ControlOrMeta+Alt+2', 'h2 word'],
    ['Heading 3', 'ControlOrMeta+Alt+3', 'h3 word'],
    ['Heading 4', 'ControlOrMeta+Alt+4', 'h4 word'],
  ] as const
  for (const [name, key, line] of kinds) {
    await tools.getByRole('button', { name: 'Kind of block' }).click()
    await alice.page.getByRole('menuitemcheckbox', { name }).click()
    await shows(alice, line)
    await expect(alice.body).toBeFocused()
    await press(alice, key)
    await shows(alice, 'word')
  }

  await press(alice, 'Alt+F10')
  await expect(tools.getByRole('button', { name: 'Kind of block' })).toBeFocused()
  await press(alice, 'Enter')
  await expect(alice.page.getByRole('menuitemcheckbox', { name: 'Text' })).toBeFocused()
  await press(alice, 'End', 'ArrowUp')
  await expect(alice.page.getByRole('menuitemcheckbox', { name: 'Code block' })).toBeFocused()
  await press(alice, 'Enter')
  await shows(alice, '| word')
  await expect(alice.body).toBeFocused()
  await press(alice, 'ControlOrMeta+z')
  await shows(alice, 'word')
  await press(alice, 'Alt+F10')
  await expect(tools.getByRole('button', { name: 'Kind of block' })).toBeFocused()
  await press(alice, 'ArrowRight', 'ArrowRight', 'Enter', 'Escape')
  await expect(alice.body).toBeFocused()
  await shows(alice, '<em>word</em>')
})

test('a link is made, changed, opened and taken off, and none leads to a script', async ({ meet }) => {
  const alice = await meet('Alice')
  const { page } = alice
  const address = page.getByRole('textbox', { name: 'Address' })
  const card = page.getByRole('group', { name: 'Link' })
  await alice.begin('Links', 'see the register')
  await press(alice, 'ControlOrMeta+Shift+ArrowLeft', 'ControlOrMeta+k')
  await expect(address).toBeFocused()
  await page.keyboard.type('javascript:alert(1)')
  await press(alice, 'Enter')
  await expect(page.getByRole('alert').filter({ hasText: 'That is no address' })).toBeVisible()
  await expectAccessible(page)
  await shows(alice, 'see the register')
  await address.fill('register.example')
  await press(alice, 'Enter')
  await expect(alice.body).toBeFocused()
  await page.keyboard.type(' now')
  await shows(alice, 'see the <a https://register.example>register</a> now')

  await alice.body.getByText('register', { exact: true }).click()
  await expect(card).toContainText('register.example')
  await card.getByRole('button', { name: 'Edit link' }).click()
  await expect(address).toHaveValue('https://register.example')
  await address.fill(`${new URL(page.url()).origin}/join/`)
  await page.getByRole('button', { name: 'Apply' }).click()
  await alice.body.getByText('register', { exact: true }).click()
  const opened = alice.context.waitForEvent('page')
  await card.getByRole('button', { name: 'Open link' }).click()
  const other = await opened
  await expect(other.getByRole('heading', { name: 'No invitation here' })).toBeVisible()
  expect(await other.evaluate(() => [window.opener, document.referrer])).toEqual([null, ''])
  await other.close()
  await card.getByRole('button', { name: 'Remove link' }).click()
  await shows(alice, 'see the register now')
  await expect(alice.body).toBeFocused()
  await page.keyboard.type(' [x](javascript:alert(1)) javascript:alert(1) ')
  await expect(alice.body.getByRole('link')).toHaveCount(0)
})

test('Enter, Backspace, Tab and arrows do in lists, quotes and code what hands expect', async ({ meet }) => {
  const alice = await meet('Alice')
  const { keyboard } = alice.page
  await alice.begin('Hands', '- one\ntwo')
  await press(alice, 'Tab')
  await keyboard.type('\nthree')
  await shows(alice, '- one', '  - two', '  - three')
  await press(alice, 'Home', 'Enter', 'ArrowUp', 'Shift+Tab')
  await keyboard.type('between')
  await shows(alice, '- one', '  - two', '- between', '  - three')
  await press(alice, 'Home', 'Backspace')
  await shows(alice, '- one', '  - two', 'between', '- three')
  await press(alice, 'Backspace')
  await keyboard.type(' ')
  await shows(alice, '- one', '  - two between', '- three')

  await startOver(alice)
  await keyboard.type('[] first\nsecond')
  await alice.body.getByRole('checkbox').first().click()
  await keyboard.type('!')
  await shows(alice, '[x] first', '[ ] second!')
  await expect(alice.body.getByRole('checkbox').first()).toBeChecked()
  await press(alice, 'Enter', 'Enter')
  await keyboard.type('> said')
  await press(alice, 'Enter', 'Enter')
  await keyboard.type('```')
  await press(alice, 'Enter')
  await keyboard.type('a\nb')
  await press(alice, 'Shift+ArrowUp', 'Tab')
  await shows(alice, '[x] first', '[ ] second!', '> said', '|   a', '|   b')
  await press(alice, 'Shift+Tab', 'ArrowRight', 'ArrowDown', 'ArrowDown')
  await keyboard.type('under')
  await shows(alice, '[x] first', '[ ] second!', '> said', '| a', '| b', 'under')
  await press(alice, 'ControlOrMeta+Home', 'End', 'ArrowUp')
  await expect(alice.title).toBeFocused()
  await press(alice, 'ArrowDown')
  await expect(alice.body).toBeFocused()
  await press(alice, 'Escape', 'Shift+Tab')
  await expect(alice.title).toBeFocused()

  await startOver(alice)
  await keyboard.type('```')
  await press(alice, 'Enter')
  await keyboard.type('x')
  await alice.body.click({ position: { x: 200, y: 300 } })
  await keyboard.type('below')
  await shows(alice, '| x', 'below')
})

test('on a phone the toolbar above the keyboard does the same, with undo', async ({ meet }) => {
  const alice = await meet('Alice', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
  const tool = (name: string) => alice.page.getByRole('toolbar').getByRole('button', { name, exact: true })
  await alice.begin('Thumb', 'milk')
  await tool('Task list').tap()
  await shows(alice, '[ ] milk')
  await alice.body.getByRole('checkbox').tap()
  await expect(alice.body).toBeFocused()
  await tool('Bold').tap()
  await alice.page.keyboard.type('!')
  await shows(alice, '[x] milk<strong>!</strong>')
  for (const line of ['[x] milk', '[ ] milk', 'milk']) {
    await tool('Undo').tap()
    await shows(alice, line)
  }
  await tool('Redo').scrollIntoViewIfNeeded()
  await tool('Redo').tap()
  await shows(alice, '[ ] milk')
})
