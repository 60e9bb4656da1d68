// @vitest-environment happy-dom
import { AllSelection, NodeSelection } from 'prosemirror-state'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { insertRule } from '#lib/editor/commands'
import { type CommentMarks, createCommentMarks, type MarkedPassage } from '#lib/editor/comment-marks'
import type { MarkedPlace } from '#lib/editor/marked-place'
import { insertDate } from '#lib/editor/mentions'
import { insertTable } from '#lib/editor/table-commands'
import { connect, createScreen, deliver, type Screen } from '#lib/testing/editor-screen'

let alice: Screen
let bob: Screen
let marks: CommentMarks
const chosen: string[] = []
let order: readonly string[] = []

const insertBreak = (screen: Screen) => void screen.press('Enter')
const insertDivider = ({ editor: { view }, run }: Screen) => {
  run(insertRule)
  let at = 0
  view.state.doc.forEach((node, position) => {
    if (node.type.name === 'horizontal_rule') at = position
  })
  view.dispatch(view.state.tr.setSelection(NodeSelection.create(view.state.doc, at)))
}
const selectTable = ({ editor: { view }, run }: Screen) => {
  run(insertTable(2, 2))
  let at = 0
  view.state.doc.forEach((node, position) => {
    if (node.type.name === 'table') at = position
  })
  view.dispatch(view.state.tr.setSelection(NodeSelection.create(view.state.doc, at)))
}

const commented = () => [...alice.editor.view.dom.querySelectorAll('.commented')].map((one) => one.textContent)
const passage = (id: string, words: string): MarkedPassage => {
  alice.select(words)
  const selected = marks.selected()
  if (!selected) throw new Error('nothing to comment')
  expect(selected.quote).toBe(words)
  return marked(id, selected)
}
const marked = (id: string, { from, to }: MarkedPlace, isMine = false): MarkedPassage =>
  JSON.parse(JSON.stringify({ id, places: [{ from, to }], isOpen: true, isMine }))

beforeEach(() => {
  vi.useFakeTimers()
  order = []
  chosen.length = 0
  marks = createCommentMarks({ onChosen: (id) => chosen.push(id), onOrder: (ids) => (order = ids), onMoved: () => {} })
  alice = createScreen({ comments: marks })
  bob = createScreen()
  connect(alice, bob)
  alice.type('See the register and the ledger')
})
afterEach(() => {
  alice.close()
  bob.close()
  vi.useRealTimers()
})

describe('commented passages', () => {
  it('stay on their words while others write around, before and behind them', () => {
    marks.show([passage('one', 'the register')], undefined)
    expect(commented()).toEqual(['the register'])
    bob.editor.focus('start')
    bob.type('Oh. ')
    bob.select('the register', 'end')
    bob.type('s')
    bob.select('the register')
    const { from } = bob.editor.view.state.selection
    bob.editor.view.dispatch(bob.editor.view.state.tr.insertText('new ', from + 4))
    expect(commented()).toEqual(['the new register'])
    expect(bob.strays).toEqual([])
  })

  it('do not grow when their author writes on at their end', () => {
    const one = passage('one', 'the register')
    marks.show([one], undefined)
    alice.select('the register', 'end')
    alice.type(' of deeds')
    expect(commented()).toEqual(['the register'])
    marks.show([one], 'one')
    expect(commented()).toEqual(['the register'])
  })

  it('are told in the order of the text, and without those whose words are gone', () => {
    const [later, first] = [passage('later', 'ledger'), passage('first', 'register')]
    marks.show([later, first], undefined)
    expect(order).toEqual(['first', 'later'])
    bob.select('register')
    bob.editor.view.dispatch(bob.editor.view.state.tr.deleteSelection())
    vi.advanceTimersByTime(400)
    expect(order).toEqual(['later'])
    expect(marks.reveal('first')).toBe(false)
    expect(marks.reveal('later')).toBe(true)
  })

  it('are brought into view, although the focus is beside the page', () => {
    marks.show([passage('one', 'ledger')], undefined)
    const scroll = vi.spyOn(Element.prototype, 'scrollIntoView').mockImplementation(() => {})
    marks.reveal('one')
    expect(scroll.mock.contexts.map((one) => (one as Element).textContent)).toEqual(['ledger'])
    scroll.mockRestore()
  })

  it('show what is resolved only while it is looked at', () => {
    const resolved = { ...passage('one', 'register'), isOpen: false }
    marks.show([resolved], undefined)
    expect(commented()).toEqual([])
    marks.show([resolved], 'one')
    expect(alice.editor.view.dom.querySelector('.commented.is-active')?.textContent).toBe('register')
  })

  it('survive a page that is built anew', () => {
    marks.show([passage('one', 'register')], undefined)
    const fresh = createScreen()
    deliver(alice, fresh)
    alice.editor.replacePage(fresh.page)
    expect(commented()).toEqual(['register'])
    fresh.close()
  })

  it('are about the words of a block where nothing is selected, and about nothing on a page without blocks', () => {
    alice.editor.focus('end')
    expect(marks.selected()?.quote).toBe('See the register and the ledger')
    const blank = createScreen({ comments: marks })
    expect(marks.selected()).toBe(undefined)
    blank.close()
  })

  it('quote the days and names between the words', () => {
    alice.select('register')
    alice.run(insertDate('2026-11-26'))
    alice.select('See the')
    alice.editor.view.dispatch(alice.editor.view.state.tr.setSelection(new AllSelection(alice.editor.view.state.doc)))
    expect(marks.selected()?.quote).toBe('See the 2026-11-26 and the ledger')
  })

  it.each([
    ['an empty paragraph', insertBreak, 'p.commented'],
    ['a divider', insertDivider, 'hr.commented'],
    ['a table', selectTable, '.commented table, table.commented'],
  ])('are about the block where it has no words: %s', (_, act, shown) => {
    act(alice)
    const about = marks.selected()
    expect(about?.quote).toBe('')
    if (!about) throw new Error('nothing to comment')
    marks.show([marked('one', about)], undefined)
    const standing = () => alice.editor.view.dom.querySelectorAll(shown).length
    expect(standing()).toBe(1)
    bob.select('ledger', 'end')
    bob.press('Enter')
    bob.type('more')
    expect([standing(), marks.reveal('one')]).toEqual([1, true])
    bob.editor.view.dispatch(
      bob.editor.view.state.tr.delete(
        bob.editor.view.state.doc.child(0).nodeSize,
        bob.editor.view.state.doc.content.size,
      ),
    )
    expect([standing(), marks.reveal('one')]).toEqual([0, false])
  })

  it('are looked for in the blocks alone that others change', () => {
    alice.press('Enter')
    alice.type('and a second block')
    let looked = 0
    const counted = (one: MarkedPassage): MarkedPassage => ({
      ...one,
      get places() {
        looked++
        return one.places
      },
    })
    marks.show([passage('one', 'register'), passage('two', 'second')].map(counted), undefined)
    bob.select('ledger', 'end')
    looked = 0
    bob.type('s')
    expect([looked, commented()]).toEqual([1, ['register', 'second']])
    bob.select('See the register')
    bob.editor.view.dispatch(bob.editor.view.state.tr.deleteSelection())
    expect(commented()).toEqual(['second'])
    bob.editor.undo()
    expect(commented()).toEqual(['second'])
  })

  it.each([
    undefined,
    null,
    7,
    {},
    { tname: 'meta', assoc: 0 },
    { type: { client: 'x', clock: -1 }, assoc: 0 },
    { item: { client: 1, clock: 2 ** 40 }, assoc: 0 },
  ])('are none for a place that is %j', (from) => {
    const { places } = passage('one', 'register')
    const before = [...alice.doc.share.keys()]
    marks.show([{ id: 'odd', places: [{ from, to: places[0]?.to }], isOpen: true, isMine: true }], undefined)
    expect(commented()).toEqual([])
    expect([...alice.doc.share.keys()]).toEqual(before)
  })

  it('are chosen by a click into a block that one is about, and not by one behind it', () => {
    const { view } = alice.editor
    view.dispatch(view.state.tr.setSelection(NodeSelection.create(view.state.doc, 0)))
    const passage = marks.selected()
    if (!passage) throw new Error('nothing is selected')
    marks.show([marked('whole', passage)], undefined)
    const click = (position: number) =>
      view.someProp('handleClick', (handle) => handle(view, position, new MouseEvent('click')))
    click(view.state.doc.firstChild?.nodeSize ?? 0)
    expect(chosen).toEqual([])
    click(3)
    expect(chosen).toEqual(['whole'])
  })
})
