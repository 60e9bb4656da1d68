// @vitest-environment happy-dom
import { deleteSelection } from 'prosemirror-commands'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { deleteBlock } from '#lib/editor/block-actions'
import { toggleCodeBlock, toggleHeading, toggleList, toggleQuote } from '#lib/editor/commands'
import { type CommentMarks, createCommentMarks, type MarkedPassage } from '#lib/editor/comment-marks'
import { moveBlock } from '#lib/editor/keymap'
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

const acts = [
  ['turned into a heading', toggleHeading(1)],
  ['turned into code', toggleCodeBlock],
  ['made a list item', toggleList('bullet')],
  ['quoted', toggleQuote],
  ['moved up', moveBlock('up')],
  ['moved down', moveBlock('down')],
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
