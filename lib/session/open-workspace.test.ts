// @vitest-environment happy-dom

import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { fromBase64Url, toBase64Url } from '#lib/base/base64url'
import type { ChannelName, DeviceId, DocumentId, WorkspaceId } from '#lib/base/ids'
import { createQuietDoc } from '#lib/document/quiet-doc'
import { bodyChannelName } from '#lib/protocol/channel-name'
import { channelTag, slotClients } from '#lib/protocol/derive'
import { openLastWords, slotsWithLastWords } from '#lib/session/last-words'
import { openDraft, openKnown, type WorkspaceParts } from '#lib/session/open-workspace'
import { openMemoryProfile, within } from '#lib/testing/memory-profile'
import { createVirtualClock } from '#lib/testing/virtual-clock'

/** What a tab with the second slot typed into that page and could not hand over. */
async function leaveWords(parts: WorkspaceParts, workspaceId: WorkspaceId, channel: ChannelName) {
  const keys = await parts.vault.loadWorkspaceKeys(workspaceId)
  if (!keys.ok || !keys.value) throw new Error('no keys')
  const { device, tagKey } = keys.value
  const doc = createQuietDoc()
  doc.clientID = slotClients(device.publicKey as DeviceId, workspaceId, channelTag(tagKey, channel), 0)[1] ?? 0
  const paragraph = new Y.XmlElement('paragraph')
  paragraph.insert(0, [new Y.XmlText('last words')])
  doc.getXmlFragment('body').insert(0, [paragraph])
  const { storage } = parts.vault
  const words = await openLastWords(storage, localStorage, parts.platform.random, { workspaceId, slot: 1 })
  words?.leave([{ channel, updates: [Y.encodeStateAsUpdate(doc)] }])
}

describe('a workspace on screen', () => {
  it('is a draft, which has no address, until its keys are on disk: a reload would find nothing under it', async () => {
    const clock = createVirtualClock()
    const parts = await openMemoryProfile(clock)
    const looks: { draft: boolean; pages: number; known: boolean }[] = []
    const look = async () => {
      const { draft, pages } = workspace.view()
      const read = await parts.vault.profile()
      const known = read.ok && read.value.workspaces.some(({ id }) => toBase64Url(id) === workspace.id)
      looks.push({ draft, pages: pages.length, known })
    }
    let workspace: Awaited<ReturnType<typeof open>>
    async function open() {
      const draft = await within(clock, openDraft({ ...parts, onChange: () => workspace && void look() }))
      if (!draft.ok) throw new Error(draft.error.type)
      return draft.value
    }
    workspace = await open()
    const page = await within(clock, workspace.openPage('last'))
    page.userEdit(() => page.title.insert(0, 'K'))
    expect(workspace.view()).toMatchObject({ draft: true, pages: [{ title: 'K' }] })

    await within(
      clock,
      workspace.close().then(() => true),
    )
    expect(looks.filter(({ draft, known }) => !draft && !known)).toEqual([])
    expect(looks.at(-1)).toEqual({ draft: false, pages: 1, known: true })
  })

  it('takes up the last words of a tab that went while this one was opening', async () => {
    const clock = createVirtualClock()
    const parts = await openMemoryProfile(clock)
    const draft = await within(clock, openDraft(parts))
    if (!draft.ok) throw new Error(draft.error.type)
    const page = await within(clock, draft.value.openPage('last'))
    page.userEdit(() => page.title.insert(0, 'Rota'))
    await within(
      clock,
      draft.value.close().then(() => true),
    )
    const id = fromBase64Url(draft.value.id) as WorkspaceId
    const channel = bodyChannelName(fromBase64Url(page.id) as DocumentId)
    await leaveWords(parts, id, channel)

    const { tabs } = parts.platform
    let isThere = true
    const request: typeof tabs.locks.request = (name, options, held) => {
      if (!isThere || !name.endsWith('/slot/1')) return tabs.locks.request(name, options, held)
      isThere = false
      return held(null)
    }
    const platform = { ...parts.platform, tabs: { ...tabs, locks: { request } } }
    const opened = await within(clock, openKnown({ ...parts, platform }, id))
    if (!opened.ok) throw new Error(opened.error.type)
    await clock.advance(1000)
    const shown = await within(clock, opened.value.openPage(page.id))
    expect(shown.doc.getXmlFragment('body').toString()).toContain('last words')
    expect(slotsWithLastWords(localStorage, id)).toEqual([])
    await within(
      clock,
      opened.value.close().then(() => true),
    )
  })

  it('F1 keeps a file also where it is the first thing that is put into a draft', async () => {
    const clock = createVirtualClock()
    const parts = await openMemoryProfile(clock)
    const draft = await within(clock, openDraft({ ...parts, onChange() {} }))
    if (!draft.ok) throw new Error(draft.error.type)
    const added = await within(
      clock,
      draft.value.files.add(new Blob(['ledger']), () => {}),
    )
    expect(added).toMatchObject({ ok: true })
  })
})
