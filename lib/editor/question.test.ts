// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { beginList, insertRule, toggleHeading, toggleList } from '#lib/editor/commands'
import { answerQuestion, type MenuKey, questionOf } from '#lib/editor/question'
import { connect, createScreen, type Screen } from '#lib/testing/editor-screen'

let alice: Screen
let keys: MenuKey[]
beforeEach(() => {
  keys = []
  alice = createScreen({ onMenuKey: (key) => keys.push(key) > 0 })
})
afterEach(() => alice.close())

const query = () => questionOf(alice.editor.view.state)?.query
const html = () => alice.doc.getXmlFragment('body').toString()

describe('a slash', () => {
  it.each([
    ['/', ''],
    ['a /he', 'he'],
    ['/heading 2', 'heading 2'],
    ['- /ta', 'ta'],
  ])('%s asks for a block', (typed, asked) => {
    alice.type(typed)
    expect(query()).toBe(asked)
  })
  it.each(['and/or', 'a / b', '// ', '``` /x', '`a` b/c', `/${'x'.repeat(40)}`])('%s asks nothing', (typed) => {
    alice.type(typed)
    expect(query()).toBeUndefined()
  })
  it('asks no more after Escape, and nothing when the cursor comes back to it', () => {
    alice.type('/he')
    expect(alice.press('Escape')).toBe(true)
    expect(query()).toBeUndefined()
    alice.type('a')
    expect(query()).toBeUndefined()
  })
  it('asks no more once it is deleted or left', () => {
    alice.type('word /x')
    alice.select('word')
    expect(query()).toBeUndefined()
    alice.select('/x', 'end')
    expect(query()).toBeUndefined()
  })
  it('leaves keys to the menu while it asks, and to the page afterwards', () => {
    alice.type('/x')
    for (const key of ['ArrowDown', 'Tab', 'Enter']) expect(alice.press(key)).toBe(true)
    expect(keys).toEqual(['ArrowDown', 'Tab', 'Enter'])
    alice.press('Escape')
    alice.press('Enter')
    expect(keys).toHaveLength(3)
    expect(html()).toBe('<paragraph>/x</paragraph><paragraph></paragraph>')
  })
})

describe('an at sign and a colon', () => {
  it.each([
    ['@', '@', ''],
    ['to @Ana Ma', '@', 'Ana Ma'],
    ['(@an', '@', 'an'],
    ['a :ta', ':', 'ta'],
    [':+1', ':', '+1'],
    [':tada:', ':', 'tada:'],
  ])('%s asks', (typed, sign, asked) => {
    alice.type(typed)
    expect(questionOf(alice.editor.view.state)).toMatchObject({ sign, query: asked })
  })
  it.each(['ana@port', '@@x', '@ x', 'note: x', ':)', ': x', ':a b', ':tada: x', '10:30', '``` @x', '``` :x'])(
    '%s asks nothing',
    (typed) => {
      alice.type(typed)
      expect(query()).toBeUndefined()
    },
  )
})

describe('an answer', () => {
  it.each([
    ['a heading', toggleHeading(2), '<heading level="2">Plan </heading>'],
    [
      'a list',
      toggleList('task'),
      '<list checked="false" collapsed="false" kind="task"><paragraph>Plan </paragraph></list>',
    ],
    ['a line', insertRule, '<paragraph>Plan </paragraph><horizontal_rule></horizontal_rule><paragraph></paragraph>'],
  ])('makes %s in place of the question, in one step of undo', (_, command, made) => {
    alice.type('Plan ')
    alice.editor.run((state, dispatch) => {
      dispatch?.(state.tr.setMeta('separate', true))
      return true
    })
    alice.type('/x')
    expect(alice.editor.run(answerQuestion(command))).toBe(true)
    expect(html()).toBe(made)
    expect(query()).toBeUndefined()
    alice.editor.undo()
    expect(html()).toContain('/x')
    expect(alice.strays).toEqual([])
  })
  it('types on where the block begins', () => {
    alice.type('/h')
    alice.editor.run(answerQuestion(toggleHeading(1)))
    alice.type('Title')
    expect(html()).toBe('<heading level="1">Title</heading>')
  })
  it('is what was asked for while somebody else writes above', () => {
    const bob = createScreen()
    connect(alice, bob)
    alice.type('one')
    alice.press('Enter')
    alice.type('/')
    bob.select('one', 'end')
    bob.type(', two')
    expect(query()).toBe('')
    alice.editor.run(answerQuestion(toggleHeading(1)))
    expect(html()).toBe('<paragraph>one, two</paragraph><heading level="1"></heading>')
    bob.close()
  })
  it.each(['toggle', 'task'] as const)(
    'begins a list below the first line of an item inside it, also one of its kind: %s',
    (kind) => {
      alice.run(toggleList('toggle'))
      alice.type('head')
      alice.press('Enter')
      alice.type('/x')
      alice.editor.run(answerQuestion(beginList(kind)))
      alice.type('inside')
      const { doc } = alice.editor.view.state
      expect(doc.toString()).toBe('doc(list(paragraph("head"), list(paragraph("inside"))))')
      expect(doc.firstChild?.lastChild?.attrs.kind).toBe(kind)
    },
  )
})
