// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createScreen, type Screen } from '#lib/testing/editor-screen'

let alice: Screen
beforeEach(() => {
  alice = createScreen()
})
afterEach(() => alice.close())

const html = () => alice.doc.getXmlFragment('body').toString()
const blocks = () => {
  const shown: string[] = []
  alice.editor.view.state.doc.forEach((node) => {
    const { kind, level, checked, language, order } = node.attrs
    const detail = [kind, level, language || undefined, checked || undefined, order ?? undefined].filter(
      (x) => x !== undefined,
    )
    shown.push([node.type.name, ...detail, node.textContent].join(' '))
  })
  return shown
}

describe('Markdown as it is typed', () => {
  it.each([
    ['# One', ['heading 1 One']],
    ['## Two', ['heading 2 Two']],
    ['### Three', ['heading 3 Three']],
    ['#### Four', ['heading 4 Four']],
    ['##### Five', ['paragraph ##### Five']],
    ['- item', ['list bullet item']],
    ['* item', ['list bullet item']],
    ['1. item', ['list ordered item']],
    ['7. item', ['list ordered 7 item']],
    ['[ ] task', ['list task task']],
    ['[x] task', ['list task true task']],
    ['- [ ] task', ['list task task']],
    ['> said', ['blockquote said']],
    ['```js code', ['code_block js code']],
    ['---', ['horizontal_rule ', 'paragraph ']],
    ['#tag', ['paragraph #tag']],
  ])('makes %s a block', (typed, expected) => {
    alice.type(typed)
    expect(blocks()).toEqual(expected)
  })

  it.each([
    ['a **b** c', '<paragraph>a <bold>b</bold> c</paragraph>'],
    ['a *b* c', '<paragraph>a <italic>b</italic> c</paragraph>'],
    ['a _b_ c', '<paragraph>a <italic>b</italic> c</paragraph>'],
    ['a __b__ c', '<paragraph>a <bold>b</bold> c</paragraph>'],
    ['a ~~b~~ c', '<paragraph>a <strike>b</strike> c</paragraph>'],
    ['a `b` c', '<paragraph>a <code>b</code> c</paragraph>'],
    ['`**b**`', '<paragraph><code>**b**</code></paragraph>'],
    ['2*3*4 snake_case_name', '<paragraph>2*3*4 snake_case_name</paragraph>'],
    ['** b ** and * c *', '<paragraph>** b ** and * c *</paragraph>'],
  ])('makes %s a style', (typed, expected) => {
    alice.type(typed)
    expect(html()).toBe(expected)
  })

  it('links an address when a space or Enter follows', () => {
    alice.type('see https://a.example/x, or www.b.example')
    alice.press('Enter')
    expect(html()).toContain('<link href="https://a.example/x">https://a.example/x</link>, or')
    expect(html()).toContain('<link href="https://www.b.example">www.b.example</link>')
  })
  it('links no script address', () => {
    alice.type('javascript:alert(1) and mallory@javascript:x ')
    expect(html()).not.toContain('<link')
  })
  it('makes a link of [words](address), and of no script address', () => {
    alice.type('see [the register](register.example/a_(b)) and [x](javascript:alert(1))')
    expect(html()).toBe(
      '<paragraph>see <link href="https://register.example/a_(b)">the register</link> and [x](javascript:alert(1))</paragraph>',
    )
  })
  it.each([
    ['- ', ['paragraph - ']],
    ['a **b**', ['paragraph a **b**']],
    ['```js ', ['paragraph ```js ']],
    ['---', ['paragraph ---']],
  ])('takes the rule of %s back with Undo, and keeps what was typed', (typed, expected) => {
    alice.type(typed)
    const made = html()
    alice.press('Mod-z')
    expect(blocks()).toEqual(expected)
    expect(alice.editor.view.state.selection.from).toBe(1 + typed.length)
    alice.press('Mod-Shift-z')
    expect(html()).toBe(made)
    alice.press('Mod-z')
    alice.press('Mod-z')
    expect(blocks()).toEqual(['paragraph '])
    expect(alice.strays).toEqual([])
  })
  it('takes a rule back with Backspace', () => {
    alice.type('- ')
    alice.press('Backspace')
    expect(blocks()).toEqual(['paragraph - '])
  })
  it('leaves code alone', () => {
    alice.type('``` # no **rules** here')
    expect(blocks()).toEqual(['code_block # no **rules** here'])
  })
})

describe('keys', () => {
  it('go to both ends of the page, also past the box of a task', () => {
    alice.type('[ ] first')
    alice.press('Enter')
    alice.type('second')
    alice.press('Mod-Home')
    alice.type('<')
    alice.press('Mod-Shift-End')
    alice.type('>')
    expect(blocks()).toEqual(['list task <>'])
  })
  it('act where the caret is, also before the browser has told that it moved', () => {
    alice.type('- one')
    alice.press('Enter')
    alice.type('two')
    const { view } = alice.editor
    view.focus()
    const { node } = view.domAtPos(view.state.selection.from)
    const late = (event: Event) => event.stopImmediatePropagation()
    window.addEventListener('selectionchange', late, true)
    getSelection()?.collapse(node, 0)
    window.removeEventListener('selectionchange', late, true)
    view.dom.dispatchEvent(new KeyboardEvent('keydown', { key: 'Backspace', bubbles: true, cancelable: true }))
    expect(blocks()).toEqual(['list bullet one', 'paragraph two'])
  })
  it('look for a moved caret only where it is not where the page has it', () => {
    alice.type('word')
    const { view } = alice.editor
    view.focus()
    let looked = 0
    const count = () => looked++
    document.addEventListener('selectionchange', count)
    const press = () => view.dom.dispatchEvent(new KeyboardEvent('keydown', { key: 'Shift', bubbles: true }))
    const { node, offset } = view.domAtPos(view.state.selection.head)
    for (const at of [offset, 1]) {
      getSelection()?.collapse(node, at)
      looked = 0
      press()
      expect(looked).toBe(at === offset ? 0 : 1)
    }
    document.removeEventListener('selectionchange', count)
  })
  it.each([
    ['Mod-b', 'bold'],
    ['Mod-i', 'italic'],
    ['Mod-u', 'underline'],
    ['Mod-e', 'code'],
    ['Mod-Shift-x', 'strike'],
    ['Mod-Shift-s', 'strike'],
  ])('%s is %s, on and off', (key, style) => {
    alice.type('word')
    alice.select('word')
    alice.press(key)
    expect(html()).toBe(`<paragraph><${style}>word</${style}></paragraph>`)
    alice.press(key)
    expect(html()).toBe('<paragraph>word</paragraph>')
  })
  it('Mod-a selects what the toolbar is for, all of the page', () => {
    alice.type('word')
    expect(alice.editor.facts().hasRange).toBe(false)
    alice.press('Mod-a')
    alice.editor.tellFacts()
    expect(alice.editor.facts()).toMatchObject({ hasRange: true, block: 'paragraph', styles: { bold: false } })
    alice.press('Mod-b')
    alice.editor.tellFacts()
    expect(alice.editor.facts().styles.bold).toBe(true)
  })
  it.each([1, 2, 3, 4])('Mod-Alt-%i makes a heading and a paragraph again', (level) => {
    alice.type('word')
    alice.press(`Mod-Alt-${level}`)
    expect(blocks()).toEqual([`heading ${level} word`])
    alice.press(`Mod-Alt-${level}`)
    expect(blocks()).toEqual(['paragraph word'])
  })
  it.each([
    ['Mod-Shift-7', 'ordered'],
    ['Mod-Shift-8', 'bullet'],
    ['Mod-Shift-9', 'task'],
  ])('%s makes a list', (key, kind) => {
    alice.type('word')
    alice.press(key)
    expect(blocks()).toEqual([`list ${kind} word`])
    alice.press(key)
    expect(blocks()).toEqual(['paragraph word'])
  })
  it('Enter goes on with the list and ends it on an empty item', () => {
    alice.type('- one')
    alice.press('Enter')
    alice.type('two')
    alice.press('Enter')
    alice.press('Enter')
    alice.type('after')
    expect(blocks()).toEqual(['list bullet one', 'list bullet two', 'paragraph after'])
  })
  it('Enter after a ticked task makes one that is not', () => {
    alice.type('[x] done')
    alice.press('Enter')
    alice.type('next')
    expect(blocks()).toEqual(['list task true done', 'list task next'])
  })
  it('Mod-Enter ticks a task', () => {
    alice.type('[ ] do')
    alice.press('Mod-Enter')
    expect(blocks()).toEqual(['list task true do'])
  })
  it('Tab nests a list item and Shift-Tab takes it out', () => {
    alice.type('- one')
    alice.press('Enter')
    alice.type('two')
    expect(alice.press('Tab')).toBe(true)
    expect(blocks()).toEqual(['list bullet onetwo'])
    alice.press('Shift-Tab')
    expect(blocks()).toEqual(['list bullet one', 'list bullet two'])
  })
  it('Tab leaves the page after Escape, and in plain text', () => {
    alice.type('- one')
    alice.press('Escape')
    expect(alice.press('Tab')).toBe(false)
    alice.press('Enter')
    alice.press('Enter')
    expect(alice.press('Tab')).toBe(false)
  })
  it('Enter leaves a heading, a quote and code', () => {
    alice.type('# Title')
    alice.press('Enter')
    alice.type('> said')
    alice.press('Enter')
    alice.press('Enter')
    alice.type('```')
    alice.press('Enter')
    alice.type('one')
    for (let times = 0; times < 3; times++) alice.press('Enter')
    alice.type('after')
    expect(blocks()).toEqual(['heading 1 Title', 'blockquote said', 'code_block one', 'paragraph after'])
  })
  it('Backspace at the start makes a heading and code plain', () => {
    for (const key of ['Mod-Alt-2', 'Backspace']) alice.press(key)
    expect(blocks()).toEqual(['paragraph '])
    alice.type('```')
    for (const key of ['Enter', 'Backspace']) alice.press(key)
    expect(blocks()).toEqual(['paragraph '])
  })
  it('Shift-Enter breaks the line in a paragraph and adds one in code', () => {
    alice.type('a')
    alice.press('Shift-Enter')
    alice.type('b')
    expect(html()).toBe('<paragraph>a<hard_break></hard_break>b</paragraph>')
  })
  it('Alt-Shift-arrows move a block', () => {
    alice.type('one')
    alice.press('Enter')
    alice.type('two')
    alice.press('Alt-Shift-ArrowUp')
    expect(blocks()).toEqual(['paragraph two', 'paragraph one'])
    alice.type('!')
    alice.press('Alt-Shift-ArrowDown')
    expect(blocks()).toEqual(['paragraph one', 'paragraph two!'])
  })
})
