// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { docToMarkdown, markdownToDoc } from '#lib/convert/markdown'
import { MAX_NESTING, toggleCodeBlock } from '#lib/editor/commands'
import { looksLikeMarkdown } from '#lib/editor/paste-markdown'
import { writeBody } from '#lib/editor/shared-body'
import { createScreen, type Screen } from '#lib/testing/editor-screen'

let alice: Screen
beforeEach(() => {
  alice = createScreen()
})
afterEach(() => alice.close())

const markdown = () => docToMarkdown(alice.editor.view.state.doc, { title: '' })
const paste = (html: string) => alice.editor.view.pasteHTML(html)

describe('what is pasted', () => {
  it('comes in as structure', () => {
    paste(
      '<h2>Title</h2><p>a <b>b</b> <em>c</em></p><ol><li>one</li><li>two</li></ol><pre>code</pre><blockquote>said</blockquote>',
    )
    expect(markdown()).toBe('## Title\n\na **b** *c*\n\n1. one\n2. two\n\n```\ncode\n```\n\n> said\n')
  })
  it('keeps what Google Docs says with styles', () => {
    paste(
      '<b style="font-weight:normal"><p><span style="font-weight:700">Bold</span> plain <span style="font-style:italic">it</span></p></b>',
    )
    expect(markdown()).toBe('**Bold** plain *it*\n')
  })
  it('puts a list that stands beside its item into it', () => {
    paste('<ul><li><p>one</p></li><ul><li><p>two</p></li></ul></ul>')
    expect(markdown()).toBe('- one\n  - two\n')
  })
  it('takes a table over, and leaves out one that is only layout', () => {
    paste(
      '<table><tr><th>Payee</th><th>Sum</th></tr><tr><td>Estuary\n Works</td><td>38.4</td></tr></table><p>after</p>',
    )
    expect(markdown()).toBe('| Payee | Sum |\n| --- | --- |\n| Estuary Works | 38.4 |\n\nafter\n')
    paste('<table><tr><td><p>only layout</p></td></tr></table>')
    expect(markdown()).toContain('only layout')
    expect(markdown()).not.toContain('| only')
  })
  it('attack: loses scripts, handlers, styles and script addresses', () => {
    paste(
      '<p onclick="alert(1)" style="color:red">a<script>alert(1)</script><a href="javascript:alert(1)">b</a><img src=x onerror=alert(1)></p>',
    )
    expect(markdown()).toBe('ab\n')
    expect(alice.editor.view.dom.outerHTML).not.toMatch(/alert|style=|onclick/)
  })
  it('keeps an image of the web as a link to its address, and never fetches it', () => {
    paste(
      '<p>See <img src="https://a.example/maps/the%20port.png" alt="The  port"> and <img src="https://a.example/maps/the%20port.png">' +
        '<img src="https://a.example/%ff"><img src="https://count.example/dot" width="1" alt="dot"></p>' +
        '<p><a href="https://b.example/"><img src="https://a.example/b.png" alt="B"></a>' +
        '<img src="https://a.example/1f44d.png" alt="👍🏽"><img src="data:image/png;base64,AA" alt="box"><img src="https://[" alt="odd"></p>',
    )
    const port = 'https://a.example/maps/the%20port.png'
    expect(markdown()).toBe(
      `See [The port](${port}) and [the port.png](${port})[%ff](https://a.example/%ff)\n\n[B](https://b.example/)👍🏽\n`,
    )
    expect(alice.editor.view.dom.querySelector('[src]')).toBeNull()
  })
  it('attack: is never nested deeper than commands nest', () => {
    paste(`${'<blockquote>'.repeat(200)}<p>deep</p>${'</blockquote>'.repeat(200)}`)
    expect(alice.editor.view.state.doc.textContent).toBe('deep')
    expect(alice.editor.view.state.doc.resolve(1).depth).toBeLessThan(MAX_NESTING)
  })
})

describe('pasted text', () => {
  const clip = (text: string, html = '') => {
    const data = new DataTransfer()
    data.setData('text/plain', text)
    if (html) data.setData('text/html', html)
    alice.editor.view.dom.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, cancelable: true }))
  }
  const shown = () => vi.waitFor(() => expect(alice.editor.view.state.doc.textContent).not.toBe(''))

  it.each([
    '## Head\n\nText *and* more\n\n- one\n  - [x] two\n\n> said\n\n```js\nlet x\n```\n',
    '1. one\n2. two\n',
    'some **bold** and `code`\n',
    '[words](https://a.example)\n',
  ])('comes in as the Markdown that it is: %j', async (text) => {
    clip(text)
    await shown()
    expect(markdown()).toBe(text)
  })
  it('makes an item of each line that is pasted into a list', () => {
    alice.type('[x] zero')
    alice.press('Enter')
    alice.type('(')
    clip('one\ntwo\r\n\nthree\n')
    alice.type(')')
    expect(markdown()).toBe('- [x] zero\n- [ ] (one\n- [ ] two\n- [ ] three)\n')
    alice.press('Mod-z')
    alice.press('Mod-z')
    expect(markdown()).toBe('- [x] zero\n- [ ] (\n')
  })
  describe('from a spreadsheet, in rows', () => {
    const ROWS = 'Payee\tSum\r\nEstuary Works\t38.4\r\n'
    const TABLE = '| Payee | Sum |\n| --- | --- |\n| Estuary Works | 38.4 |\n'
    it('becomes a table, and is plain again by undo or by Backspace right after', () => {
      for (const key of ['Mod-z', 'Backspace']) {
        alice.type('seen ')
        clip(ROWS)
        expect(markdown()).toBe(`seen&#32;\n\n${TABLE}`)
        alice.press(key)
        const { doc } = alice.editor.view.state
        expect(doc.textBetween(0, doc.content.size, '\n')).toBe('seen Payee\tSum\nEstuary Works\t38.4')
        while (alice.editor.undo());
      }
    })
    it('is one edit for each step, and one that others get in the shape it has here', () => {
      clip(ROWS)
      const bob = createScreen({ state: Y.encodeStateAsUpdate(alice.doc) })
      expect(bob.shown()).toEqual(alice.shown())
      bob.close()
      expect(alice.strays).toEqual([])
      alice.type('!')
      expect(markdown()).toContain('| 38.4! |')
    })
    it('stays text with Shift, in code, and where it is no rectangle of cells', () => {
      const { dom } = alice.editor.view
      dom.dispatchEvent(new KeyboardEvent('keydown', { key: 'V', shiftKey: true, ctrlKey: true }))
      clip(ROWS)
      dom.dispatchEvent(new KeyboardEvent('keydown', { key: 'v', ctrlKey: true }))
      for (const text of ['one\ttwo', 'a\tb\nc', '\tlet x\n\tlet y', 'a\tb\n\n', `${'a\t'.repeat(40)}b\n`.repeat(49)])
        clip(text)
      alice.run(toggleCodeBlock)
      clip(ROWS)
      expect(dom.querySelector('table')).toBeNull()
    })
    it('makes items in a list', () => {
      alice.type('- ')
      clip(ROWS)
      expect(alice.editor.view.dom.querySelector('table')).toBeNull()
      expect(markdown()).toBe('- Payee\tSum\n- Estuary Works\t38.4\n')
    })
  })
  it('goes on in the line where the caret is', async () => {
    alice.type('a c')
    alice.select('a ', 'end')
    clip('**b** ')
    await vi.waitFor(() => expect(alice.editor.view.state.doc.textContent).toBe('a bc'))
    expect(markdown()).toBe('a **b**c\n')
  })
  it('counts as Markdown when an editor of code adds coloured lines', async () => {
    clip('## Head', '<div data-style="color:red"><span>## Head</span></div>')
    await shown()
    expect(markdown()).toBe('## Head\n')
  })
  it.each(['2 * 3 * 4 and snake_case_x', 'line\nline', '#tag', 'a - b', '3.5 or 1.x', 'C:\\dir <b>x</b>'])(
    'stays as it stands: %j',
    (text) => {
      clip(text)
      const { doc } = alice.editor.view.state
      expect(doc.textBetween(0, doc.content.size, '\n')).toBe(text)
    },
  )
  it('stays as it stands with Shift, in code, and beside HTML that says more', () => {
    const { dom } = alice.editor.view
    dom.dispatchEvent(new KeyboardEvent('keydown', { key: 'V', shiftKey: true, ctrlKey: true }))
    clip('# a')
    expect(alice.editor.view.state.doc.textContent).toBe('# a')
    dom.dispatchEvent(new KeyboardEvent('keydown', { key: 'v', ctrlKey: true }))
    clip('# b', '<p># b</p>')
    expect(alice.editor.view.state.doc.textContent).toBe('# a# b')
    alice.run(toggleCodeBlock)
    clip('# c')
    expect(alice.editor.view.state.doc.textContent).toContain('# c')
  })
  it('attack: too deep, it stays as it stands; scripts and script addresses do not come in', async () => {
    clip(`${'> '.repeat(300)}deep`)
    await shown()
    expect(alice.editor.view.state.doc.textContent).toContain('> > ')
    clip('# <script>alert(1)</script>\n\n[x](javascript:alert(1)) ![y](https://evil.example/y.png)')
    await vi.waitFor(() => expect(alice.editor.view.state.doc.textContent).toContain('<script>'))
    expect(alice.editor.view.dom.querySelector('script, img, a[href^="javascript"]')).toBeNull()
  })
  it('attack: is judged at once, whatever it is', () => {
    for (const piece of ['*', '**a', '`', '[a](', '[', '~~ ', '# ', '\n', '1']) looksLikeMarkdown(piece.repeat(200_000))
  })
})

describe('what is copied', () => {
  it('has the signs of lists and quotes in its plain text, and nothing else', () => {
    const source =
      '## Head\n\na **b** c\n\n1. one\n2. two\n   - [x] three\n     more\n\n> said\n>\n> twice\n\n```\n*x*\n```\n\n---\n'
    const read = markdownToDoc(source)
    if (!read.ok) throw new Error(read.error.type)
    alice.page.userEdit(() => writeBody(alice.doc, read.value.doc))
    const { view } = alice.editor
    const { text } = view.serializeForClipboard(view.state.doc.slice(0, view.state.doc.content.size))
    expect(text).toBe('Head\n\na b c\n\n1. one\n2. two\n   - [x] three more\n\n> said\n>\n> twice\n\n*x*\n\n---')
  })
  it('is words alone inside one block', () => {
    alice.type('- one two')
    alice.select('two')
    const { view } = alice.editor
    expect(view.serializeForClipboard(view.state.selection.content()).text).toBe('two')
  })
  it('is plain lists for other programs, and the same page again here', () => {
    const source = '- one\n  - [x] two\n- three\n\n4. four\n5. five\n'
    const read = markdownToDoc(source)
    if (read.ok) alice.page.userEdit(() => writeBody(alice.doc, read.value.doc))
    const { view } = alice.editor
    const { dom } = view.serializeForClipboard(view.state.doc.slice(0, view.state.doc.content.size))
    expect(dom.querySelectorAll('ul, ol')).toHaveLength(3)
    const bob = createScreen()
    bob.editor.view.pasteHTML(dom.innerHTML)
    expect(docToMarkdown(bob.editor.view.state.doc, { title: '' })).toBe(source)
    bob.close()
  })
})
