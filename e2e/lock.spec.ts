import { findCanaries } from '#lib/testing/find-canaries'
import { expectAccessible } from './accessibility'
import { expect, test } from './journey'
import type { Person } from './person'
import { expectText } from './units'

test.use({ offlineCopy: true })

const PASSPHRASE = 'otter lantern north plum'
const CANARY = 'waxberry-canary-4711'

const isLocked = (tab: Person) => expect(tab.page.getByRole('heading', { name: 'Locked' })).toBeVisible()

/** Opens what the workspace menu calls by that name. */
async function chooseFromMenu(person: Person, name: string | RegExp): Promise<void> {
  await person.sidebar.getByRole('button', { name: 'Workspaces' }).click()
  await person.page.getByRole('menuitem', { name }).click()
}

async function setPassphrase(person: Person, passphrase = PASSPHRASE): Promise<void> {
  await chooseFromMenu(person, 'Lock with a passphrase')
  await person.dialog.getByLabel('New passphrase').fill(passphrase)
  await person.dialog.getByLabel('The same again').fill(passphrase)
  await person.dialog.getByRole('button', { name: 'Set passphrase' }).click()
  await expect(person.dialog.getByText('A passphrase is set')).toBeVisible()
}

async function unlock({ page }: Person, passphrase = PASSPHRASE): Promise<void> {
  await page.getByLabel('Passphrase').fill(passphrase)
  await page.getByRole('button', { name: 'Unlock' }).click()
}

/** Every value that the browser keeps for this site, as bytes, and how the storage key stands there. */
async function whatIsKept({ page }: Person) {
  const { texts, keyFields } = await page.evaluate(async () => {
    const seen: string[] = []
    const note = (value: unknown): void => {
      if (value instanceof Uint8Array) seen.push(String.fromCharCode(...value))
      else if (typeof value === 'string') seen.push(value)
      else if (typeof value === 'object' && value !== null) for (const one of Object.entries(value).flat()) note(one)
    }
    const ask = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
      })
    const database = await ask(indexedDB.open('waxwing'))
    const stores = [...database.objectStoreNames]
    const transaction = database.transaction(stores)
    for (const store of stores) {
      for (const part of ['getAll', 'getAllKeys'] as const) note(await ask(transaction.objectStore(store)[part]()))
    }
    const key: unknown = await ask(transaction.objectStore('keys').get('storage-key'))
    database.close()
    for (const [name, value] of Object.entries({ ...localStorage, ...sessionStorage })) note([name, value])
    return { texts: seen, keyFields: Object.keys(Object(key)).sort() }
  })
  return { bytes: Buffer.from(texts.join('\u0000'), 'latin1'), keyFields }
}

/** How many texts with `text` in them, and how many keys of WebCrypto, the page holds in memory, garbage left out. */
async function inMemory({ context, page }: Person, text: string): Promise<{ texts: number; keys: number }> {
  const debug = await context.newCDPSession(page)
  const chunks: string[] = []
  debug.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk))
  await debug.send('HeapProfiler.enable')
  await debug.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false })
  await debug.detach()
  const { strings, nodes, snapshot }: HeapSnapshot = JSON.parse(chunks.join(''))
  const { node_fields: fields, node_types: types } = snapshot.meta
  const [name, type] = [fields.indexOf('name'), fields.indexOf('type')]
  const native = types[type]?.indexOf('native')
  const keys = nodes.filter(
    (value, i) => i % fields.length === name && strings[value] === 'CryptoKey' && nodes[i - name + type] === native,
  )
  return { texts: strings.filter((one) => one.includes(text)).length, keys: keys.length }
}

interface HeapSnapshot {
  readonly strings: readonly string[]
  readonly nodes: readonly number[]
  readonly snapshot: {
    readonly meta: { readonly node_fields: readonly string[]; readonly node_types: readonly (readonly string[])[] }
  }
}

test('V4 a passphrase locks every tab, loses nothing, and leaves nothing that can be read', async ({ meet }) => {
  const alice = await meet('Alice')
  const { page } = alice
  await alice.begin('Plans', `Before the lock. ${CANARY}`)
  const second = await alice.nextTab()
  await second.open()
  await page.bringToFront()

  await chooseFromMenu(alice, 'Lock with a passphrase')
  await alice.dialog.getByLabel('New passphrase').fill('short')
  await expect(alice.dialog.getByRole('status')).toContainText('Too short')
  await expect(alice.dialog.getByRole('button', { name: 'Set passphrase' })).toBeDisabled()
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await setPassphrase(alice)
  await expectAccessible(page)
  await page.keyboard.press('Escape')

  const open = await inMemory(alice, CANARY)
  expect(open.texts).toBeGreaterThan(0)

  await alice.write(' Typed last.')
  await page.keyboard.press('Control+Shift+L')
  await isLocked(alice)
  await isLocked(second)
  await expect(page.getByText(CANARY)).toHaveCount(0)

  const locked = await inMemory(alice, CANARY)
  // one public key may be left, with which the page verified what it wrote itself
  expect([locked.texts, locked.keys <= 1, open.keys > 1]).toEqual([0, true, true])
  const kept = await whatIsKept(alice)
  expect(findCanaries(kept.bytes, [{ name: 'what was typed', content: CANARY }])).toEqual([])
  expect(kept.keyFields).toEqual(['memoryKib', 'passes', 'salt', 'version', 'wrapped', 'wrappedBy'])

  await unlock(alice, 'otter lantern south plum')
  await expect(page.getByText('That is not the passphrase.')).toBeVisible()
  await expectAccessible(page)
  await unlock(alice)
  await expect(alice.title).toHaveValue('Plans')
  await expectText(alice, `Before the lock. ${CANARY} Typed last.`)
  await alice.write(' Typed after.')
  await expect(alice.status).toHaveText('Saved on this device')

  await page.reload()
  await isLocked(alice)
  await unlock(alice)
  await expect(alice.body).toContainText('Typed after.')

  await isLocked(second)
  await unlock(second)
  await expect(second.body).toContainText('Typed after.')
  await second.write(' From the other tab.')
  await second.page.keyboard.press('Control+Shift+L')
  await isLocked(alice)
  await isLocked(second)
  await unlock(second)
  await expect(second.body).toContainText('Typed after. From the other tab.')
})

test('V4 locks when nobody is there and never under somebody who types; can be changed, removed and left', async ({
  meet,
}) => {
  const alice = await meet('Alice')
  const { page, dialog } = alice
  await alice.begin('Plans', 'a')
  const link = await alice.invite()
  await setPassphrase(alice)
  await page.clock.install()
  await dialog.getByRole('combobox', { name: 'Lock by itself' }).click()
  await page.getByRole('option', { name: 'After 1 minute' }).click()
  await expect(dialog.getByRole('combobox', { name: 'Lock by itself' })).toHaveText('After 1 minute')
  await page.keyboard.press('Escape')
  for (const letter of 'bcde') {
    await alice.write(letter)
    await page.clock.fastForward('00:40')
  }
  await expect(alice.body).toHaveText('abcde')
  await page.clock.fastForward('01:00')
  await isLocked(alice)

  await page.goto(link)
  await isLocked(alice)
  await unlock(alice)
  await page.waitForURL(/#\/w\//)
  await isLocked(alice)
  await unlock(alice)
  await expect(alice.body).toHaveText('abcde')

  await chooseFromMenu(alice, 'Your devices')
  await dialog.getByRole('button', { name: 'Link another device' }).click()
  await expect(dialog.getByRole('textbox', { name: 'The twelve words' })).toHaveCount(0)
  await dialog.getByLabel('Your passphrase').fill(PASSPHRASE)
  await dialog.getByRole('button', { name: 'Continue' }).click()
  await expect(dialog.getByRole('textbox', { name: 'The twelve words' })).toBeVisible()
  await page.keyboard.press('Escape')

  await chooseFromMenu(alice, 'Passphrase')
  await dialog.getByRole('button', { name: 'Change…' }).click()
  await dialog.getByLabel('Your passphrase').fill('a wrong guess')
  await dialog.getByLabel('New passphrase').fill('ribbon stove meadow')
  await dialog.getByLabel('The same again').fill('ribbon stove meadow')
  await dialog.getByRole('button', { name: 'Change passphrase' }).click()
  await expect(dialog.getByText('That is not the passphrase.')).toBeVisible()
  await expectAccessible(page)
  await dialog.getByLabel('Your passphrase').fill(PASSPHRASE)
  await dialog.getByRole('button', { name: 'Change passphrase' }).click()
  await dialog.getByRole('button', { name: 'Lock now' }).click()
  await isLocked(alice)
  await unlock(alice)
  await expect(page.getByText('That is not the passphrase.')).toBeVisible()

  await page.getByRole('button', { name: 'I forgot the passphrase' }).click()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Start anew' }).click()
  await expect(alice.title).toHaveValue('')
  await chooseFromMenu(alice, 'Lock with a passphrase')
  await dialog.getByRole('button', { name: 'Go to the pages from before' }).click()
  await isLocked(alice)
  await unlock(alice, 'ribbon stove meadow')
  await expect(alice.body).toHaveText('abcde')

  await chooseFromMenu(alice, 'Passphrase')
  await dialog.getByRole('button', { name: 'Remove…' }).click()
  await dialog.getByLabel('Your passphrase').fill('ribbon stove meadow')
  await dialog.getByRole('button', { name: 'Remove passphrase' }).click()
  await expect(dialog.getByText('Lock with a passphrase')).toBeVisible()
  await page.reload()
  await expect(alice.body).toHaveText('abcde')
})
