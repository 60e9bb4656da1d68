// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { SessionProvider } from '#components/session/session-context'
import { AlertKeeper, Alerts } from '#components/ui/alerts'
import { InterfaceRoot } from '#components/ui/interface-root'
import { Tellings } from '#components/ui/tellings'
import { Sidebar } from '#components/workspace/sidebar'
import { TrashView } from '#components/workspace/trash-view'
import type { WorkspaceView } from '#lib/session/session-view'
import { createFakeSession, fakeId, fakePerson } from '#lib/testing/fake-session'
import { type Rendered, render } from '#lib/testing/rendered'

const [first, second] = ['The harbour contract', ''].map((title, index) => ({
  id: fakeId(`page${index}`),
  title,
  createdAt: 0,
}))
if (!first || !second) throw new Error('two pages')

describe('sidebar', () => {
  let screen: Rendered
  beforeEach(() => {
    window.location.hash = `#/w/${fakeId('workspace')}/${first.id}`
  })
  afterEach(() => screen.close())
  const open = async (facts: Partial<WorkspaceView> = {}) => {
    const session = createFakeSession({ draft: false, pages: [first, second], ...facts })
    screen = await render(
      <InterfaceRoot>
        <SessionProvider session={session}>
          <Tellings>
            <AlertKeeper>
              <Alerts />
              <Sidebar pageId={first.id} newVersion={undefined} onTask={() => {}} onLeave={() => {}} />
              <TrashView />
            </AlertKeeper>
          </Tellings>
        </SessionProvider>
      </InterfaceRoot>,
    )
    return session
  }
  const choose = async (page: string, action: string) => {
    await screen.click('button', `Actions for ${page}`)
    await screen.click('menuitem', action)
  }

  it('lists every page, the untitled ones too, and marks the one on screen', async () => {
    await open()
    expect(screen.find('link', 'The harbour contract').getAttribute('aria-current')).toBe('page')
    expect(screen.find('link', 'Untitled').getAttribute('aria-current')).toBeNull()
    expect(screen.find('link', 'Untitled').getAttribute('href')).toBe(`#/w/${fakeId('workspace')}/${second.id}`)
  })

  it('shows who is inside a page by name', async () => {
    await open({ members: [fakePerson('Ana', 1, { onPages: [second.id] }), fakePerson('Bo', 2, { online: false })] })
    expect(screen.find('link', /Untitled/).contains(screen.find('img', 'Ana is here'))).toBe(true)
    expect(screen.has('img', 'Bo is here')).toBe(false)
  })

  it('makes a page and goes there', async () => {
    const session = await open()
    await screen.click('button', 'New page')
    expect(session.asked).toEqual([['createPage', undefined]])
    expect(window.location.hash).toBe(`#/w/${fakeId('workspace')}/${session.view().workspace?.pages.at(-1)?.id}`)
  })

  it('renames by menu and by F2, and not after Escape', async () => {
    const session = await open()
    await choose('The harbour contract', 'Rename')
    await screen.type('Title', ' The dredging contract ')
    await screen.press(screen.find('textbox', 'Title'), 'Enter')
    expect(session.asked).toEqual([['renamePage', [first.id, 'The dredging contract']]])
    expect(document.activeElement).toBe(screen.find('link', 'The dredging contract'))
    await screen.press(screen.find('link', 'Untitled'), 'F2')
    await screen.type('Title', 'Timeline')
    await screen.press(screen.find('textbox', 'Title'), 'Escape')
    expect(session.asked).toHaveLength(1)
    expect(document.activeElement).toBe(screen.find('link', 'Untitled'))
  })

  it('moves to the trash with a way back, and leaves the page that went there', async () => {
    const session = await open()
    await choose('The harbour contract', 'Move to trash')
    expect(window.location.hash).toContain(second.id)
    expect(screen.text()).toContain('Moved “The harbour contract” to the trash')
    await screen.click('button', 'Undo')
    expect(session.asked.map(([action]) => action)).toEqual(['trashPage', 'restorePage'])
    expect(window.location.hash).toContain(first.id)
  })

  it('goes on with the next page of the list, at last with the new one', async () => {
    const third = { id: fakeId('third'), title: 'Rota', createdAt: 0 }
    const session = await open({ pages: [first, second, third] })
    const trash = async (page: string) => {
      await screen.after(() => screen.find('button', `Actions for ${page}`).focus())
      await choose(page, 'Move to trash')
      return document.activeElement
    }
    expect(await trash('Untitled')).toBe(screen.find('link', 'Rota'))
    expect(await trash('Rota')).toBe(screen.find('link', 'The harbour contract'))
    await screen.after(() => session.change({ pages: [{ ...third, id: fakeId('another') }] }))
    expect(document.activeElement).toBe(screen.find('button', 'New page'))
  })

  it('restores from the trash', async () => {
    const session = await open({ pages: [first], trash: [second] })
    await screen.click('button', 'Restore')
    expect(session.view().workspace?.pages).toEqual([first, second])
    expect(screen.text()).toContain('Nothing is in the trash.')
  })

  it('goes on with the next page of the trash, then with the one before, at last with the heading', async () => {
    const names = ['Ferry', 'Harbour', 'Tide']
    await open({ pages: [first], trash: names.map((title) => ({ id: fakeId(title), title, createdAt: 0 })) })
    const restore = async (name: string) => {
      const row = [...document.querySelectorAll('li')].find((one) => one.textContent === `${name}Restore`)
      const button = row?.querySelector('button')
      button?.focus()
      await screen.after(() => button?.click())
      return document.activeElement?.closest('li, h2')?.textContent
    }
    expect(await restore('Harbour')).toBe('TideRestore')
    expect(await restore('Tide')).toBe('FerryRestore')
    expect(await restore('Ferry')).toBe('Trash')
  })

  it('tells in a sentence what could not be done', async () => {
    const session = await open()
    session.failNext({ type: 'nobody-leads' })
    await screen.click('button', 'New page')
    expect(screen.find('alert', /Another tab of this workspace does not answer/)).toBeTruthy()
    await screen.click('button', 'Dismiss')
    expect(screen.has('alert', /Another tab/)).toBe(false)
  })

  it('offers a reader nothing that writes', async () => {
    await open({ canWrite: false, role: 'viewer', trash: [second] })
    for (const name of ['New page', 'Import files', /^Actions for/, 'Restore']) {
      expect(screen.has('button', name)).toBe(false)
    }
  })

  it('says why a text was not taken as a page', async () => {
    const session = await open()
    session.importFile = async () => ({ ok: false, error: { type: 'too-deep' } })
    vi.spyOn(HTMLInputElement.prototype, 'click').mockImplementationOnce(function (this: HTMLInputElement) {
      Object.defineProperty(this, 'files', { value: [new File(['> '.repeat(300)], 'deep.md')] })
      this.dispatchEvent(new Event('change'))
    })
    await screen.click('button', 'Import files')
    await screen.after(async () => {
      await vi.waitUntil(() => screen.has('alert', /./))
    })
    expect(screen.find('alert', /“deep.md” nests lists or quotes too deep/)).toBeTruthy()
  })

  it('imports every file that is chosen', async () => {
    const session = await open()
    const files = [new File(['# Hello'], 'hello.md'), new File(['<p>Hi'], 'hi.html')]
    vi.spyOn(HTMLInputElement.prototype, 'click').mockImplementationOnce(function (this: HTMLInputElement) {
      Object.defineProperty(this, 'files', { value: files })
      this.dispatchEvent(new Event('change'))
    })
    await screen.click('button', 'Import files')
    await screen.after(async () => {
      await vi.waitUntil(() => session.asked.length === 2)
    })
    expect(session.asked).toEqual([
      ['importFile', 'hello.md'],
      ['importFile', 'hi.html'],
    ])
  })
})
