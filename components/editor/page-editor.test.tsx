// @vitest-environment happy-dom
import { act, Profiler } from 'react'
import { createRoot, type Root } from 'react-dom/client'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { PageEditor } from '#components/editor/page-editor'
import { err } from '#lib/base/result'
import { createCommentMarks } from '#lib/editor/comment-marks'
import { shortcuts } from '#lib/editor/shortcuts'
import type { OpenPage } from '#lib/session/session-view'
import { createFakeFiles } from '#lib/testing/fake-files'

function page(): OpenPage {
  const doc = new Y.Doc()
  return {
    id: 'page',
    doc,
    awareness: new Awareness(doc),
    title: new Y.Doc().getText('title'),
    files: createFakeFiles(),
    readOnly: false,
    userEdit: (edit) => edit(),
    append: async () => err({ type: 'page-closed' }),
    flush: () => {},
    onReplaced: undefined,
    close: () => {},
  }
}

const marks = createCommentMarks({ onChosen() {}, onOrder() {}, onMoved() {} })
const nobody = { pages: [], people: [] }
const mentionable = { ...nobody, named: nobody, addressOf: () => '#/' }
const comments = { marks, mayComment: true, begin: (): unknown => undefined }
let root: Root
let rendered: number
const show = (shown: OpenPage, said: typeof comments = comments) =>
  act(async () =>
    root.render(
      <Profiler id="page" onRender={() => rendered++}>
        <PageEditor
          page={shown}
          comments={said}
          mentionable={mentionable}
          onCopyLink={() => {}}
          onFocusMode={() => {}}
        />
      </Profiler>,
    ),
  )
const frame = () => act(() => new Promise<void>((done) => requestAnimationFrame(() => done())))
const body = () => document.querySelector<HTMLElement>('.page-body') as HTMLElement
const title = () => document.querySelector('textarea') as HTMLTextAreaElement
const press = (element: HTMLElement, key: string, init: KeyboardEventInit = {}) =>
  act(async () => {
    element.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init }))
  })

beforeEach(() => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })
  rendered = 0
  const mount = document.createElement('div')
  document.body.append(mount)
  root = createRoot(mount)
})
afterEach(async () => {
  await act(async () => root.unmount())
  document.body.replaceChildren()
})

describe('a page on screen', () => {
  it('shows its grip also to whoever leaves the page while pulling at it', async () => {
    await show(page())
    const area = document.querySelector<HTMLElement>('.page-editor')
    const point = (type: string, buttons: number) =>
      act(async () => area?.dispatchEvent(new PointerEvent(type, { pointerType: 'mouse', buttons, clientY: 1 })))
    const isShown = () => document.querySelector('.block-handle')?.hasAttribute('data-shown')
    await point('pointermove', 0)
    expect(isShown()).toBe(true)
    await point('pointerleave', 1)
    expect(isShown()).toBe(true)
    await point('pointerleave', 0)
    expect(isShown()).toBe(false)
  })
  it('begins with the cursor in the title, and goes on into the text', async () => {
    await show(page())
    expect(document.activeElement).toBe(title())
    await press(title(), 'Enter')
    expect(document.activeElement).toBe(body())
  })
  it('takes no focus from something else, nor when it has a title', async () => {
    const named = page()
    named.title.insert(0, 'Plan')
    await show(named)
    expect(document.activeElement).toBe(document.body)
    expect(title().value).toBe('Plan')
  })
  it('names title and text for those who do not see them', async () => {
    await show(page())
    expect(title().getAttribute('aria-label')).toBe('Title')
    expect(body().getAttribute('role')).toBe('textbox')
    expect(body().getAttribute('aria-label')).toBe('Page')
  })
  it('renders nothing in React for a letter', async () => {
    const shown = page()
    await show(shown)
    await press(title(), 'Enter')
    await frame()
    const text = new Y.XmlText('Hello')
    const paragraph = new Y.XmlElement('paragraph')
    paragraph.insert(0, [text])
    shown.doc.getXmlFragment('body').insert(0, [paragraph])
    await frame()
    const before = rendered
    for (const letter of ' world') text.insert(text.length, letter)
    await frame()
    expect(body().textContent).toBe('Hello world')
    expect(rendered).toBe(before)
  })
  it('goes on in a rebuilt copy of the page', async () => {
    const [first, second] = [page(), page()]
    await show(first)
    second.title.insert(0, 'Rebuilt')
    await show(second)
    expect(title().value).toBe('Rebuilt')
    expect(document.querySelectorAll('.page-body')).toHaveLength(1)
  })
  it('opens the menu of a block by Alt+Enter, and gives the focus back', async () => {
    await show(page())
    await press(title(), 'Enter')
    await press(body(), 'Enter', { altKey: true })
    const menu = document.querySelector<HTMLElement>('[role=menu]')
    expect(menu?.getAttribute('aria-label')).toBe('Block')
    expect(menu?.textContent).toMatch(/Duplicate.*Move up.*Move down.*Delete.*Turn into.*Heading 1/)
    await press(menu as HTMLElement, 'Escape')
    await frame()
    expect(document.querySelector('[role=menu]')).toBeNull()
  })
  it('begins a comment about the block from its menu, for whoever may', async () => {
    let begun = 0
    const openMenu = async (mayComment: boolean) => {
      await show(page(), { marks, mayComment, begin: () => begun++ })
      await press(title(), 'Enter')
      await press(body(), 'Enter', { altKey: true })
      const rows = [...document.querySelectorAll<HTMLElement>('[role^=menuitem]')]
      return rows.find(({ textContent }) => textContent?.startsWith('Comment'))
    }
    expect(await openMenu(false)).toBeUndefined()
    await press(document.querySelector('[role=menu]') as HTMLElement, 'Escape')
    await frame()
    const row = await openMenu(true)
    await act(async () => row?.click())
    expect(begun).toBe(1)
  })
  it('gives the keys not back to the page where a comment begins', async () => {
    await show(page())
    await press(title(), 'Enter')
    await press(body(), 'Enter', { altKey: true })
    const rows = [...document.querySelectorAll<HTMLElement>('[role^=menuitem]')]
    await act(async () => rows.find(({ textContent }) => textContent?.startsWith('Comment'))?.click())
    await frame()
    expect(document.querySelector('[role=menu]')).toBeNull()
    expect(document.activeElement).not.toBe(body())
  })
  it.each(['Delete', 'Heading 1'])('lets the menu take no further key once %s was chosen', async (name) => {
    const popup = () => document.querySelector('[role=menu]')
    await show(page())
    await press(title(), 'Enter')
    await press(body(), 'Enter', { altKey: true })
    expect(popup()?.hasAttribute('inert')).toBe(false)
    // a menu that fades for longer than the test lasts
    Object.assign(popup() as Element, {
      getAnimations: () => [{ finished: new Promise(() => {}), playState: 'running' }],
    })
    const rows = [...document.querySelectorAll<HTMLElement>('[role^=menuitem]')]
    await act(async () => rows.find(({ textContent }) => textContent?.startsWith(name))?.click())
    await frame()
    expect(popup()?.hasAttribute('inert')).toBe(true)
    expect(document.activeElement).toBe(body())
    await press(body(), 'Enter', { altKey: true })
    await frame()
    expect(popup()?.hasAttribute('inert')).toBe(false)
  })
  it('shows every key on a question mark, but not while somebody writes', async () => {
    await show(page())
    await press(title(), '?')
    expect(document.querySelector('[role=dialog]')).toBeNull()
    title().blur()
    await press(document.body, '?')
    const sheet = document.querySelector('[role=dialog]')
    expect(sheet?.textContent).toContain('BoldCtrl+B')
    expect(sheet?.querySelectorAll('dt')).toHaveLength(Object.keys(shortcuts).length)
  })

  it('looks for what is typed right after its keys, from the first letter', async () => {
    await show(page())
    await frame()
    body().focus()
    // the next key may follow before anything else runs
    Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: false })
    body().dispatchEvent(new KeyboardEvent('keydown', { key: 'f', ctrlKey: true, bubbles: true, cancelable: true }))
    Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })
    expect(document.activeElement).toBe(document.querySelector('.find-bar input'))
    expect(document.activeElement).not.toBeNull()
  })
})
