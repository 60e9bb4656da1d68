// @vitest-environment happy-dom

import { expect, it } from 'vitest'
import * as Y from 'yjs'
import { BODY_ROOT } from '#lib/document/first-structure'
import { type OpenWorkspace, openDraft, openKnown, type WorkspaceParts } from '#lib/session/open-workspace'
import type { OpenPage } from '#lib/session/session-view'
import { traceSets } from '#lib/testing/load-trace'
import { openMemoryProfile, within } from '#lib/testing/memory-profile'
import { createVirtualClock, type VirtualClock } from '#lib/testing/virtual-clock'

/** Between two keys, as a quick writer types. */
const KEY_MS = 20

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
      const parts = await openMemoryProfile(clock)
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
