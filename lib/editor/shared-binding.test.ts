// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { applyAccepted } from '#lib/document/quiet-doc'
import { toggleHeading, toggleList, toggleStyle } from '#lib/editor/commands'
import { connect, createScreen, deliver, type Screen } from '#lib/testing/editor-screen'

const open: Screen[] = []
const screen = (options?: Parameters<typeof createScreen>[0]): Screen => {
  const made = createScreen(options)
  open.push(made)
  return made
}
afterEach(() => {
  for (const made of open.splice(0)) made.close()
})

/** An update that somebody else's program could send: it changes the body directly. */
function updateFrom(state: Screen, change: (body: Y.XmlFragment) => void): Uint8Array {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(state.doc))
  const before = Y.encodeStateVector(doc)
  doc.transact(() => change(doc.getXmlFragment('body')))
  return Y.encodeStateAsUpdate(doc, before)
}
const element = (name: string, ...children: (Y.XmlElement | Y.XmlText)[]): Y.XmlElement => {
  const made = new Y.XmlElement(name)
  made.insert(0, children)
  return made
}
const body = ({ doc }: Screen) => doc.getXmlFragment('body').toString()
const words = ({ editor }: Screen) => editor.view.state.doc.textBetween(0, editor.view.state.doc.content.size, '|')

describe('what becomes entries', () => {
  it('E11 makes an edit of every change that a person makes', () => {
    const alice = screen()
    alice.type('# Plan')
    alice.run(toggleStyle('bold'))
    alice.press('Enter')
    alice.press('Mod-z')
    expect(alice.edits.length).toBeGreaterThan(5)
    expect(alice.strays).toEqual([])
  })
  it('E11 writes nothing by opening an empty page', () => {
    const alice = screen()
    expect([alice.edits, alice.strays, body(alice)]).toEqual([[], [], ''])
  })
  it('E11 writes nothing for a moved cursor', () => {
    const alice = screen()
    alice.type('Hello')
    const before = alice.edits.length
    alice.select('ell')
    expect(alice.edits.length).toBe(before)
  })
  it('E11 makes no edit of what others send', () => {
    const [alice, bob] = [screen(), screen()]
    connect(alice, bob)
    alice.type('- one')
    alice.press('Enter')
    alice.type('two')
    expect([bob.edits, bob.strays]).toEqual([[], []])
    expect(bob.shown()).toEqual(alice.shown())
  })
  it('E11 neither deletes nor sends a block that the schema does not know', () => {
    const alice = screen()
    alice.type('Hello')
    const before = alice.edits.length
    const update = updateFrom(alice, (fragment) => fragment.push([element('hologram', new Y.XmlText('see me'))]))
    applyAccepted(alice.doc, update)
    expect(body(alice)).toBe('<paragraph>Hello</paragraph><hologram>see me</hologram>')
    expect([alice.edits.length, alice.strays]).toEqual([before, []])
  })
  it('E11 keeps a mark that the schema does not know', () => {
    const alice = screen()
    alice.type('Hello')
    const update = updateFrom(alice, (fragment) => {
      const text = (fragment.get(0) as Y.XmlElement).get(0) as Y.XmlText
      text.format(0, 5, { sparkle: {} })
    })
    applyAccepted(alice.doc, update)
    expect(body(alice)).toContain('sparkle')
    expect(alice.strays).toEqual([])
  })
  it('E11 lets a reader change nothing', () => {
    const alice = screen()
    alice.type('Hello')
    const bob = screen({ readOnly: 'role' })
    deliver(alice, bob)
    bob.type('!')
    bob.run(toggleHeading(1))
    bob.press('Mod-z')
    expect([bob.edits, bob.strays, words(bob)]).toEqual([[], [], 'Hello'])
  })
  it('E11 lets a reader see what the schema does not know without touching it', () => {
    const alice = screen()
    const bob = screen({ readOnly: 'role' })
    applyAccepted(
      bob.doc,
      updateFrom(alice, (fragment) => fragment.push([element('hologram')])),
    )
    expect([bob.strays, body(bob)]).toEqual([[], '<hologram></hologram>'])
  })
})

describe('a page that holds something unknown', () => {
  it('D14 turns read-only and says why', async () => {
    const alice = screen()
    applyAccepted(
      alice.doc,
      updateFrom(alice, (fragment) => fragment.push([element('hologram', new Y.XmlText('see'))])),
    )
    alice.type('no')
    expect(words(alice)).toBe('see')
    await new Promise(requestAnimationFrame)
    expect(alice.editor.facts().readOnly).toBe('newer-version')
  })
  it('D14 can be written again once that is gone', () => {
    const alice = screen()
    alice.type('Hello')
    applyAccepted(
      alice.doc,
      updateFrom(alice, (fragment) => fragment.push([element('hologram')])),
    )
    applyAccepted(
      alice.doc,
      updateFrom(alice, (fragment) => fragment.delete(1)),
    )
    alice.select('Hello', 'end')
    alice.type('!')
    expect(words(alice)).toBe('Hello!')
  })
  it('shows a block that concurrent deletions left empty, and stays writable', () => {
    const alice = screen()
    alice.type('Hello')
    const update = updateFrom(alice, (fragment) => fragment.push([element('blockquote'), element('list')]))
    applyAccepted(alice.doc, update)
    expect(alice.strays).toEqual([])
    alice.select('Hello', 'end')
    alice.type('!')
    expect(body(alice)).toMatch(/^<paragraph>Hello!<\/paragraph><blockquote>.*<list/)
  })
  it('attack: shows thousands of nested blocks without a deep stack', () => {
    const alice = screen()
    const update = updateFrom(alice, (fragment) => {
      let holder: Y.XmlFragment = fragment
      for (let depth = 0; depth < 3000; depth++) {
        const inner = element('blockquote')
        holder.insert(0, [inner])
        holder = inner
      }
      holder.insert(0, [new Y.XmlText('deep')])
    })
    applyAccepted(alice.doc, update)
    expect([words(alice), alice.strays]).toEqual(['deep', []])
  })
  it('attack: stands any attribute and any mark value', () => {
    const alice = screen()
    const update = updateFrom(alice, (fragment) => {
      const heading = element('heading', new Y.XmlText('Title'))
      heading.setAttribute('level', { evil: true } as never)
      heading.setAttribute('onclick', 'alert(1)')
      const text = new Y.XmlText()
      text.insert(0, 'click', { link: 'javascript:alert(1)', bold: 7, code: 'x' })
      fragment.push([heading, element('paragraph', text)])
    })
    applyAccepted(alice.doc, update)
    expect(words(alice)).toBe('Title|click')
    expect(alice.editor.view.dom.innerHTML).not.toMatch(/javascript|onclick/)
  })
})

describe('two people in one place', () => {
  it('share the text of an empty paragraph, so that nothing doubles', () => {
    const alice = screen()
    alice.type('x')
    alice.press('Enter')
    const bob = screen()
    deliver(alice, bob)
    bob.editor.focus('end')
    alice.type('aa')
    bob.type('bb')
    deliver(alice, bob)
    deliver(bob, alice)
    alice.type('A')
    bob.type('B')
    deliver(alice, bob)
    deliver(bob, alice)
    expect([...words(alice)].sort().join('')).toBe('ABaabbx|')
    expect(words(bob)).toBe(words(alice))
  })
  it('keep one text in a block whose text each of them began', () => {
    const first = updateFrom(screen(), (fragment) => fragment.push([element('paragraph')]))
    const [alice, bob] = [screen({ state: first }), screen({ state: first })]
    alice.type('aa')
    bob.type('bb')
    connect(alice, bob)
    alice.type('A')
    bob.type('B')
    expect([...words(alice)].sort().join('')).toBe('ABaabb')
    expect([words(bob), alice.strays, bob.strays]).toEqual([words(alice), [], []])
  })
  it('keep their cursors while the other writes before them', () => {
    const [alice, bob] = [screen(), screen()]
    connect(alice, bob)
    alice.type('one two')
    bob.select('one', 'end')
    alice.select('two', 'end')
    bob.type(', or')
    alice.type('!')
    expect(words(alice)).toBe('one, or two!')
  })
  it('keep a style that was switched on but not typed in yet', () => {
    const [alice, bob] = [screen(), screen()]
    connect(alice, bob)
    alice.type('a ')
    alice.run(toggleStyle('bold'))
    bob.select('a ', 'end')
    bob.type('b')
    alice.type('c')
    expect(body(alice)).toContain('<bold>c</bold>')
  })
  it('end with the same page after making lists and headings at once', () => {
    const [alice, bob] = [screen(), screen()]
    const part = connect(alice, bob)
    alice.type('one')
    alice.press('Enter')
    alice.type('two')
    part()
    alice.select('one')
    alice.run(toggleHeading(2))
    bob.select('two')
    bob.run(toggleList('task'))
    connect(alice, bob)
    expect(bob.shown()).toEqual(alice.shown())
    expect(words(alice)).toBe('one|two')
  })
})

describe('a rebuilt page', () => {
  it('keeps the selection and goes on writing into the new copy', () => {
    const alice = screen()
    alice.type('Hello world')
    alice.select('world')
    const copy = screen({ state: Y.encodeStateAsUpdate(alice.doc) })
    alice.editor.replacePage(copy.page)
    alice.type('you')
    expect(copy.doc.getXmlFragment('body').toString()).toBe('<paragraph>Hello you</paragraph>')
    expect(body(alice)).toBe('<paragraph>Hello world</paragraph>')
  })
  it('opens where the old selection is gone', () => {
    const alice = screen()
    alice.type('Hello')
    alice.editor.replacePage(screen().page)
    alice.type('new')
    expect(words(alice)).toBe('new')
  })
})
