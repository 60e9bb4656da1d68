// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest'
import { insertRule } from '#lib/editor/commands'
import { connect, createScreen, type Screen } from '#lib/testing/editor-screen'

const open: Screen[] = []
const screen = (options?: Parameters<typeof createScreen>[0]): Screen => {
  const made = createScreen(options)
  open.push(made)
  return made
}
afterEach(() => {
  for (const made of open.splice(0)) made.close()
})

describe('the editor', () => {
  it('begins in the words of a page, not on a divider above them, which the next letter would replace', () => {
    const alice = createScreen()
    alice.run(insertRule)
    alice.editor.focus('start')
    alice.type('x')
    expect(String(alice.editor.view.state.doc)).toBe('doc(horizontal_rule, paragraph("x"))')
    alice.close()
  })
  it('writes what a person types into the shared body', () => {
    const alice = screen()
    alice.type('Hello')
    expect(alice.doc.getXmlFragment('body').toString()).toBe('<paragraph>Hello</paragraph>')
  })
  it('shows what others type', () => {
    const [alice, bob] = [screen(), screen()]
    connect(alice, bob)
    alice.type('Hello')
    expect(bob.shown()).toEqual(alice.shown())
  })
})
