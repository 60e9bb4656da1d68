// @vitest-environment happy-dom
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { SessionProvider } from '#components/session/session-context'
import { InterfaceRoot } from '#components/ui/interface-root'
import { Workspace } from '#components/workspace/workspace'
import type { WorkspaceView } from '#lib/session/session-view'
import { createFakeSession, fakeId, fakePerson } from '#lib/testing/fake-session'
import { type Rendered, render } from '#lib/testing/rendered'

const id = fakeId('workspace')
const page = { id: fakeId('page'), title: 'The harbour contract', createdAt: 0 }
const written: Partial<WorkspaceView> = { draft: false, name: 'Harbour Desk', pages: [page] }
const delivery = createFakeSession().view().workspace?.delivery
if (!delivery) throw new Error('no delivery')

describe('workspace', () => {
  let screen: Rendered
  // Fetched before the tests that wait for it: how long that takes is up to the machine.
  beforeAll(() => import('#components/editor/page-editor'))
  beforeEach(() => {
    window.history.replaceState(null, '', '/')
  })
  afterEach(() => screen.close())
  const open = async (facts: Partial<WorkspaceView> = written, fragment = '') => {
    window.history.replaceState(null, '', `/${fragment}`)
    const session = createFakeSession(facts)
    screen = await render(
      <InterfaceRoot>
        <SessionProvider session={session}>
          <Workspace />
        </SessionProvider>
      </InterfaceRoot>,
    )
    return session
  }

  /** The page's text, which is fetched. */
  const body = async () => {
    const found = () => document.querySelector<HTMLElement>('.page-body')
    for (let turn = 0; !found() && turn < 200; turn++) await screen.after(() => new Promise((done) => setTimeout(done)))
    return found() ?? expect.fail('no text')
  }

  it('opens a draft without a word, and gives it an address at the first key', async () => {
    const session = await open({})
    expect(screen.find('status', 'Nothing written yet')).toBeTruthy()
    expect(window.location.hash).toBe('')
    await screen.after(() => session.change({ draft: false }))
    expect(window.location.hash).toBe(`#/w/${id}/${fakeId('first')}`)
  })

  it('keeps words of a page out of the window’s title, which shows a dot while edits wait', async () => {
    const session = await open()
    expect(document.title).toBe('Waxwing')
    await screen.after(() => session.change({ delivery: { ...delivery, pill: { type: 'offline', waiting: 3 } } }))
    expect(document.title).toBe('• Waxwing')
    expect(screen.has('status', 'Offline, 3 edits waiting')).toBe(true)
  })

  it('shows comments beside a page that is alone, once they are asked for', async () => {
    await open(written, `#/w/${id}/${page.id}`)
    const isShown = () => document.querySelector('aside[aria-label=Comments]') !== null
    await screen.click('button', 'Comments')
    expect(isShown()).toBe(true)
    await screen.click('button', 'More')
    await screen.click('menuitem', 'Only the page')
    expect(isShown()).toBe(false)
    const text = await body()
    await screen.after(() => {
      const key = { key: 'm', ctrlKey: true, altKey: true, bubbles: true, cancelable: true }
      text.dispatchEvent(new KeyboardEvent('keydown', key))
    })
    expect(isShown()).toBe(true)
    await screen.click('button', 'Show everything')
  })

  it('follows whose face is pressed, once their caret is on the page', async () => {
    const bo = fakePerson('Bo', 2, { online: true })
    const session = await open({ ...written, members: [fakePerson('Mara', 1), bo] }, `#/w/${id}/${page.id}`)
    await body()
    expect(screen.has('button', 'Follow Bo')).toBe(false)
    const awareness = (await session.openPage(page.id))?.awareness
    await screen.after(() => {
      if (!awareness) throw new Error('no page')
      awareness.states.set(7, { user: { name: 'Bo', colour: 2 }, cursor: { anchor: null, head: null } })
      awareness.emit('change', [{ added: [7], updated: [], removed: [] }, 'presence'])
    })
    await screen.click('button', 'Follow Bo')
    expect(screen.text()).toContain('Following Bo')
  })

  it('shows only the page when asked, with its state and the way back', async () => {
    await open(written, `#/w/${id}/${page.id}`)
    await screen.click('button', 'More')
    await screen.click('menuitem', 'Only the page')
    expect(screen.has('button', 'Share') || screen.has('link', 'The harbour contract')).toBe(false)
    expect(document.querySelector('header [role=status]')).toBeTruthy()
    await screen.click('button', 'Show everything')
    expect(screen.has('button', 'Share')).toBe(true)
  })

  it('shows who is here by name, at most four faces', async () => {
    const others = ['Ana', 'Bo', 'Kim', 'Li', 'Max', 'Noa'].map((name, index) => fakePerson(name, index + 1))
    await open({ ...written, members: others })
    expect(others.filter(({ name }) => screen.has('img', name))).toHaveLength(4)
    expect(screen.text()).toContain('+2')
  })

  it('offers somebody who is not in any more no way to invite', async () => {
    const session = await open()
    expect(screen.has('button', 'Share')).toBe(true)
    await screen.after(() => session.change({ standing: { type: 'removed', by: 'Ana' } }))
    expect(screen.has('button', 'Share')).toBe(false)
  })

  it('says that a page is not here instead of showing another one', async () => {
    await open(written, `#/w/${id}/${fakeId('unknown')}`)
    expect(screen.text()).toContain('This page is not here')
    await screen.click('button', 'Open my last page')
    expect(window.location.hash).toBe(`#/w/${id}/${page.id}`)
  })

  it('V4 shows nothing behind a lock of what was told before, or is told late, in whatever opens then', async () => {
    const session = await open()
    let answer = () => {}
    session.trashPage = () =>
      new Promise((done) => {
        answer = () => done({ ok: true, value: undefined })
      })
    const trash = async () => {
      await screen.click('button', 'Actions for The harbour contract')
      await screen.click('menuitem', 'Move to trash')
    }
    session.failNext({ type: 'storage-full' })
    await screen.click('button', 'New page')
    expect(screen.has('alert', /./)).toBe(true)
    await trash()
    await screen.after(answer)
    expect(document.body.textContent).toContain('Moved “The harbour contract” to the trash')
    await trash()
    await screen.after(() => session.lock())
    await screen.after(answer)
    expect(document.body.textContent).not.toContain('The harbour contract')
    expect(screen.has('alert', /./)).toBe(false)
    await screen.after(() => session.changeView({ phase: 'ready' }))
    await screen.after(() => session.change({ id: fakeId('other'), pages: [{ ...page, title: 'Rota' }] }))
    expect(screen.has('link', 'Rota')).toBe(true)
    expect(document.body.textContent).not.toContain('The harbour contract')
    expect(screen.has('alert', /./)).toBe(false)
  })

  it('says that a page is in the trash, and fetches it back', async () => {
    const session = await open({ ...written, pages: [], trash: [page] }, `#/w/${id}/${page.id}`)
    expect(screen.text()).toContain('This page is in the trash.')
    await screen.after(() => screen.find('button', 'Restore').focus())
    await screen.click('button', 'Restore')
    expect(session.asked).toEqual([['restorePage', page.id]])
    expect(screen.text()).not.toContain('This page is in the trash.')
    expect(document.activeElement).toBe(screen.find('textbox', 'Title'))
  })

  it('has the focus in the title of the new page once the last one went to the trash', async () => {
    const session = await open(written, `#/w/${id}/${page.id}`)
    await screen.after(() => screen.find('button', 'Actions for The harbour contract').focus())
    await screen.click('button', 'Actions for The harbour contract')
    await screen.click('menuitem', 'Move to trash')
    expect(session.view().workspace?.pages.map(({ title }) => title)).toEqual([''])
    expect(document.activeElement).toBe(screen.find('textbox', 'Title'))
  })

  it('keeps the trash at its own address', async () => {
    await open({ ...written, trash: [{ ...page, id: fakeId('old'), title: 'Old rota' }] }, `#/w/${id}/trash`)
    expect(window.location.hash).toBe(`#/w/${id}/trash`)
    expect(screen.has('heading', 'Trash')).toBe(true)
    expect(screen.text()).toContain('Old rota')
  })

  it('asks the session for the workspace that the address names', async () => {
    const other = fakeId('other')
    const session = await open(written, `#/w/${other}`)
    expect(session.asked).toEqual([['switchWorkspace', other]])
    expect(screen.text()).not.toContain('The harbour contract')
  })

  it('follows the session into a new workspace', async () => {
    const session = await open()
    await screen.after(() => session.change({ id: fakeId('fresh'), draft: true, pages: [{ ...page, title: '' }] }))
    expect(window.location.hash).toBe('#/')
    expect(session.asked).toEqual([])
  })

  it('says how far a long file is, and what is kept of it when it is stopped', async () => {
    const session = await open()
    await screen.after(() =>
      session.change({ imports: [{ id: '7', fileName: 'Plans.md', percent: undefined, pages: 1 }] }),
    )
    expect(screen.has('status', 'Reading “Plans.md”…')).toBe(true)
    await screen.after(() => session.change({ imports: [{ id: '7', fileName: 'Plans.md', percent: 40, pages: 1 }] }))
    expect(screen.has('status', 'Bringing in “Plans.md”…')).toBe(true)
    expect(screen.text()).toContain('40 %')
    await screen.click('button', 'Stop')
    expect(session.asked).toContainEqual(['stopImport', '7'])
    expect(screen.has('alert', /keeps what came in of “Plans.md”, about 40 %/)).toBe(true)
    expect(screen.has('button', 'Stop')).toBe(false)
  })

  it('tells what came of a file and what could not be kept, until it is dismissed', async () => {
    const losses = [{ kind: 'image', count: 2, names: ['a.png'] }] as const
    const report = { id: '7', fileName: 'Vault.zip', pages: 3, ofPages: 3, losses }
    const session = await open()
    await screen.after(() => session.change({ importReports: [report] }))
    expect(screen.find('status', /“Vault.zip” came in as 3 pages/).textContent).toContain('2 images: a.png and 1 more')
    await screen.click('button', 'Dismiss')
    expect(session.view().workspace?.importReports).toEqual([])
  })

  it('copies the page as Markdown, and says so or why not', async () => {
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue()
    await open()
    await screen.click('button', 'More')
    await screen.click('menuitem', 'Copy as Markdown')
    await screen.after(async () => {
      await vi.waitUntil(() => screen.text().includes('Copied the page as Markdown'))
    })
    expect(write).toHaveBeenCalledWith('# Page\n')
    write.mockRejectedValueOnce(new Error('denied'))
    await screen.click('button', 'More')
    await screen.click('menuitem', 'Copy as Markdown')
    await screen.after(async () => {
      await vi.waitUntil(() => screen.has('alert', /did not let Waxwing copy/))
    })
    write.mockRestore()
  })

  it('tells what happened by itself until it is dismissed', async () => {
    await open({ ...written, notices: [{ id: 'n', type: 'refused-change', count: 1 }] })
    expect(screen.text()).toContain('1 change by an unknown device had no effect')
    await screen.click('button', 'Dismiss')
    expect(screen.text()).not.toContain('unknown device')
  })

  it('shows the one sentence with the remedy on an insecure address, and no editor', async () => {
    const session = await open()
    await screen.after(() => session.changeView({ obstacle: { type: 'insecure-origin' } }))
    expect(screen.has('heading', 'This address is not secure')).toBe(true)
    expect(screen.has('button', 'Share')).toBe(false)
  })

  it('tells workspaces of one name apart by a number, in the switcher and at its head', async () => {
    const session = await open({ ...written, name: '' })
    const workspaces = [
      { id: fakeId('first'), name: '', current: false },
      { id, name: '', current: true },
      { id: fakeId('desk'), name: 'Desk', current: false },
    ]
    await screen.after(() => session.changeView({ workspaces }))
    const head = screen.find('button', /^My workspace/)
    expect(head.textContent).toBe('My workspace 2')
    await screen.after(() => head.click())
    const items = [...document.querySelectorAll('[role=menuitem]')].slice(0, 3)
    expect(items.map(({ textContent }) => textContent)).toEqual(['My workspace', 'My workspace 2', 'Desk'])
  })

  it.each(['workspace-damaged', 'no-answer', 'storage-full', 'did-not-open'] as const)(
    'offers to reload a workspace that did not open (%s), or to open another one',
    async (type) => {
      const session = await open()
      const workspaces = [
        { id, name: 'Harbour Desk', current: true },
        { id: fakeId('other'), name: 'Boat House', current: false },
        { id: fakeId('nameless'), name: '', current: false },
      ]
      await screen.after(() => session.changeView({ obstacle: { type }, workspaces }))
      expect(screen.has('button', 'Reload')).toBe(true)
      expect(screen.has('button', 'Open Harbour Desk')).toBe(false)
      expect(screen.has('button', 'Open My workspace')).toBe(true)
      await screen.click('button', 'Open Boat House')
      expect(window.location.hash).toBe(`#/w/${fakeId('other')}`)
      expect(session.asked).toContainEqual(['switchWorkspace', fakeId('other')])
    },
  )
})
