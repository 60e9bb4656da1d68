// @vitest-environment happy-dom

import { NodeSelection } from 'prosemirror-state'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { selectBlock } from '#lib/editor/blocks'
import { selectCharacters, toggleCodeBlock, toggleFormula } from '#lib/editor/commands'
import { createMentionNames, type MentionNames } from '#lib/editor/mention-names'
import { insertMention } from '#lib/editor/mentions'
import { answerQuestion, questionOf } from '#lib/editor/question'
import type { Mention } from '#lib/schema/mention-node'
import { connect, createScreen, deliver, type Screen } from '#lib/testing/editor-screen'

const plan: Mention = { kind: 'page', id: 'P'.repeat(22), name: 'Plan' }
const ana: Mention = { kind: 'person', id: 'A'.repeat(43), name: 'Ana' }
let names: MentionNames
let alice: Screen
let bob: Screen
beforeEach(() => {
  names = createMentionNames()
  names.show({ pages: [{ id: plan.id, title: 'Plan' }], people: [ana], addressOf: (id) => `#/w/here/${id}` })
  alice = createScreen({ mentions: names })
  bob = createScreen()
})
afterEach(() => {
  alice.close()
  bob.close()
  location.hash = ''
})

const mention = (which: Mention) => alice.run(answerQuestion(insertMention(which)))
const shown = (screen: Screen) => screen.editor.view.dom.textContent
const link = () => alice.editor.view.dom.querySelector('a')

describe('a mention', () => {
  it('stands in place of what asked for it, with a space behind it, in one step of undo', () => {
    alice.type('See @pl')
    expect(mention(plan)).toBe(true)
    alice.type('now')
    expect(shown(alice)).toBe('See Plan now')
    expect(link()?.getAttribute('href')).toBe(`#/w/here/${plan.id}`)
    alice.editor.undo()
    alice.editor.undo()
    expect(shown(alice)).toContain('See @pl')
    expect(alice.strays).toEqual([])
  })
  it('adds no second space before one that is there', () => {
    alice.type('a b')
    alice.select('a', 'end')
    alice.type(' @')
    mention(ana)
    alice.type('c')
    expect(shown(alice)).toBe('a @Ana cb')
  })
  it('follows its title and its name, without an edit', () => {
    alice.type('@')
    mention(plan)
    alice.type('@')
    mention(ana)
    const before = alice.edits.length
    names.show({ pages: [{ ...plan, title: 'Map' }], people: [{ ...ana, name: 'Ana M.' }], addressOf: () => '#/' })
    expect(shown(alice)).toBe('Map @Ana M. ')
    expect(alice.edits).toHaveLength(before)
  })
  it('says the name that it was written with, and leads nowhere, where nobody knows the page', () => {
    alice.type('@')
    mention(plan)
    connect(alice, bob)
    expect(shown(bob)).toBe('Plan ')
    expect(bob.editor.view.dom.querySelector('a')?.hasAttribute('href')).toBe(false)
  })
  it('keeps what both wrote around it at once', () => {
    alice.type('one two')
    deliver(alice, bob)
    alice.select('one', 'end')
    alice.type(' @')
    mention(ana)
    bob.select('one two', 'end')
    bob.type(' three')
    bob.select('one')
    bob.type('On')
    connect(alice, bob)
    for (const screen of [alice, bob]) {
      for (const word of ['On', '@Ana', 'two', 'three']) expect(shown(screen)).toContain(word)
    }
    expect(alice.shown()).toEqual(bob.shown())
    alice.editor.view.state.doc.check()
  })
  it('that is selected opens its page by Enter', () => {
    alice.type('@')
    mention(plan)
    alice.run((state, dispatch) => {
      dispatch?.(state.tr.setSelection(NodeSelection.create(state.doc, 1)))
      return true
    })
    expect(alice.press('Enter')).toBe(true)
    expect(location.hash).toBe(`#/w/here/${plan.id}`)
    expect(shown(alice)).toBe('Plan ')
  })
  it('that is selected is left beside it by Home and End, which go on as the browser does', () => {
    alice.type('@')
    mention(plan)
    for (const [key, at] of [
      ['Home', 1],
      ['End', 2],
    ] as const) {
      alice.run(selectBlock(1))
      expect(alice.press(key)).toBe(false)
      expect(alice.editor.view.state.selection).toMatchObject({ empty: true, from: at })
    }
  })
  it.each([
    ['code', () => alice.run(toggleCodeBlock), ''],
    ['a formula', () => alice.run(toggleFormula), 'math'],
    ['code by three backticks', () => alice.type('```js '), 'js'],
  ])('becomes its words where its block becomes %s', (_, act, language) => {
    alice.type('ask ')
    alice.run(insertMention(ana))
    alice.type('now')
    alice.press('Shift-Enter')
    alice.type('or')
    alice.run(selectCharacters(1, 1))
    act()
    expect(alice.doc.getXmlFragment('body').toString()).toBe(
      `<code_block language="${language}">ask @Ana now\nor</code_block>`,
    )
  })
  it('takes nothing where text has no mentions', () => {
    alice.type('``` x')
    expect(alice.run(insertMention(plan))).toBe(false)
  })
  it('is copied with the name that it has today', () => {
    alice.type('@')
    mention(plan)
    names.show({ pages: [{ ...plan, title: 'Map' }], people: [], addressOf: () => '#/' })
    const { view } = alice.editor
    const { dom, text } = view.serializeForClipboard(view.state.doc.slice(0, view.state.doc.content.size))
    expect(dom.textContent).toBe('Map ')
    expect(text).toBe('Map ')
  })
  it('attack 26 that somebody made up is words alone', () => {
    const type = alice.editor.view.state.schema.nodes.mention
    for (const id of ['javascript:x()', '../../x', 7, null]) {
      alice.run((state, dispatch) => {
        if (type) dispatch?.(state.tr.insert(1, type.create({ kind: 'page', id, name: '<b>x</b>' })))
        return true
      })
    }
    expect(alice.editor.view.dom.querySelectorAll('a, b, [href]')).toHaveLength(0)
    expect(questionOf(alice.editor.view.state)).toBeUndefined()
  })
})
