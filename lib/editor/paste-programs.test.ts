// @vitest-environment happy-dom
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { docToMarkdown } from '#lib/convert/markdown'
import { createScreen, type Screen } from '#lib/testing/editor-screen'

let alice: Screen
beforeEach(() => {
  alice = createScreen()
})
afterEach(() => alice.close())

const fixture = (name: string) => readFileSync(`lib/editor/fixtures/${name}`, 'utf8')

describe('what other programs put on the clipboard', () => {
  it.each(['word', 'google-docs', 'google-sheets', 'excel', 'libreoffice', 'notion', 'code-editor', 'web-page'])(
    'of %s comes in as structure, without its looks',
    (program) => {
      alice.editor.view.pasteHTML(fixture(`${program}.html`))
      const { doc } = alice.editor.view.state
      doc.check()
      expect(docToMarkdown(doc, { title: '' })).toBe(fixture(`${program}.md`))
      expect(alice.editor.view.dom.outerHTML).not.toMatch(/color|onclick|mso-|Mso|[^-]track/)
    },
  )
})
