// @vitest-environment happy-dom

import { describe, expect, it } from 'vitest'
import { toBase64Url } from '#lib/base/base64url'
import { openDraft } from '#lib/session/open-workspace'
import { openMemoryProfile, within } from '#lib/testing/memory-profile'
import { createVirtualClock } from '#lib/testing/virtual-clock'

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
