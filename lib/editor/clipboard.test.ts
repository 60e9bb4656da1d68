// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { docToMarkdown, markdownToDoc } from '#lib/convert/markdown'
import { MAX_NESTING } from '#lib/editor/commands'
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
  it('attack: loses scripts, handlers, styles and script addresses', () => {
    paste(
      '<p onclick="alert(1)" style="color:red">a<script>alert(1)</script><a href="javascript:alert(1)">b</a><img src=x onerror=alert(1)></p>',
    )
    expect(markdown()).toBe('ab\n')
    expect(alice.editor.view.dom.outerHTML).not.toMatch(/alert|style=|onclick/)
  })
  it('attack: is never nested deeper than commands nest', () => {
    paste(`${'<blockquote>'.repeat(200)}<p>deep</p>${'</blockquote>'.repeat(200)}`)
    expect(alice.editor.view.state.doc.textContent).toBe('deep')
    expect(alice.editor.view.state.doc.resolve(1).depth).toBeLessThan(MAX_NESTING)
  })
})

describe('what is copied', () => {
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
