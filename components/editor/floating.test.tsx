// @vitest-environment happy-dom
import { act, useRef } from 'react'
import { createRoot, type Root } from 'react-dom/client'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { useBesideSelection } from '#components/editor/floating'
import type { Editor } from '#lib/editor/create-editor'
import { createScreen, type Screen } from '#lib/testing/editor-screen'

const SCREEN = { clientWidth: 1000, clientHeight: 800 }
let alice: Screen
let root: Root

beforeEach(() => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })
  for (const [name, value] of Object.entries(SCREEN))
    Object.defineProperty(document.documentElement, name, { value, configurable: true })
  alice = createScreen()
  alice.type('one two')
  alice.select('one two')
})
afterEach(async () => {
  await act(async () => root.unmount())
  alice.close()
  for (const name of Object.keys(SCREEN)) Reflect.deleteProperty(document.documentElement, name)
  document.body.replaceChildren()
})

function Toolbar({ editor }: { editor: Editor }) {
  const bar = useRef<HTMLDivElement>(null)
  useBesideSelection(editor, bar, true, 'top')
  return <div ref={bar} id="bar" />
}

/** Where a toolbar 40 pixels high stands for a selection between two heights of the window. */
async function heightOfToolbar(top: number, bottom: number): Promise<number> {
  const { view } = alice.editor
  const { from } = view.state.selection
  vi.spyOn(view, 'coordsAtPos').mockImplementation((position) => {
    const line = position === from ? top : bottom - 20
    return { left: 100, right: 100, top: line, bottom: line + 20 }
  })
  const mount = document.body.appendChild(document.createElement('div'))
  root = createRoot(mount)
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(40)
  vi.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockReturnValue(300)
  await act(async () => root.render(<Toolbar editor={alice.editor} />))
  const bar = document.getElementById('bar')
  await vi.waitFor(() => expect(bar?.style.opacity).toBe('1'))
  vi.restoreAllMocks()
  return Number.parseInt(bar?.style.top ?? '', 10)
}

describe('the toolbar of a selection', () => {
  it.each([
    ['above it', 300, 500, 252],
    ['below it, where its start is scrolled out of sight', -900, 300, 308],
    ['at the top of the screen, where both ends are out of sight', -900, 2000, 8],
    ['out of sight with the selection', -900, -300, -292],
  ])('stands %s', async (_where, top, bottom, height) => {
    expect(await heightOfToolbar(top, bottom)).toBe(height)
  })
})
