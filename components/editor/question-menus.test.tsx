// @vitest-environment happy-dom
import { act } from 'react'
import { createRoot, type Root } from 'react-dom/client'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Choose } from '#components/editor/choice-rows'
import { chooseIn, QuestionMenus } from '#components/editor/question-menus'
import { createScreen, type Screen } from '#lib/testing/editor-screen'
import { fakeId, fakePerson } from '#lib/testing/fake-session'

const page = (title: string) => ({ id: fakeId(title || 'untitled'), title, createdAt: 0 })
const mentionable = {
  pages: [page('Harbour plan'), page('Budget'), page('')],
  people: [fakePerson('Ana Márquez', 3), fakePerson('', 5), fakePerson('Ben', 4)],
}
const choose: { current: Choose | undefined } = { current: undefined }
let alice: Screen
let root: Root

beforeEach(async () => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })
  alice = createScreen({ onMenuKey: (key) => chooseIn(alice.editor, choose, key) })
  alice.editor.focus()
  const mount = document.createElement('div')
  document.body.append(mount)
  root = createRoot(mount)
  await act(async () => root.render(<QuestionMenus editor={alice.editor} mentionable={mentionable} choose={choose} />))
})
afterEach(async () => {
  await act(async () => root.unmount())
  alice.close()
  document.body.replaceChildren()
})

const frame = () => act(() => new Promise<void>((done) => requestAnimationFrame(() => done())))
async function type(text: string): Promise<void> {
  alice.type(text)
  await frame()
}
async function press(key: string): Promise<boolean> {
  let taken = false
  await act(async () => {
    taken = alice.press(key)
  })
  await frame()
  return taken
}
const rows = () => [...document.querySelectorAll('[role=option]')].map((row) => row.children[1]?.textContent)
const shown = () => alice.editor.view.dom.textContent
/** The list of emoji is fetched when it is first asked for. */
const fetched = () => act(() => import('#lib/editor/emoji').then(() => undefined))

describe('a menu under the caret', () => {
  it('offers people who have a name, then pages, that begin with what is typed, accents aside', async () => {
    await type('@')
    expect(rows()).toEqual(['Ana Márquez', 'Ben', 'Harbour plan', 'Budget', 'Untitled'])
    await type('b')
    expect(rows()).toEqual(['Ben', 'Budget'])
    alice.run((state, dispatch) => {
      dispatch?.(state.tr.delete(2, 3))
      return true
    })
    await type('marq')
    expect(rows()).toEqual(['Ana Márquez'])
  })
  it('mentions what is chosen by arrows and Enter, and says which row is marked', async () => {
    await type('@')
    await press('ArrowDown')
    await press('ArrowDown')
    const { dom } = alice.editor.view
    const marked = document.getElementById(dom.getAttribute('aria-activedescendant') ?? '')
    expect(marked?.textContent).toBe('Harbour plan')
    expect(await press('Enter')).toBe(true)
    expect(shown()).toBe('Harbour plan ')
    expect(rows()).toEqual([])
    expect(dom.hasAttribute('aria-activedescendant')).toBe(false)
  })
  it('chooses from what was typed to the last letter, also before that is drawn', async () => {
    await type('@')
    await act(async () => {
      alice.type('bud')
      alice.press('Enter')
    })
    expect(shown()).toBe('Budget ')
  })
  it('offers days by name and as they are written', async () => {
    await type('@tod')
    expect(rows()).toEqual(['Today'])
    alice.run((state, dispatch) => {
      dispatch?.(state.tr.delete(2, 5))
      return true
    })
    await type('2026-11-26')
    expect(rows()).toEqual(['Date'])
    await press('Enter')
    expect(shown()).toBe('day 2026-11-26 ')
  })
  it('offers first the block whose name is nearest to what is typed, then in the order of the menu', async () => {
    await type('/ta')
    expect(rows()).toEqual(['Table', 'Task list', 'Contents'])
    await type('s')
    expect(rows()).toEqual(['Task list'])
    await press('Escape')
    await type(' /li')
    expect(rows()).toEqual(['Bulleted list', 'Numbered list', 'Task list', 'Folding list', 'Dividing line'])
  })
  it('leaves Enter to the page when nothing is meant', async () => {
    await type('@zzz')
    expect(rows()).toEqual([])
    await press('Enter')
    expect(alice.editor.view.state.doc.childCount).toBe(2)
  })
  it('finds an emoji, and takes the one of a name that is typed out', async () => {
    await type(':t')
    await fetched()
    expect(rows()).toEqual([])
    await type('ad')
    expect(rows()).toContain('tada')
    await press('Enter')
    expect(shown()).toBe('🎉')
    await type(' :bird:')
    await fetched()
    await frame()
    expect(shown()).toBe('🎉 🐦')
  })
  it('leaves a name that no emoji has as it is typed', async () => {
    await type(':nobody_has_this:')
    await fetched()
    expect(shown()).toBe(':nobody_has_this:')
  })
})
