// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { insertContents } from '#lib/editor/commands'
import { connect, createScreen, type Screen } from '#lib/testing/editor-screen'

let alice: Screen
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  alice = createScreen()
  alice.run(insertContents)
})
afterEach(() => {
  alice.close()
  vi.useRealTimers()
})

const list = (screen = alice) => screen.editor.view.dom.querySelector('nav')
const rows = (screen = alice) =>
  [...(list(screen)?.querySelectorAll('li') ?? [])].map((row) => `${row.dataset.level} ${row.textContent}`)

describe('the contents on a page', () => {
  it('say that there are no headings, and then list them once nobody types', () => {
    expect(list()?.textContent).toBe('No headings')
    alice.type('# One')
    alice.press('Enter')
    alice.type('## Two')
    expect(rows()).toEqual([])
    vi.advanceTimersByTime(300)
    expect(rows()).toEqual(['1 One', '2 Two'])
    expect(alice.strays).toEqual([])
  })
  it('go to a heading by a press, wherever it is by then', () => {
    alice.type('# One')
    vi.advanceTimersByTime(300)
    alice.press('Enter')
    alice.type('more')
    list()?.querySelector('button')?.click()
    expect(alice.editor.view.state.selection.$head.parent.textContent).toBe('One')
  })
  it('are the same for everybody, and hold nothing', () => {
    const bob = createScreen()
    connect(alice, bob)
    alice.type('# One')
    vi.advanceTimersByTime(300)
    expect(rows(bob)).toEqual(['1 One'])
    expect(alice.doc.getXmlFragment('body').toString()).toMatch(/^<contents><\/contents>/)
    bob.close()
  })
  it('attack 26 show headings as words alone', () => {
    alice.type('# <img src=x onerror=x()>')
    vi.advanceTimersByTime(300)
    expect(list()?.querySelector('img')).toBeNull()
    expect(rows()).toEqual(['1 <img src=x onerror=x()>'])
  })
})
