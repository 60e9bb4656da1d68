// @vitest-environment happy-dom
import { NodeSelection } from 'prosemirror-state'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { selectCharacters } from '#lib/editor/commands'
import { dayFrom, selectedDate, setDate } from '#lib/editor/dates'
import { insertDate } from '#lib/editor/mentions'
import { answerQuestion } from '#lib/editor/question'
import { dateValue } from '#lib/schema/date-node'
import { connect, createScreen, type Screen } from '#lib/testing/editor-screen'

let alice: Screen
let bob: Screen
beforeEach(() => {
  alice = createScreen()
  bob = createScreen()
  alice.type('on @tod')
  alice.run(answerQuestion(insertDate('2026-11-26')))
  connect(alice, bob)
})
afterEach(() => {
  alice.close()
  bob.close()
})

const select = (screen: Screen, at: number) =>
  screen.run((state, dispatch) => {
    dispatch?.(state.tr.setSelection(NodeSelection.create(state.doc, at)))
    return true
  })
const shown = (screen: Screen) => screen.editor.view.dom.querySelector('time')

describe('a day', () => {
  it('is said in words, and told to programs as it is', () => {
    expect(shown(bob)?.textContent).toBe('day 2026-11-26')
    expect(shown(bob)?.dateTime).toBe('2026-11-26')
    expect(alice.editor.view.state.doc.textContent).toBe('on 2026-11-26 ')
  })
  it('becomes another one where it is selected, and stays selected', () => {
    select(alice, 4)
    expect(selectedDate(alice.editor.view.state)).toBe('2026-11-26')
    expect(alice.run(setDate('2027-01-01'))).toBe(true)
    expect(selectedDate(alice.editor.view.state)).toBe('2027-01-01')
    expect(shown(bob)?.dateTime).toBe('2027-01-01')
    alice.editor.undo()
    expect(shown(bob)?.dateTime).toBe('2026-11-26')
  })
  it('is one of the two that people chose at once, for all', () => {
    const [carol, dave] = [createScreen(), createScreen()]
    carol.run(insertDate('2026-01-01'))
    connect(carol, dave)()
    for (const [screen, day] of [
      [carol, '2026-02-02'],
      [dave, '2026-03-03'],
    ] as const) {
      select(screen, 1)
      screen.run(setDate(day))
    }
    connect(carol, dave)
    expect(carol.shown()).toEqual(dave.shown())
    expect(['2026-02-02', '2026-03-03']).toContain(shown(carol)?.dateTime)
    carol.close()
    dave.close()
  })
  it('is no day, and changes nothing, where none is selected or meant', () => {
    alice.run(selectCharacters(1, 1))
    expect(alice.run(setDate('2027-01-01'))).toBe(false)
    select(alice, 4)
    for (const value of ['2026-02-30', '26.11.2026', '', 'today']) expect(alice.run(setDate(value))).toBe(false)
    expect(alice.press('Enter')).toBe(true)
    expect(alice.editor.view.state.doc.childCount).toBe(1)
    expect(shown(alice)?.dateTime).toBe('2026-11-26')
  })
  it('follows the calendar of this device', () => {
    const now = new Date(2026, 1, 28, 23, 59)
    expect([-1, 0, 1].map((offset) => dayFrom(now, offset))).toEqual(['2026-02-27', '2026-02-28', '2026-03-01'])
  })
  it.each(['2026-13-01', '2025-02-29', '+002026-01-01', '2026-1-1', 20260101, null, {}])(
    'attack 26 %j is none',
    (value) => expect(dateValue(value)).toBeUndefined(),
  )
})
