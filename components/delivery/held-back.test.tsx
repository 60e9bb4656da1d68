// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest'
import { HeldBackDialog, HeldBackNotice } from '#components/delivery/held-back'
import { SessionProvider } from '#components/session/session-context'
import type { LateEdits, SetAsideEdits } from '#lib/session/session-view'
import { createFakeSession, fakeId } from '#lib/testing/fake-session'
import { type Rendered, render } from '#lib/testing/rendered'

const told = {
  name: 'Kim',
  colour: 3,
  edits: 3,
  sinceMs: Date.now(),
  pageId: fakeId('first'),
  text: 'The ferry leaves at six.',
}
const kim: LateEdits = { ...told, type: 'late', ids: ['one', 'two'], mine: false }
const page = { id: fakeId('first'), title: 'Harbour', createdAt: 0 }

describe('held-back edits on screen', () => {
  let screen: Rendered
  afterEach(() => screen.close())

  it('W2 names who wrote how many where, shows what they say, and keeps them with one click', async () => {
    const session = createFakeSession({ heldBack: [kim], pages: [page] })
    screen = await render(
      <SessionProvider session={session}>
        <HeldBackDialog open onClose={() => {}} />
      </SessionProvider>,
    )
    for (const said of ['Kim', '3 edits, from', 'In Harbour', 'The ferry leaves at six.']) {
      expect(screen.text()).toContain(said)
    }
    await screen.click('button', /Keep the edits by Kim/)
    expect(session.asked).toEqual([['keepHeldBack', ['one', 'two']]])
    expect(screen.has('dialog', 'Held-back edits')).toBe(false)
  })

  it('W2 goes on with the next person’s edits once those of one are kept', async () => {
    const session = createFakeSession({ heldBack: [kim, { ...kim, ids: ['three'], name: 'Bo' }], pages: [page] })
    screen = await render(
      <SessionProvider session={session}>
        <HeldBackDialog open onClose={() => {}} />
      </SessionProvider>,
    )
    screen.find('button', /Keep the edits by Kim/).focus()
    await screen.click('button', /Keep the edits by Kim/)
    expect(document.activeElement).toBe(screen.find('button', /Keep the edits by Bo/))
  })

  it('W2 offers no Keep to somebody who may only read, and says who can', async () => {
    screen = await render(
      <SessionProvider
        session={createFakeSession({ heldBack: [{ ...kim, mine: true }], pages: [page], canWrite: false })}
      >
        <HeldBackDialog open onClose={() => {}} />
      </SessionProvider>,
    )
    expect(screen.text()).toContain('You')
    expect(screen.text()).toContain('Whoever may write can keep them.')
    expect(screen.has('button', /Keep/)).toBe(false)
  })

  it('attack 7 E3 says what a fork set aside, and writes it anew with one click', async () => {
    const aside: SetAsideEdits = { ...told, type: 'set-aside', id: 'lost', name: 'Ana' }
    const session = createFakeSession({ heldBack: [kim, aside], pages: [page] })
    screen = await render(
      <SessionProvider session={session}>
        <HeldBackNotice onLook={() => {}} />
        <HeldBackDialog open onClose={() => {}} />
      </SessionProvider>,
    )
    for (const said of ['3 edits by Kim came too late', '3 edits of yours do not count', 'wrote from two places'])
      expect(screen.text()).toContain(said)
    await screen.click('button', /Write anew/)
    expect(session.asked).toEqual([['writeAnew', 'lost']])
    expect(screen.text()).not.toContain('do not count')
  })

  it('W1 says that something is held back until it is put away, and again when there is more', async () => {
    const session = createFakeSession({ heldBack: [kim] })
    let looked = 0
    screen = await render(
      <SessionProvider session={session}>
        <HeldBackNotice onLook={() => looked++} />
      </SessionProvider>,
    )
    expect(screen.text()).toContain('3 edits by Kim came too late to count.')
    await screen.click('button', 'Look')
    expect([looked, screen.text()]).toEqual([1, ''])
    await screen.after(() => session.change({ heldBack: [{ ...kim, ids: ['two'] }] }))
    await screen.click('button', 'Dismiss')
    expect(screen.text()).toBe('')
    await screen.after(() => session.change({ heldBack: [{ ...kim, ids: ['three'], edits: 4, mine: true }] }))
    expect(screen.text()).toContain('4 edits of yours reached the others after your right to write had ended.')
  })
})
