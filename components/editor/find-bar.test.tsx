// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { FindBar } from '#components/editor/find-bar'
import { createScreen, type Screen } from '#lib/testing/editor-screen'
import { type Rendered, render } from '#lib/testing/rendered'
import { editorWords } from '#lib/words/editor-words'

let alice: Screen
let screen: Rendered
const onClose = vi.fn()
beforeEach(async () => {
  onClose.mockClear()
  alice = createScreen()
  alice.type('a cat and a cat')
  screen = await render(<FindBar editor={alice.editor} onClose={onClose} />)
  await screen.type(editorWords.findText, 'cat')
  await screen.type(editorWords.replaceWith, 'dog')
})
afterEach(async () => {
  await screen.close()
  alice.close()
})
const words = () => alice.editor.view.state.doc.textContent

it('replaces one after the other by Enter in the field of the new words', async () => {
  const field = screen.find('textbox', editorWords.replaceWith)
  await screen.press(field, 'Enter')
  expect(words()).toBe('a dog and a cat')
  await screen.press(field, 'Enter')
  expect(words()).toBe('a dog and a dog')
})

it('keeps the keys when all is replaced and its buttons can do nothing more', async () => {
  screen.find('button', editorWords.replaceAll).focus()
  await screen.click('button', editorWords.replaceAll)
  expect(words()).toBe('a dog and a dog')
  expect(document.activeElement).toBe(screen.find('textbox', editorWords.findText))
  await screen.press(document.activeElement as HTMLElement, 'Escape')
  expect(onClose).toHaveBeenCalledOnce()
})
