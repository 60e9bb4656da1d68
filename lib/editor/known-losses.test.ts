// @vitest-environment happy-dom
import { AllSelection } from 'prosemirror-state'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { deleteBlock } from '#lib/editor/block-actions'
import { toggleQuote } from '#lib/editor/commands'
import { createPost, createScreen, type Post, type Screen } from '#lib/testing/editor-screen'

/** What bindings of ProseMirror to Yjs were reported to lose (github.com/yjs/y-prosemirror, issues 39, 108 and 258). */

let alice: Screen
let bob: Screen
let post: Post
beforeEach(() => {
  ;[alice, bob] = [createScreen({ clientId: 1 }), createScreen({ clientId: 2 })]
  post = createPost(alice, bob)
})
afterEach(() => {
  alice.close()
  bob.close()
})
const text = ({ editor: { view } }: Screen) => view.state.doc.textBetween(0, view.state.doc.content.size, '|')
const body = ({ doc }: Screen) => doc.getXmlFragment('body')

describe('E11 what was reported lost elsewhere', () => {
  it('108: words written offline stay when somebody deletes the whole page at the same time', () => {
    alice.type('one')
    alice.press('Enter')
    alice.type('two')
    post.handAll()
    bob.select('two', 'end')
    bob.type(' three')
    bob.press('Enter')
    bob.type('four')
    const { view } = alice.editor
    view.dispatch(view.state.tr.setSelection(new AllSelection(view.state.doc)).deleteSelection())
    post.handAll()
    expect([text(alice), alice.shown()]).toEqual([text(bob), bob.shown()])
    for (const words of ['three', 'four']) expect(text(alice)).toContain(words)
    expect(text(alice)).not.toContain('one')
  })

  it('39: a node that cannot be built stays in the page, and is shown by its words', () => {
    alice.type('one')
    const odd = new Y.XmlElement('hologram')
    odd.insert(0, [new Y.XmlText('two')])
    const their = new Y.Doc()
    Y.applyUpdate(their, Y.encodeStateAsUpdate(alice.doc))
    their.getXmlFragment('body').insert(1, [odd])
    Y.applyUpdate(alice.doc, Y.encodeStateAsUpdate(their), 'entry')
    expect([text(alice), alice.editor.facts().readOnly]).toEqual(['one|two', false])
    expect(body(alice).toString()).toContain('<hologram>two</hologram>')
    expect(alice.strays).toEqual([])
  })

  it('258: blocks that two people emptied together stay whole, and everybody goes on writing', () => {
    alice.type('one')
    alice.press('Enter')
    alice.type('two')
    alice.select('one')
    const { view } = alice.editor
    view.dispatch(view.state.tr.setSelection(new AllSelection(view.state.doc)))
    alice.run(toggleQuote)
    post.handAll()
    alice.select('one')
    bob.select('two')
    alice.run(deleteBlock)
    bob.run(deleteBlock)
    post.handAll()
    expect(body(alice).toString()).toBe('<blockquote></blockquote>')
    for (const screen of [alice, bob]) {
      screen.editor.view.state.doc.check()
      expect([screen.strays, screen.shown()]).toEqual([[], alice.shown()])
    }
    alice.editor.focus('end')
    alice.type('three')
    post.handAll()
    expect(text(bob)).toBe('three')
  })
})
