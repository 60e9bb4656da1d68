// @vitest-environment happy-dom

import { expect, it } from 'vitest'
import * as Y from 'yjs'
import { toHex } from '#lib/base/bytes'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { BODY_ROOT } from '#lib/document/first-structure'
import type { Platform } from '#lib/host/browser-platform'
import { type OpenWorkspace, openDraft, openKnown, type WorkspaceParts } from '#lib/session/open-workspace'
import type { OpenPage } from '#lib/session/session-view'
import { createMemoryDisk, openMemoryKeyStore, openMemoryStorage } from '#lib/storage/memory-storage'
import { traceSets } from '#lib/testing/load-trace'
import { createMemoryBrowser } from '#lib/testing/memory-browser'
import { quickStretch } from '#lib/testing/quick-stretch'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { createVirtualClock, type VirtualClock } from '#lib/testing/virtual-clock'
import { openVault } from '#lib/vault/vault'

/** Between two keys, as a quick writer types. */
const KEY_MS = 20

/** A browser profile in memory without a network, and the workspace in its one tab. */
async function openProfile(clock: VirtualClock) {
  const random = createSeededRandom(1)
  const crypto = createNodeCrypto()
  const disk = createMemoryDisk()
  const platform: Platform = {
    crypto,
    clock,
    random,
    stretch: async () => new Uint8Array(32),
    tabs: createMemoryBrowser().openTab(),
    deviceName: 'Node',
    tab: toHex(random.bytes(16)),
    openVault: () =>
      openVault({
        crypto,
        random,
        keys: openMemoryKeyStore(disk),
        stretch: quickStretch,
        openStorage: async () => ({ ok: true, value: openMemoryStorage(disk) }),
      }),
  }
  const vault = await platform.openVault()
  if (!vault.ok) throw new Error(vault.error.type)
  const parts: WorkspaceParts = {
    vault: vault.value,
    places: new Promise(() => {}),
    platform,
    profile: () => undefined,
    onChange() {},
    async onProfile() {},
  }
  return parts
}

/** What begins in virtual time ends in it. */
async function within<Value>(clock: VirtualClock, work: Promise<Value | undefined>): Promise<Value> {
  let done: { value: Value | undefined } | undefined
  let fault: unknown
  work.then(
    (value) => {
      done = { value }
    },
    (error) => {
      fault = error
    },
  )
  for (let waitedMs = 0; !done && !fault && waitedMs < 60_000; waitedMs += 100) await clock.advance(100)
  if (fault) throw fault
  if (!done?.value) throw new Error('not opened')
  return done.value
}

/** The page as one text: its first paragraph. */
function textOf({ doc }: OpenPage): Y.XmlText {
  const [block] = doc.getXmlFragment(BODY_ROOT).toArray()
  const [text] = block instanceof Y.XmlElement ? block.toArray() : []
  if (!(text instanceof Y.XmlText)) throw new Error('a page without a text')
  return text
}
const wordsOf = (page: OpenPage): string =>
  textOf(page)
    .toDelta()
    .reduce((all: string, { insert }: { insert: string }) => all + insert, '')

function opened(workspace: Awaited<ReturnType<typeof openKnown>>): OpenWorkspace {
  if (!workspace.ok) throw new Error(workspace.error.type)
  return workspace.value
}

async function reopened(parts: WorkspaceParts, clock: VirtualClock, before: OpenWorkspace): Promise<OpenPage> {
  await within(
    clock,
    before.close().then(() => true),
  )
  const [known] = await parts.vault.profile().then((read) => (read.ok ? read.value.workspaces : []))
  if (!known) throw new Error('no workspace was kept')
  const workspace = opened(await within(clock, openKnown(parts, known.id)))
  return within(clock, workspace.openPage('last'))
}

for (const { name, present, read } of traceSets('automerge-paper')) {
  it.skipIf(!present)(
    `E12 ${name} of automerge-paper, typed into one open page, ends as it ended, after a reload too`,
    {
      timeout: 3_600_000,
    },
    async () => {
      const { txns, endContent } = read()
      const clock = createVirtualClock()
      const parts = await openProfile(clock)
      const workspace = opened(await within(clock, openDraft(parts)))
      const page = await within(clock, workspace.openPage('last'))
      page.userEdit(() => {
        const [block] = page.doc.getXmlFragment(BODY_ROOT).toArray()
        if (block instanceof Y.XmlElement && block.length === 0) block.insert(0, [new Y.XmlText()])
      })
      const text = textOf(page)
      for (const { patches } of txns) {
        page.userEdit(() =>
          page.doc.transact(() => {
            for (const [at, deleted, inserted] of patches) {
              if (deleted > 0) text.delete(at, deleted)
              if (inserted) text.insert(at, inserted)
            }
          }),
        )
        await clock.advance(KEY_MS)
      }
      await clock.advance(1000)
      expect(workspace.tab.pending()).toBe(0)
      expect(wordsOf(page)).toBe(endContent)
      expect(wordsOf(await reopened(parts, clock, workspace))).toBe(endContent)
    },
  )
}
