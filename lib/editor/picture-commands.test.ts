// @vitest-environment happy-dom
import { GapCursor } from 'prosemirror-gapcursor'
import { NodeSelection } from 'prosemirror-state'
import { Mapping } from 'prosemirror-transform'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { deleteBlock, duplicateBlock } from '#lib/editor/block-actions'
import { toggleHeading, toggleList } from '#lib/editor/commands'
import { moveBlock } from '#lib/editor/keymap'
import {
  deletePicture,
  describePicture,
  pictureFacts,
  setPictureWidth,
  widenPicture,
} from '#lib/editor/picture-commands'
import { writeBody } from '#lib/editor/shared-body'
import { schema } from '#lib/schema/schema'
import { connect, createScreen, type Screen } from '#lib/testing/editor-screen'

const { nodes } = schema
const page = nodes.doc.create(null, [
  nodes.paragraph.create(null, schema.text('before')),
  nodes.image.create({ file: 'x', name: 'bird.png' }, nodes.image_caption.create(null, schema.text('caption'))),
  nodes.paragraph.create(null, schema.text('after')),
])

let screen: Screen
const open = (clientId = 1, state?: Uint8Array) => {
  const made = createScreen({ clientId, ...(state ? { state } : {}) })
  return made
}
beforeEach(() => {
  const doc = new Y.Doc()
  writeBody(doc, page)
  screen = open(1, Y.encodeStateAsUpdate(doc))
})
afterEach(() => screen.close())

const blocks = (of = screen) =>
  of.editor.view.state.doc.content.content.map((node) => `${node.type.name} ${node.textContent}`)
const picture = () => screen.editor.view.state.doc.child(1)
const selectPicture = () => {
  const { tr, doc } = screen.editor.view.state
  screen.editor.view.dispatch(tr.setSelection(NodeSelection.create(doc, doc.child(0).nodeSize)))
}

describe('a picture', () => {
  it('F1 is reached by arrows as a whole and in its caption, not between them', () => {
    const { doc } = screen.editor.view.state
    const before = doc.child(0).nodeSize
    const kept = new GapCursor(doc.resolve(before + 1)).map(doc, new Mapping())
    expect(kept).not.toBeInstanceOf(GapCursor)
  })
  it.each([
    ['is copied', duplicateBlock, ['before', 'caption', 'caption!', 'after']],
    ['is moved', moveBlock('up'), ['caption!', 'before', 'after']],
    ['is deleted', deleteBlock, ['before', '!after']],
  ])('F1 %s as a whole where the caret is in its caption', (_, command, expected) => {
    screen.select('caption', 'end')
    screen.run(command)
    screen.type('!')
    expect(screen.editor.view.state.doc.content.content.map(({ textContent }) => textContent)).toEqual(expected)
  })

  it('F1 becomes wider and narrower within its bounds, and has its own width again', () => {
    selectPicture()
    screen.run(widenPicture(-10))
    expect(picture().attrs.width).toBe(90)
    for (let i = 0; i < 20; i++) screen.run(widenPicture(-10))
    expect(picture().attrs.width).toBe(10)
    screen.run(setPictureWidth(undefined))
    expect(picture().attrs.width).toBeNull()
    expect(pictureFacts(screen.editor.view.state)).toMatchObject({ name: 'bird.png', width: undefined })
  })

  it('F1 is described from its caption, too, and in one step back it is not', () => {
    screen.select('caption', 'end')
    screen.run(describePicture('  A waxwing '))
    expect(picture().attrs.alt).toBe('A waxwing')
    screen.editor.undo()
    expect(picture().attrs.alt).toBe('')
  })

  it('F1 goes on below with Enter in its caption, and loses nothing with Backspace at its start', () => {
    screen.select('caption', 'end')
    screen.press('Enter')
    screen.type('new')
    expect(blocks()).toEqual(['paragraph before', 'image caption', 'paragraph new', 'paragraph after'])
    screen.select('caption')
    const { tr, selection } = screen.editor.view.state
    screen.editor.view.dispatch(tr.setSelection(NodeSelection.near(tr.doc.resolve(selection.from))))
    screen.press('Backspace')
    expect(blocks()[1]).toBe('image caption')
  })

  it('F1 is selected by Backspace below before it can be deleted', () => {
    screen.select('after')
    const { tr, selection } = screen.editor.view.state
    screen.editor.view.dispatch(tr.setSelection(NodeSelection.near(tr.doc.resolve(selection.from))))
    screen.press('Backspace')
    expect(blocks()).toEqual(['paragraph before', 'image caption', 'paragraph after'])
    expect(pictureFacts(screen.editor.view.state)?.name).toBe('bird.png')
    screen.run(deletePicture)
    expect(blocks()).toEqual(['paragraph before', 'paragraph after'])
  })

  it('F1 is not turned into a heading or a list by what turns text', () => {
    screen.select('caption', 'end')
    screen.run(toggleHeading(2))
    expect(picture().firstChild?.type.name).toBe('image_caption')
    screen.run(toggleList('bullet'))
    let pictures = 0
    screen.editor.view.state.doc.descendants((node) => {
      if (node.type.name === 'image') pictures++
    })
    expect(pictures).toBe(1)
  })

  it('F1 keeps every word that two people write in its caption at once', () => {
    const other = open(2, Y.encodeStateAsUpdate(screen.doc))
    screen.select('caption', 'end')
    screen.type(' one')
    other.select('caption', 'end')
    other.type(' two')
    connect(screen, other)()
    expect(blocks(other)).toEqual(blocks())
    expect(picture().textContent).toMatch(/^caption/)
    expect(picture().textContent).toMatch(/ one/)
    expect(picture().textContent).toMatch(/ two/)
    other.close()
  })

  it('F1 is copied and pasted whole', () => {
    selectPicture()
    const { view } = screen.editor
    const { dom } = view.serializeForClipboard(view.state.selection.content())
    screen.select('after', 'end')
    view.pasteHTML(dom.innerHTML)
    expect(blocks().filter((block) => block === 'image caption')).toHaveLength(2)
    const references: unknown[] = []
    view.state.doc.forEach(({ attrs }) => void references.push(attrs.file))
    expect(references.filter((file) => file === 'x')).toHaveLength(2)
  })
})
