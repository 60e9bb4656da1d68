// @vitest-environment happy-dom
import { deleteSelection } from 'prosemirror-commands'
import { type Command, NodeSelection } from 'prosemirror-state'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { deleteBlock } from '#lib/editor/block-actions'
import { toggleCodeBlock, toggleHeading, toggleList, toggleQuote } from '#lib/editor/commands'
import { type CommentMarks, createCommentMarks, type MarkedPassage } from '#lib/editor/comment-marks'
import { moveBlock } from '#lib/editor/keymap'
import { makeCode } from '#lib/editor/make-code'
import { insertTable } from '#lib/editor/table-commands'
import { createPost, createScreen, deliver, type Post, type Screen } from '#lib/testing/editor-screen'

/** Somebody's screen with the comments, which everybody hears of when the test says so. */
interface Reader {
  readonly screen: Screen
  readonly marks: CommentMarks
  /** Ids of what this screen said had moved. */
  readonly said: string[]
  readonly person: string
}

let readers: Reader[] = []
let alice: Reader
let bob: Reader
let carol: Reader
let post: Post
let passages: (Omit<MarkedPassage, 'isMine'> & { readonly by: string })[] = []

function createReader(person: string, clientId: number): Reader {
  const said: string[] = []
  const marks = createCommentMarks({
    onChosen: () => {},
    onOrder: () => {},
    onMoved(id, place) {
      said.push(id)
      passages = passages.map((one) => (one.id === id ? { ...one, places: [place, ...one.places] } : one))
    },
  })
  return { person, said, marks, screen: createScreen({ clientId, comments: marks }) }
}

/** Everybody reads the comments as they stand. */
function hear(...who: readonly Reader[]): void {
  const sent: typeof passages = JSON.parse(JSON.stringify(passages))
  for (const { marks, person } of who.length > 0 ? who : readers)
    marks.show(
      sent.map(({ by, ...one }) => ({ ...one, isMine: by === person })),
      undefined,
    )
}

function comment(by: Reader, id: string, words: string): void {
  by.screen.select(words)
  const place = by.marks.selected()
  if (!place) throw new Error('nothing to comment')
  passages = [...passages, { id, places: [place], isOpen: true, by: by.person }]
}

const commented = ({ screen }: Reader) =>
  [...screen.editor.view.dom.querySelectorAll('.commented')].map((one) => one.textContent)

const wait = () => void vi.advanceTimersByTime(1000)

/** What a page says that is opened only now. */
function newcomer(): string[] {
  const late = createReader('dan', 9)
  deliver(alice.screen, late.screen)
  hear(late)
  const shown = commented(late)
  late.screen.close()
  return shown
}

beforeEach(() => {
  vi.useFakeTimers()
  passages = []
  readers = [createReader('alice', 1), createReader('bob', 2), createReader('carol', 3)]
  ;[alice, bob, carol] = readers as [Reader, Reader, Reader]
  post = createPost(...readers.map(({ screen }) => screen))
  for (const [index, line] of ['before', 'see the register here', 'behind'].entries()) {
    if (index > 0) alice.screen.press('Enter')
    alice.screen.type(line)
  }
  post.handAll()
})
afterEach(() => {
  for (const { screen } of readers) screen.close()
  vi.useRealTimers()
})

/** What a block that is dragged to the top of the page does in ProseMirror: it goes, and comes, in one transaction. */
const dragToTop: Command = ({ selection, doc, tr }, dispatch) => {
  const { $from } = selection
  const slice = selection instanceof NodeSelection ? selection.content() : doc.slice($from.before(1), $from.after(1))
  if (selection instanceof NodeSelection) tr.deleteSelection()
  else tr.delete($from.before(1), $from.after(1))
  dispatch?.(tr.insert(0, slice.content))
  return true
}

const acts = [
  ['turned into a heading', toggleHeading(1)],
  ['turned into code', toggleCodeBlock],
  ['made a list item', toggleList('bullet')],
  ['quoted', toggleQuote],
  ['moved up', moveBlock('up')],
  ['moved down', moveBlock('down')],
  ['dragged', dragToTop],
] as const

describe('commented words', () => {
  it.each(acts)('stay commented when their block is %s', (_, command) => {
    comment(bob, 'one', 'the register')
    hear()
    alice.screen.select('see the')
    alice.screen.run(command)
    hear(alice)
    expect(commented(alice)).toEqual(['the register'])
    post.handAll()
    expect([bob, carol].map(commented)).toEqual([['the register'], ['the register']])
    hear()
    wait()
    expect(readers.map(commented)).toEqual([['the register'], ['the register'], ['the register']])
    expect([bob.said, carol.said]).toEqual([[], []])
    expect(newcomer()).toEqual(['the register'])
    expect(readers.map(({ screen }) => screen.strays)).toEqual([[], [], []])
  })

  it.each(acts)('stay commented when their block is %s by somebody who does not know of it', (_, command) => {
    comment(bob, 'one', 'the register')
    hear(bob)
    alice.screen.select('see the')
    alice.screen.run(command)
    post.handAll()
    hear()
    wait()
    hear()
    expect(readers.map(commented)).toEqual([['the register'], ['the register'], ['the register']])
    expect(passages[0]?.places.length).toBeLessThan(3)
    expect(newcomer()).toEqual(['the register'])
  })

  it.each(acts)('stay commented when their block is %s while somebody writes in it', (_, command) => {
    comment(bob, 'one', 'the register')
    hear()
    alice.screen.select('see the')
    alice.screen.run(command)
    bob.screen.select('the register', 'end')
    bob.screen.type('s')
    bob.screen.select('see', 'end')
    bob.screen.type(' all')
    post.handAll()
    hear()
    wait()
    hear()
    for (const reader of readers) expect(commented(reader).join()).toContain('the register')
  })

  it('stay commented through undo and redo', () => {
    comment(bob, 'one', 'the register')
    hear()
    alice.screen.select('see the')
    alice.screen.run(toggleHeading(2))
    for (const travel of [alice.screen.editor.undo, alice.screen.editor.redo, alice.screen.editor.undo]) {
      travel()
      post.handAll()
      hear()
      expect(readers.map(commented)).toEqual([['the register'], ['the register'], ['the register']])
    }
    expect(newcomer()).toEqual(['the register'])
  })

  it('are commented again when their deletion is undone', () => {
    comment(bob, 'one', 'the register')
    hear()
    alice.screen.select('the register')
    alice.screen.run(deleteSelection)
    post.handAll()
    expect(readers.map(commented)).toEqual([[], [], []])
    alice.screen.editor.undo()
    post.handAll()
    hear()
    expect(readers.map(commented)).toEqual([['the register'], ['the register'], ['the register']])
  })

  it('are commented no more once they are deleted, and no other words in their stead', () => {
    alice.screen.editor.focus('end')
    alice.screen.press('Enter')
    alice.screen.type('see the register there')
    post.handAll()
    comment(bob, 'one', 'the register')
    hear()
    alice.screen.select('see the register here')
    alice.screen.run(deleteBlock)
    post.handAll()
    hear()
    wait()
    expect(readers.map(commented)).toEqual([[], [], []])
    expect(passages[0]?.places).toHaveLength(1)
  })

  it('hand the comment on to what is written over them', () => {
    comment(bob, 'one', 'register')
    hear()
    alice.screen.select('register')
    alice.screen.type('x')
    post.handAll()
    hear()
    expect(readers.map(commented)).toEqual([['x'], ['x'], ['x']])
  })
})

describe('a commented block', () => {
  const leaf =
    (name: string, attributes: Record<string, unknown> = {}): Command =>
    ({ schema, tr, selection }, dispatch) => {
      const node = schema.nodes[name]?.createAndFill(attributes)
      if (node) dispatch?.(tr.replaceWith(selection.$from.before(), selection.$from.after(), node))
      return true
    }
  const code: Command = (state, dispatch) => makeCode({ language: 'math' })(state, dispatch)
  const blocks: readonly (readonly [string, readonly Command[], string])[] = [
    ['a rule', [leaf('horizontal_rule')], 'horizontal_rule'],
    ['a picture', [leaf('image', { file: 'f', name: 'cat.png' })], 'image'],
    ['a file', [leaf('file', { file: 'f', name: 'cat.pdf' })], 'file'],
    ['a table', [insertTable(2, 2)], 'table'],
    ['an empty formula', [code], 'code_block'],
    ['an empty paragraph', [], 'paragraph'],
    ['a whole line', [], 'words'],
  ]
  const ways: readonly (readonly [string, Command])[] = [
    ['moved up', moveBlock('up')],
    ['moved down', moveBlock('down')],
    ['dragged', dragToTop],
    ['quoted', toggleQuote],
    ['made a list item', toggleList('bullet')],
    ['turned into a heading', toggleHeading(2)],
    ['turned into code', toggleCodeBlock],
  ]
  const cases = blocks.flatMap(([what, made, name]) => ways.map(([how, way]) => [what, how, made, name, way] as const))

  /** Selects the only block that has neither words nor a place among the others. */
  function choose({ screen }: Reader, name: string): boolean {
    const { view } = screen.editor
    let at: number | undefined
    view.state.doc.descendants((node, position) => {
      const isWords = name === 'words' && node.isTextblock && node.textContent.startsWith('see the')
      const isIt = isWords || (node.type.name === name && node.textContent === '')
      if (isIt && view.state.doc.resolve(position).parent.type.name !== 'table_cell') at ??= position
    })
    if (at === undefined) return false
    view.dispatch(view.state.tr.setSelection(NodeSelection.create(view.state.doc, at)))
    return true
  }
  const marked = ({ screen }: Reader) => screen.editor.view.dom.querySelectorAll('.commented').length

  it.each(cases)('that is %s stays commented when it is %s by somebody who does not know of it', (...given) => {
    const [, , made, name, way] = given
    alice.screen.select('register here', 'end')
    alice.screen.press('Enter')
    for (const command of made) alice.screen.run(command)
    post.handAll()
    expect(choose(bob, name)).toBe(true)
    const place = bob.marks.selected()
    if (!place) throw new Error('nothing to comment')
    passages = [{ id: 'one', places: [place], isOpen: true, by: bob.person }]
    hear(bob)
    expect(marked(bob)).toBe(1)
    choose(alice, name)
    alice.screen.run(way)
    post.handAll()
    hear()
    wait()
    hear()
    expect(readers.map(marked)).toEqual([1, 1, 1])
  })
  it('that is a picture stays commented when it is moved while somebody writes its caption', () => {
    alice.screen.select('register here', 'end')
    alice.screen.press('Enter')
    alice.screen.run(leaf('image', { file: 'f', name: 'cat.png' }))
    post.handAll()
    choose(bob, 'image')
    const place = bob.marks.selected()
    expect(place?.quote).toBe('cat.png')
    if (!place) throw new Error('nothing to comment')
    passages = [{ id: 'one', places: [place], isOpen: true, by: bob.person }]
    hear()
    choose(alice, 'image')
    choose(carol, 'image')
    const { view } = carol.screen.editor
    view.dispatch(view.state.tr.insertText('Our cat', view.state.selection.from + 2))
    alice.screen.run(moveBlock('up'))
    post.handAll()
    hear()
    wait()
    hear()
    expect(readers.map(marked)).toEqual([1, 1, 1])
    expect(alice.screen.editor.view.state.doc.textContent).toContain('Our cat')
  })
  it('that is deleted is commented no more, and no other in its stead', () => {
    alice.screen.select('register here', 'end')
    alice.screen.press('Enter')
    alice.screen.run(leaf('horizontal_rule'))
    post.handAll()
    choose(bob, 'horizontal_rule')
    const place = bob.marks.selected()
    if (!place) throw new Error('nothing to comment')
    passages = [{ id: 'one', places: [place], isOpen: true, by: bob.person }]
    hear()
    choose(alice, 'horizontal_rule')
    alice.screen.run(deleteBlock)
    post.handAll()
    wait()
    hear()
    expect(readers.map(marked)).toEqual([0, 0, 0])
  })
})
