// @vitest-environment happy-dom
import { EditorState } from 'prosemirror-state'
import { EditorView } from 'prosemirror-view'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createCodeColours } from '#lib/editor/code-colours'
import { createCodeGrammar } from '#lib/editor/code-grammar'
import { schema } from '#lib/schema/schema'

const read = createCodeGrammar()

describe('reading code', () => {
  it('finds what the language has, by its name or an alias', () => {
    expect(read('javascript', 'let a = "b" // c')).toEqual([
      { from: 0, to: 3, kind: 'hljs-keyword' },
      { from: 8, to: 11, kind: 'hljs-string' },
      { from: 12, to: 16, kind: 'hljs-comment' },
    ])
    expect(read('js', 'let')).toHaveLength(1)
  })
  it('attack 26 takes any name of a language and any text', () => {
    for (const language of ['', 'no-such', '__proto__', 'constructor', '<script>'])
      expect(read(language, 'let')).toEqual([])
    expect(read('html', '<script>alert(1)</script>').every(({ kind }) => /^[\w-]+$/.test(kind))).toBe(true)
  })
})

describe('coloured blocks', () => {
  let view: EditorView
  let fetched: number
  beforeEach(() => {
    vi.useFakeTimers()
    fetched = 0
  })
  afterEach(() => {
    view.destroy()
    vi.useRealTimers()
  })
  const open = (language: string, text: string) => {
    const fetchGrammar = async () => {
      fetched++
      return read
    }
    const doc = schema.node('doc', null, [schema.node('code_block', { language }, [schema.text(text)])])
    const plugins = [createCodeColours(fetchGrammar)]
    view = new EditorView(document.createElement('div'), { state: EditorState.create({ doc, plugins }) })
  }
  const coloured = () =>
    [...view.dom.querySelectorAll('[class^=hljs]')].map((span) => `${span.className} ${span.textContent}`)

  it('fetch nothing for plain code', async () => {
    open('', 'let a')
    await vi.runAllTimersAsync()
    expect([fetched, coloured()]).toEqual([0, []])
  })
  it('follow what is typed once it rests, and not in the keystroke', async () => {
    open('js', 'let a')
    expect(coloured()).toEqual([])
    await vi.runAllTimersAsync()
    expect(coloured()).toEqual(['hljs-keyword let'])
    view.dispatch(view.state.tr.insertText(' = 12', 6))
    expect(coloured()).toEqual(['hljs-keyword let'])
    await vi.runAllTimersAsync()
    expect(coloured()).toEqual(['hljs-keyword let', 'hljs-number 12'])
    view.dispatch(view.state.tr.setNodeAttribute(0, 'language', ''))
    await vi.runAllTimersAsync()
    expect([fetched, coloured()]).toEqual([1, []])
  })
  it('are drawn anew where something changed, and nothing else is touched', async () => {
    open('js', 'let a')
    await vi.runAllTimersAsync()
    view.dispatch(view.state.tr.insert(view.state.doc.content.size, schema.node('paragraph')))
    view.dispatch(view.state.tr.insert(0, view.state.doc.child(0)))
    await vi.runAllTimersAsync()
    expect(coloured()).toEqual(['hljs-keyword let', 'hljs-keyword let'])
    const dispatched = vi.spyOn(view, 'updateState')
    view.dispatch(view.state.tr.insertText('word', view.state.doc.content.size - 1))
    await vi.runAllTimersAsync()
    expect(dispatched).toHaveBeenCalledTimes(1)
    view.dispatch(view.state.tr.delete(1, 2))
    await vi.runAllTimersAsync()
    expect(coloured()).toEqual(['hljs-keyword let'])
  })
  it('change no page', async () => {
    open('js', 'let a')
    const before = view.state.doc
    await vi.runAllTimersAsync()
    expect(view.state.doc).toBe(before)
  })
})
