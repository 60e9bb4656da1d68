// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { follow } from '#lib/editor/follow'
import { createScreen, type Screen } from '#lib/testing/editor-screen'

let alice: Screen
let scrolled: string[]
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  alice = createScreen()
  alice.type('one')
  alice.press('Enter')
  alice.type('two')
  scrolled = []
  vi.spyOn(Element.prototype, 'scrollIntoView').mockImplementation(function (this: Element) {
    scrolled.push((this.textContent ?? '').replace(/\u2060[^\u2060]*\u2060/g, ''))
  })
  vi.spyOn(alice.editor.view, 'coordsAtPos').mockReturnValue({ top: 5000, bottom: 5020, left: 0, right: 0 })
})
afterEach(() => {
  alice.close()
  vi.restoreAllMocks()
  vi.useRealTimers()
})

/** Bob's tab, as presence shows it here. */
function show(client: number, name: string, block: number | undefined, extra: object = {}): void {
  const element = block === undefined ? undefined : alice.doc.getXmlFragment('body').get(block)
  const text = element instanceof Y.XmlElement ? element.get(0) : undefined
  const place = text instanceof Y.XmlText ? Y.createRelativePositionFromTypeIndex(text as unknown as Y.Text, 1) : null
  const { awareness } = alice.page
  awareness.states.set(client, { user: { name, colour: 3 }, cursor: place && { anchor: place, head: place }, ...extra })
  awareness.emit('change', [{ added: [], updated: [client], removed: [] }, 'presence'])
  vi.advanceTimersByTime(10)
}
const facts = () =>
  new Promise<ReturnType<Screen['editor']['facts']>>((done) =>
    requestAnimationFrame(() => requestAnimationFrame(() => done(alice.editor.facts()))),
  )

describe('following somebody', () => {
  it('scrolls to where they are, and again when they move', async () => {
    show(7, 'Bob', 0)
    expect((await facts()).others).toEqual([{ client: 7, name: 'Bob', colour: 3 }])
    expect(scrolled).toEqual([])
    alice.run(follow(7))
    expect(scrolled).toEqual(['one'])
    show(7, 'Bob', 1)
    expect(scrolled.at(-1)).toContain('two')
    expect((await facts()).following).toBe('Bob')
    expect(alice.strays).toEqual([])
  })
  it.each(['keydown', 'wheel', 'touchmove', 'pointerdown'])('ends by an own %s', async (act) => {
    show(7, 'Bob', 0)
    alice.run(follow(7))
    document.body.dispatchEvent(new Event(act, { bubbles: true }))
    show(7, 'Bob', 1)
    expect(scrolled).toEqual(['one'])
    expect((await facts()).following).toBeUndefined()
  })
  it('begins by a press on their caret', async () => {
    show(7, 'Bob', 0)
    const caret = alice.editor.view.dom.querySelector('.remote-caret')
    caret?.dispatchEvent(new MouseEvent('click', { bubbles: true }))
    expect((await facts()).following).toBe('Bob')
  })
  it('is over when they are gone, and names each person once', async () => {
    show(7, 'Bob', 0)
    show(8, 'Bob', 1)
    expect((await facts()).others).toHaveLength(1)
    alice.run(follow(7))
    alice.page.awareness.states.delete(7)
    show(9, 'Carol', 0)
    expect((await facts()).following).toBeUndefined()
    expect((await facts()).others.map(({ name }) => name)).toEqual(['Bob', 'Carol'])
  })
  it('attack 27 goes nowhere for a place that is none', () => {
    for (const head of [{ item: { client: -1, clock: 1e99 } }, 'x', 7, { tname: 'evil' }]) {
      show(7, 'Bob', undefined, { cursor: { anchor: head, head } })
      alice.run(follow(7))
    }
    expect(scrolled).toEqual([])
  })
})
