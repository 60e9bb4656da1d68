import { Buffer } from 'node:buffer'
import hostile from './hostile-html.json' with { type: 'json' }
import { expect, test } from './journey'
import type { Person } from './person'

/** In every page before anything else: notes whatever runs, instead of asking somebody. */
function noteWhatRuns(): void {
  const ran: string[] = []
  const note = (name: string) => (said?: unknown) => {
    ran.push(`${name} ${said}`)
  }
  Object.assign(globalThis, { ran, alert: note('alert'), confirm: note('confirm'), prompt: note('prompt') })
}

const whatRan = ({ page }: Person) => page.evaluate(() => (globalThis as unknown as { ran: string[] }).ran)

/** Pastes each as a program would that puts it on the clipboard as HTML. */
const pasteAll = ({ body }: Person, payloads: readonly string[]) =>
  body.evaluate((root, all) => {
    for (const html of all) {
      const clipboardData = new DataTransfer()
      clipboardData.setData('text/html', html)
      clipboardData.setData('text/plain', 'plain')
      root.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
    }
  }, payloads)

/** Elements and attributes of the page that could run, load or style anything. */
const dangersIn = ({ body }: Person) =>
  body.evaluate((root) =>
    [...root.querySelectorAll('*')].flatMap((element) => {
      const isOdd =
        /^(script|style|iframe|object|embed|form|svg|annotation-xml|template|link|meta|base|video|audio)$/i.test(
          element.localName,
        )
      const attributes = [...element.attributes].filter(
        ({ name, value }) => /^on|^style$|^srcdoc$/i.test(name) || /^\s*(javascript|vbscript|data:text)/i.test(value),
      )
      return [...(isOdd ? [element.localName] : []), ...attributes.map(({ name, value }) => `${name}=${value}`)]
    }),
  )

test('attack 26 nothing of a published list of hostile HTML runs, pasted or imported', async ({ meet }) => {
  const { payloads } = hostile
  const alice = await meet('Alice')
  await alice.page.addInitScript(noteWhatRuns)
  await alice.begin('Clipboard')
  await alice.page.evaluate(() => alert('control'))
  expect(await whatRan(alice)).toEqual(['alert control'])

  await pasteAll(alice, payloads)
  await alice.page.keyboard.type('the end')
  await expect(alice.body).toContainText('the end')
  expect([await dangersIn(alice), await whatRan(alice)]).toEqual([[], ['alert control']])

  const chosen = alice.page.waitForEvent('filechooser')
  await alice.sidebar.getByRole('button', { name: 'Import' }).click()
  const buffer = Buffer.from(`${payloads.join('\n\n')}\n\nthe end`)
  await (await chosen).setFiles({ name: 'Imported.md', mimeType: 'text/markdown', buffer })
  await expect(alice.title).toHaveValue('Imported')
  await expect(alice.body).toContainText('the end')
  expect([await dangersIn(alice), await whatRan(alice)]).toEqual([[], ['alert control']])

  await alice.page.reload()
  await expect(alice.body).toContainText('the end')
  expect([await dangersIn(alice), await whatRan(alice)]).toEqual([[], []])
})
