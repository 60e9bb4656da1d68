// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { connect, createScreen, type Screen } from '#lib/testing/editor-screen'

let alice: Screen
let bob: Screen
const carets = () => [...alice.editor.view.dom.querySelectorAll('.remote-caret')]
const looks = () => carets().map((caret) => caret.className.replace(' ProseMirror-widget', ''))

/** What bob's presence tells alice. */
function tell(state: Record<string, unknown>, clientId = bob.page.awareness.clientID): void {
  const { awareness } = alice.page
  awareness.states.set(clientId, state)
  awareness.emit('change', [{ added: [clientId], updated: [], removed: [] }, 'remote'])
  vi.advanceTimersByTime(1)
}
const at = (index: number) => {
  const text = (alice.doc.getXmlFragment('body').get(0) as Y.XmlElement).get(0) as Y.XmlText
  return Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(text, index))
}

beforeEach(() => {
  vi.useFakeTimers()
  alice = createScreen()
  bob = createScreen()
  connect(alice, bob)
  alice.type('Hello world')
})
afterEach(() => {
  alice.close()
  bob.close()
  vi.useRealTimers()
})

describe('carets of others', () => {
  it('stand where they are, in the colour of their person, without a style attribute', () => {
    tell({ user: { name: 'Bob', colour: 6 }, cursor: { anchor: at(0), head: at(5) } })
    expect(looks()).toEqual(['remote-caret person-6 has-moved'])
    expect(alice.editor.view.dom.querySelector('.remote-selection')?.textContent).toBe('Hello')
    expect(alice.editor.view.dom.outerHTML).not.toContain('style=')
  })
  it('have a direction of their own, so that a name never turns the paragraph it stands in', () => {
    tell({ user: { name: 'سارة', colour: 3 }, cursor: { anchor: at(0), head: at(0) } })
    expect(alice.editor.view.dom.querySelector('.remote-caret-name')?.getAttribute('dir')).toBe('auto')
  })
  it('show a name for three seconds after they moved', () => {
    const cursor = { anchor: at(5), head: at(5) }
    tell({ user: { name: 'Bob', colour: 6 }, cursor })
    vi.advanceTimersByTime(2900)
    expect(carets()[0]?.classList.contains('has-moved')).toBe(true)
    vi.advanceTimersByTime(200)
    expect(carets()[0]?.classList.contains('has-moved')).toBe(false)
    tell({ user: { name: 'Bob', colour: 6 }, cursor })
    expect(carets()[0]?.classList.contains('has-moved')).toBe(false)
  })
  it('take the own caret where a click ends up in one, beside the end of its line say: keys must not go to an older selection', () => {
    tell({ user: { name: 'Bob', colour: 6 }, cursor: { anchor: at(11), head: at(11) } })
    const { view } = alice.editor
    view.focus()
    alice.select('Hello')
    document.getSelection()?.collapse(carets()[0] ?? null, 0)
    document.dispatchEvent(new Event('selectionchange'))
    vi.advanceTimersByTime(50)
    expect([view.state.selection.from, view.state.selection.to]).toEqual([12, 12])
  })
  it('stay at their letter while somebody writes before it', () => {
    tell({ user: { name: 'Bob', colour: 6 }, cursor: { anchor: at(5), head: at(5) } })
    bob.editor.focus('start')
    bob.type('Oh. ')
    expect(carets()[0]?.previousSibling?.textContent).toBe('Oh. Hello')
  })
  it('R7 tell others where the own caret is, and nothing without focus', () => {
    alice.editor.view.focus()
    alice.select('world')
    vi.advanceTimersByTime(100)
    expect(alice.page.awareness.getLocalState()?.cursor).toMatchObject({ anchor: {}, head: {} })
    alice.editor.view.dom.blur()
    vi.advanceTimersByTime(100)
    expect(alice.page.awareness.getLocalState()?.cursor).toBeNull()
  })
  it.each([
    [{ user: { name: '<img src=x onerror=alert(1)>', colour: 'red;x' }, cursor: 'here' }],
    [{ user: 7, cursor: { anchor: { type: { client: 'x', clock: -1 } }, head: null } }],
    [{ user: { name: { evil: true }, colour: 999 }, cursor: { anchor: 1, head: {} } }],
    [{ cursor: { anchor: { item: { client: 1, clock: 2 ** 60 } }, head: { tname: '__proto__' } } }],
  ])('attack: any presence state is harmless: %j', (state) => {
    tell(state)
    tell({ user: { name: '<b>x</b>', colour: 99 }, cursor: { anchor: at(1), head: at(1) } }, 7)
    expect(looks()).toContain('remote-caret person-12 has-moved')
    expect(alice.editor.view.dom.querySelector('.remote-caret b, img')).toBeNull()
    expect(alice.strays).toEqual([])
    expect([...alice.doc.share.keys()]).toEqual(['body'])
  })
})
