import { Buffer } from 'node:buffer'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { type Canary, findCanaries } from '#lib/testing/find-canaries'
import { expect, test } from './journey'
import { overhear, overhearRequests, roomOpened, topicAnnounced, type WireMessage } from './wire'
import { withFiles } from './with-files'

test.use({ offlineCopy: true })

/** What a relay must never come to know. Each is put in at once, so that it is one piece wherever it goes. */
const TITLE = 'canary-title-kestrel-5803'
const BODY = 'canary-body-sandpiper-2917'
const WORKSPACE = 'canary-workspace-dunlin-7741'
const INVITER = 'canary-inviter-plover-3360'
const JOINER = 'canary-joiner-whimbrel-9125'
const LABEL = 'canary-label-turnstone-4482'
const FILE_NAME = 'canary-file-redstart-6138.txt'
const FILE = 'canary-attached-wheatear-8057'
const words: readonly Canary[] = [
  { name: 'title', content: TITLE },
  { name: 'body', content: BODY },
  { name: 'workspace', content: WORKSPACE },
  { name: 'inviter', content: INVITER },
  { name: 'joiner', content: JOINER },
  { name: 'label', content: LABEL },
  { name: 'file name', content: FILE_NAME },
  { name: 'file', content: FILE },
]

const joined = (heard: readonly WireMessage[], path: string): Buffer =>
  Buffer.concat(heard.filter((message) => message.path === path).map(({ bytes }) => bytes))

const HELLO = 1

/** What the relay cannot read it must not write down either. */
function sendNonsense(url: string, nonsense: string | Uint8Array): Promise<void> {
  const socket = new WebSocket(url)
  socket.on('open', () => socket.send(Buffer.concat([Buffer.of(HELLO), Buffer.from(nonsense)])))
  return new Promise((resolve, reject) => {
    socket.on('close', () => resolve())
    socket.on('error', reject)
  })
}

test.use({ relaySettings: { LOG_LEVEL: 'debug' } })

test('what people write, name, attach and invite with is in no frame, request, file, figure or log line of the relay', async ({
  meet,
  relay,
}) => {
  const alice = await meet(INVITER)
  const bob = await meet(JOINER, { udp: false })
  const heard = [overhear(alice.page), overhear(bob.page)]
  const attach = withFiles(alice)
  const asked = [overhearRequests(alice.context), overhearRequests(bob.context)]

  await alice.open()
  await alice.page.keyboard.insertText(TITLE)
  await alice.page.keyboard.press('Enter')
  await alice.page.keyboard.insertText(`${BODY}. `.repeat(30))
  await alice.sidebar.getByRole('button', { name: 'Workspaces' }).click()
  await alice.page.getByRole('menuitem', { name: 'Rename this workspace' }).click()
  await alice.dialog.getByRole('textbox').fill(WORKSPACE)
  await alice.dialog.getByRole('button', { name: 'Rename' }).click()
  await expect(alice.dialog).toHaveCount(0)

  const dialog = await alice.share()
  await dialog.getByRole('textbox', { name: 'For whom, if you like' }).fill(LABEL)
  await dialog.getByRole('button', { name: 'Create link' }).click()
  const shown = dialog.getByRole('textbox', { name: 'Invitation link' })
  await expect(shown).toHaveValue(/\/join\/#1\./)
  const link = `http://${await shown.inputValue()}`
  await dialog.getByRole('button', { name: 'Say it in six words' }).click()
  const spoken = dialog.getByRole('list', { name: 'Six words' }).getByRole('listitem')
  await expect(spoken).toHaveCount(6)
  const said = (await spoken.allInnerTexts()).map((text) => text.replace(/[^a-z]/g, '')).join(' ')
  await alice.leaveDialog()
  const [, , , secret = '', card = ''] = new URL(link).hash.split('.')
  await bob.acceptInvitation(link)
  await expect(bob.title).toHaveValue(TITLE)
  await expect(bob.body).toContainText(BODY)
  await bob.write(` ${BODY} again`)
  await expect(alice.body).toContainText(`${BODY} again`)
  await alice.write('\n')
  await attach('file', FILE_NAME, Buffer.from(`${FILE} `.repeat(100)))
  const [saved] = await Promise.all([
    bob.page.waitForEvent('download'),
    bob.body.getByRole('button', { name: `Download ${FILE_NAME}` }).click(),
  ])
  expect(await readFile(await saved.path(), 'utf8')).toContain(FILE)
  await alice.status.click()
  await expect(alice.dialog).toContainText(JOINER)
  const room = roomOpened(heard.flat())
  const topic = topicAnnounced(heard.flat())
  await bob.context.close()
  await alice.context.close()
  for (const { content } of words) await sendNonsense(`${relay.url.replace('http', 'ws')}/sync`, content)
  await expect.poll(() => relay.output()).toContain('malformed')
  const figures = await (await fetch(`${relay.url}/metrics`)).text()
  await relay.kill()

  const secrets: readonly Canary[] = [
    ...words,
    { name: 'spoken words', content: said },
    { name: 'secret', content: Buffer.from(secret, 'base64url') },
    { name: 'card', content: Buffer.from(card.split('@')[0] ?? '', 'base64url') },
  ]
  const places: Record<string, Buffer> = {
    'frames of /sync': joined(heard.flat(), '/sync'),
    'frames of /signal': joined(heard.flat(), '/signal'),
    requests: Buffer.concat(await Promise.all(asked.flat())),
    log: Buffer.from(relay.output()),
    figures: Buffer.from(figures),
  }
  for (const file of await readdir(relay.dataDir)) places[file] = await readFile(join(relay.dataDir, file))

  const found = (canaries: readonly Canary[]) =>
    Object.entries(places).flatMap(([place, bytes]) =>
      findCanaries(bytes, canaries).map((form) => `${form} in ${place}`),
    )
  expect(found(secrets)).toEqual([])

  const seen = found([
    { name: 'room', content: room },
    { name: 'address', content: new URL(relay.url).host },
    { name: 'topic', content: topic },
    { name: 'count', content: 'waxwing_blobs_stored_total' },
  ])
  expect(seen).toContain('room as bytes in frames of /sync')
  expect(seen.filter((sentence) => /^room as bytes in relay.db/.test(sentence))).not.toEqual([])
  expect(seen).toContain('topic as UTF-8 in frames of /signal')
  expect(seen).toContain('address as UTF-8 in requests')
  expect(seen).toContain('address as UTF-8 in log')
  expect(seen).toContain('count as UTF-8 in figures')
})
