import { Buffer } from 'node:buffer'
import { readFile } from 'node:fs/promises'
import type { Download } from '@playwright/test'
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate'
import { findCanaries } from '#lib/testing/find-canaries'
import { expectAccessible } from './accessibility'
import { expect, test } from './journey'
import { enter, type Person } from './person'
import { shape } from './shape'

interface ChosenFile {
  readonly name: string
  readonly content: string | Buffer
}

/** A PNG of one pixel. */
const RED_DOT = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==',
  'base64',
)
const CLIPBOARD = { permissions: ['clipboard-read', 'clipboard-write'] }
const SOURCE = `# The harbour contract

On 14 March the port authority awarded a contract worth **€38.4 million** to a company formed *eleven days earlier*.

## Before we publish

- [x] Second source
- [ ] Right of reply
  - [ ] minister

1. Export the \`ledger\`
2. Filter by [payee](https://register.example/owners)

> We were told the file was complete.

\`\`\`sql
select payee from ledger -- *not* emphasis
\`\`\`

---

The ~~first~~ <u>last</u> line.\\
And a break.
`

/** Chooses files for "Import files", in the page while it is empty, else in the sidebar. */
async function importFiles({ page }: Person, place: 'main' | 'navigation', ...files: ChosenFile[]): Promise<void> {
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole(place).getByRole('button', { name: 'Import files' }).click()
  await (await chooser).setFiles(
    files.map(({ name, content }) => ({ name, mimeType: 'text/markdown', buffer: Buffer.from(content) })),
  )
}

async function bytesOf(download: Promise<Download>): Promise<Buffer> {
  return readFile(await (await download).path())
}

/** Puts texts on the clipboard as another program would. */
async function copyElsewhere({ page }: Person, types: Readonly<Record<string, string>>): Promise<void> {
  await page.evaluate(async (texts) => {
    const blobs = Object.entries(texts).map(([type, text]) => [type, new Blob([text], { type })])
    await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))])
  }, types)
}

test('what is pasted comes in as what it means, and what is copied goes out as others read it', async ({ meet }) => {
  const alice = await meet('Alice', CLIPBOARD)
  const { keyboard } = alice.page
  const shows = (...lines: string[]) => expect.poll(() => shape(alice)).toEqual(lines)
  const startOver = async () => {
    await keyboard.press('ControlOrMeta+a')
    await keyboard.press('Backspace')
    await shows('')
  }
  await alice.begin('Clipboard')
  await copyElsewhere(alice, { 'text/plain': '## Head\n\n- one\n  - [x] two\n\nsome **bold** text\n' })
  await keyboard.press('ControlOrMeta+v')
  await shows('h2 Head', '- one', '  [x] two', 'some <strong>bold</strong> text')
  await keyboard.press('ControlOrMeta+z')
  await shows('')
  await keyboard.press('ControlOrMeta+Shift+v')
  await shows('## Head', '- one', '  - [x] two', 'some **bold** text', '')
  await startOver()

  const html =
    '<h2>Title</h2><ul><li>one<ul><li>two</li></ul></li></ul><p>a <b>b</b> <a href="javascript:alert(1)">no</a> ' +
    '<a href="https://ok.example">ok</a></p><table><tr><td>1</td><td>2</td></tr></table>' +
    '<img src="https://evil.example/x.png"><iframe src="https://evil.example"></iframe>'
  await copyElsewhere(alice, { 'text/plain': 'plain', 'text/html': html })
  await keyboard.press('ControlOrMeta+v')
  await shows(
    ...['h2 Title', '- one', '  - two', 'a <strong>b</strong> no <a https://ok.example/>ok</a>', '| 1 | 2 |'],
    '<a https://evil.example/x.png>x.png</a>',
  )
  await keyboard.press('ControlOrMeta+a')
  await keyboard.press('ControlOrMeta+c')
  const copied = await alice.page.evaluate(async () => {
    const [item] = await navigator.clipboard.read()
    const read = async (type: string) => (await item?.getType(type))?.text()
    return { text: await read('text/plain'), html: await read('text/html') }
  })
  expect(copied.text).toBe('Title\n\n- one\n  - two\n\na b no ok\n\n1\t2\n\nx.png')
  expect(copied.html).toContain('<ul>')
  expect(copied.html).not.toContain('data-list-kind')
  const before = await shape(alice)
  await keyboard.press('ControlOrMeta+x')
  await shows('')
  await keyboard.press('ControlOrMeta+v')
  await expect.poll(() => shape(alice)).toEqual(before)

  await startOver()
  await keyboard.type('hello world')
  await keyboard.press('ControlOrMeta+Shift+ArrowLeft')
  await copyElsewhere(alice, { 'text/plain': 'https://a.example/x' })
  await keyboard.press('ControlOrMeta+v')
  await keyboard.type('!')
  await shows('hello <a https://a.example/x>world</a>!')

  await startOver()
  const dot = await alice.page.evaluate(() => {
    const canvas = document.createElement('canvas')
    canvas.getContext('2d')?.fillRect(0, 0, 40, 40)
    return canvas.toDataURL()
  })
  await copyElsewhere(alice, {
    'text/plain': 'one',
    'text/html': `<p>one</p><p><img alt="A square" src="${dot}"></p><p>two</p>`,
  })
  await keyboard.press('ControlOrMeta+v')
  await expect(alice.body.getByRole('img', { name: 'A square' })).toBeVisible()
  const blocks = () =>
    alice.body.evaluate(({ children }) => [...children].map((one) => one.querySelector('img')?.alt ?? one.textContent))
  expect(await blocks()).toEqual(['one', 'A square', 'two'])
})

test('a Markdown file becomes a page, survives, and comes out as it went in', async ({ meet }) => {
  const alice = await meet('Alice')
  await alice.open()
  await importFiles(alice, 'main', { name: 'contract.md', content: SOURCE })
  await expect(alice.title).toHaveValue('The harbour contract')
  await expect(alice.pages).toHaveText(['The harbour contract'])
  await expect(alice.status).toHaveText('Saved on this device')
  await alice.page.reload()
  await expect(alice.title).toHaveValue('The harbour contract')
  await expect(alice.body).toContainText('And a break.')
  const imported = await shape(alice)
  expect(imported).toContain('sql| select payee from ledger -- *not* emphasis')

  const download = alice.page.waitForEvent('download')
  await alice.choose('Export')
  await expect(alice.dialog.getByRole('radio', { name: /^Markdown/ })).toBeChecked()
  await expectAccessible(alice.page)
  await alice.dialog.getByRole('button', { name: 'Download' }).click()
  expect((await download).suggestedFilename()).toBe('The harbour contract.md')
  const exported = await bytesOf(download)
  expect(exported.toString()).toBe(SOURCE)

  await importFiles(
    alice,
    'navigation',
    { name: 'again.md', content: exported },
    { name: 'No heading.txt', content: '\ufeffJust text.' },
  )
  await expect(alice.pages).toHaveText(['The harbour contract', 'The harbour contract', 'No heading'])
  await expect(alice.title).toHaveValue('No heading')
  await expect.poll(() => shape(alice)).toEqual(['Just text.'])
  await alice.pages.nth(1).click()
  await expect.poll(() => shape(alice)).toEqual(imported)
  await expect(alice.page).toHaveTitle('Waxwing')
})

test('an archive comes in as pages that lead to each other, and says what could not be kept', async ({ meet }) => {
  const alice = await meet('Alice')
  const { page } = alice
  await alice.open()
  const archive = zipSync({
    'Vault/Home.md': strToU8(
      'See [[Ledger]] and [the web](Web%20page.html).\n\n![[map.png]]\n\n[notes.pdf](notes.pdf)',
    ),
    'Vault/Ledger.csv': strToU8('Payee;Sum\nEstuary;38.4'),
    'Vault/Web page.html': strToU8(
      '<h1 style="color:red">From the web</h1><p onclick="alert(1)">Back <a href="Home.md">home</a><script>alert(2)</script>' +
        '<img src="https://evil.example/x.png"><ul><li><input type="checkbox" checked>done</li></ul>',
    ),
    'Vault/map.png': RED_DOT,
    'Vault/notes.pdf': strToU8('%PDF'),
    'Vault/old.psd': strToU8('8BPS'),
  })
  await importFiles(alice, 'main', { name: 'Vault.zip', content: Buffer.from(archive) })
  await expect(alice.pages).toHaveText(['Vault', 'Home', 'Ledger', 'From the web'])
  const report = page.getByRole('status').filter({ hasText: '“Vault.zip” came in as 4 pages.' })
  await expect(report).toContainText('1 image: x.png')
  await expect(report).toContainText('1 file that no page shows or links to: Vault/old.psd')
  await expectAccessible(page)
  await report.getByRole('button', { name: 'Dismiss' }).click()
  const addressOf = (at: number) => alice.pages.nth(at).getAttribute('href')
  await expect.poll(() => shape(alice)).toContainEqual(`- <a ${await addressOf(3)}>Web page</a>`)
  await alice.pages.nth(3).click()
  await expect(alice.title).toHaveValue('From the web')
  await expect.poll(() => shape(alice)).toEqual([`Back <a ${await addressOf(1)}>home</a>`, '[x] done'])
  await alice.pages.nth(1).click()
  await expect(alice.title).toHaveValue('Home')
  await expect(alice.body.locator('figure img')).toBeVisible()

  const exported = async (choice: RegExp) => {
    const download = page.waitForEvent('download')
    await alice.choose('Export')
    await alice.dialog.getByRole('radio', { name: choice }).click()
    await alice.dialog.getByRole('button', { name: 'Download' }).click()
    return bytesOf(download)
  }
  const webPage = await exported(/^Web page/)
  expect(webPage.toString()).toContain(`<img alt="" src="data:image/png;base64,${RED_DOT.toString('base64')}">`)
  const word = unzipSync(await exported(/^Word/))
  expect(Buffer.from(word['word/media/picture1.png'] ?? []).equals(RED_DOT)).toBe(true)
  const files = unzipSync(await exported(/^All pages/))
  expect(Object.keys(files)).toEqual([
    ...['Vault.md', 'pictures/map.png', 'attached files/notes.pdf'],
    ...['Home.md', 'Ledger.md', 'From the web.md'],
  ])
  expect(strFromU8(files['Ledger.md'] ?? new Uint8Array())).toContain('| Estuary | 38.4 |')
  expect(strFromU8(files['From the web.md'] ?? new Uint8Array())).toBe(
    '# From the web\n\nBack [home](Home.md)\n\n- [x] done\n',
  )
})

test('a file that is no page is refused in a sentence, runs nothing and changes nothing', async ({ meet }) => {
  const alice = await meet('Alice')
  await alice.begin('Keep', 'As it was.')
  const alerts = alice.page.getByRole('alert')
  const refusals: readonly (readonly [ChosenFile, string])[] = [
    [{ name: 'photo.md', content: Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex') }, 'is not a text file'],
    [{ name: 'zeros.md', content: Buffer.alloc(1000) }, 'is not a text file'],
    [{ name: 'utf16.md', content: Buffer.from('\ufeff# Head', 'utf16le') }, 'is not a text file'],
    [{ name: 'latin1.md', content: Buffer.from('Größe', 'latin1') }, 'is not a text file'],
    [{ name: 'cut.md', content: Buffer.from('Straße €').subarray(0, -1) }, 'is not a text file'],
    [{ name: 'large.md', content: Buffer.alloc(12 * 1_048_576 + 1, 'x') }, 'is larger than 12 MB'],
    [{ name: 'deep.md', content: `${'> '.repeat(400)}deep` }, 'nests lists or quotes too deep'],
  ]
  for (const [file, sentence] of refusals) {
    await importFiles(alice, 'navigation', file)
    await expect(alerts.filter({ hasText: sentence })).toContainText(`“${file.name}”`)
    await alerts.getByRole('button', { name: 'Dismiss' }).click()
    await expect(alerts.filter({ hasText: sentence })).toHaveCount(0)
  }
  await importFiles(alice, 'navigation', ...refusals.slice(0, 3).map(([file]) => file))
  await expect(alerts.filter({ hasText: 'is not a text file' })).toHaveCount(3)
  await expect(alice.pages).toHaveText(['Keep'])
  await expect(alice.body).toHaveText('As it was.')

  const hostile =
    '<script>alert(1)</script> <img src=x onerror=alert(1)>\n\n[a](javascript:alert(1)) ![b](https://evil.example/b.png) ' +
    '[c](data:text/html,x)\n\n```\nnever closed'
  await importFiles(alice, 'navigation', { name: 'hostile.md', content: hostile })
  await expect(alice.title).toHaveValue('hostile')
  await expect(alice.body).toContainText('<script>alert(1)</script> <img src=x onerror=alert(1)>')
  await expect(alice.body.locator('script, img, [onerror]')).toHaveCount(0)
  await expect(alice.body.getByRole('link')).toHaveText(['b'])
})

test('a long file says how far it is, and what is kept of it when it is stopped', async ({ meet }) => {
  const blocks = Array.from({ length: 20_000 }, (_, i) => `p${i} ${'word '.repeat(40).trim()}`)
  const long = { name: 'Long.md', content: blocks.join('\n\n') }
  const alice = await meet('Alice')
  const { page } = alice
  const notice = page.getByRole('status').filter({ hasText: '“Long.md”' })
  const stop = page.getByRole('button', { name: 'Stop' })
  const alert = page.getByRole('alert').filter({ hasText: 'Stopped.' })
  await alice.begin('Keep', 'As it was.')
  await page.reload()
  await expect(alice.title).toHaveValue('Keep')
  await importFiles(alice, 'navigation', long)
  await expect(alice.title).toHaveValue('Long')
  await expect(notice).toHaveText('Bringing in “Long.md”…')
  await expect(page.getByRole('progressbar', { name: 'Long.md' })).toHaveText(/^[1-9]\d? %$/)
  await expectAccessible(page)
  await stop.press('Enter')
  await expect(alert).toContainText(/The page keeps what came in of “Long.md”, about \d+ %/)
  await expect(notice).toHaveCount(0)
  await expect(alice.status).toHaveText('Saved on this device')
  const kept = await alice.body.evaluate((root) => root.childElementCount)
  expect(kept).toBeGreaterThan(100)
  expect(kept).toBeLessThan(blocks.length)
  await page.reload()
  await expect.poll(() => alice.body.evaluate((root) => root.childElementCount)).toBe(kept)
  await expect(alice.body.locator('p').last()).toHaveText(blocks[kept - 1] ?? '')
})

test('a backup is sealed, and its code alone brings everything back in another browser', async ({ meet }) => {
  const [title, body, name] = ['canary-title-godwit-4418', 'canary-body-curlew-6027', 'canary-other-title-knot-1593']
  const alice = await meet('Alice')
  const { page, dialog } = alice
  const backUp = alice.sidebar.getByRole('button', { name: 'Back up' })
  await alice.open()
  await backUp.click()
  await dialog.getByRole('button', { name: 'Download' }).click()
  await expect(dialog).toContainText('Nothing is written on this device yet.')
  await alice.leaveDialog()

  await alice.title.fill(name)
  await expect(alice.status).toHaveText('Saved on this device')
  await alice.sidebar.getByRole('button', { name: 'Workspaces' }).click()
  await page.getByRole('menuitem', { name: 'New workspace' }).click()
  await expect(alice.title).toHaveValue('')
  await alice.title.fill(title)
  await alice.write(body)
  await expect(alice.status).toHaveText('Saved on this device')

  await backUp.click()
  await expect(dialog).toContainText('every page, its history')
  const download = page.waitForEvent('download')
  await dialog.getByRole('button', { name: 'Download' }).click()
  const fileName = (await download).suggestedFilename()
  expect(fileName).toMatch(/^waxwing-\d{4}-\d\d-\d\d\.backup$/)
  const buffer = await bytesOf(download)
  await expect(dialog).toContainText('It opens with this code and with nothing else')
  await expectAccessible(page)
  const code = (await dialog.innerText()).match(/(?:[0-9A-Z]{4}-){7}[0-9A-Z]{4}/)?.[0] ?? ''
  const canaries = [title, body, name, code].map((content) => ({ name: content, content }))
  expect(findCanaries(buffer, canaries)).toEqual([])
  await dialog.getByRole('button', { name: 'I have the code' }).click()
  await backUp.click()
  await expect(dialog.getByRole('button', { name: 'Download' })).toBeVisible()
  await expect(dialog).not.toContainText(code)
  await alice.leaveDialog()

  const phone = await meet('Phone')
  await phone.open()
  await phone.page.getByRole('button', { name: 'Open a backup' }).click()
  const chooser = phone.page.waitForEvent('filechooser')
  await phone.dialog.getByRole('button', { name: 'The file' }).click()
  await (await chooser).setFiles({ name: fileName, mimeType: 'application/octet-stream', buffer })
  await expect(phone.dialog).toContainText(fileName)
  await enter(
    phone.dialog.getByRole('textbox', { name: 'Its code' }),
    code.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
  )
  await phone.page.keyboard.press('Enter')
  await expect(phone.dialog).toContainText('This code does not open this file')
  await expectAccessible(phone.page)
  await enter(phone.dialog.getByRole('textbox', { name: 'Its code' }), code.toLowerCase())
  await phone.page.keyboard.press('Enter')
  await expect(phone.dialog.getByRole('listitem')).toHaveText([/1 page\.$/, /1 page\.$/])
  await expectAccessible(phone.page)
  await phone.dialog.getByRole('button', { name: 'Bring it back' }).click()
  await expect(phone.pages).toHaveText([name])
  await phone.sidebar.getByRole('button', { name: 'Workspaces' }).click()
  await phone.page.getByRole('menuitem', { name: 'My workspace' }).nth(1).click()
  await expect(phone.title).toHaveValue(title)
  await expect(phone.body).toContainText(body)
  await expect(phone.title).toBeEditable()
  await phone.write('and onwards')
  await expect(alice.body).toContainText('and onwards')
})
