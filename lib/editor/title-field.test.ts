// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { createTitleField, MAX_TITLE_LENGTH, type TitleField } from '#lib/editor/title-field'

interface Person {
  readonly title: Y.Text
  readonly field: HTMLTextAreaElement
  readonly bound: TitleField
  edits: number
  strays: number
  entered: number
}

function person(readOnly = false): Person {
  const doc = new Y.Doc()
  const field = document.createElement('textarea')
  document.body.append(field)
  let inEdit = false
  const made = { title: doc.getText('title'), field, edits: 0, strays: 0, entered: 0 }
  doc.on('update', (_update: Uint8Array, origin: unknown) => {
    if (origin !== 'entry') made[inEdit ? 'edits' : 'strays']++
  })
  const userEdit = <T>(edit: () => T): T => {
    inEdit = true
    try {
      return edit()
    } finally {
      inEdit = false
    }
  }
  const onEnter = () => {
    made.entered++
  }
  const bound = createTitleField({ field, title: made.title, readOnly, userEdit, onEnter })
  return Object.assign(made, { bound })
}

function sync(a: Person, b: Person): void {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    const [source, target] = [from.title.doc, to.title.doc]
    if (source && target) Y.applyUpdate(target, Y.encodeStateAsUpdate(source, Y.encodeStateVector(target)), 'entry')
  }
}

/** What a browser does when somebody types or pastes `text` at the selection. */
function type({ field }: Person, text: string): void {
  const start = field.selectionStart
  field.value = field.value.slice(0, start) + text + field.value.slice(field.selectionEnd)
  field.setSelectionRange(start + text.length, start + text.length)
  field.dispatchEvent(new Event('input', { bubbles: true }))
}
function press({ field }: Person, key: string, init: KeyboardEventInit = {}): void {
  field.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init }))
}

let alice: Person
let bob: Person
beforeEach(() => {
  alice = person()
  bob = person()
  alice.field.focus()
})
afterEach(() => {
  alice.bound.close()
  bob.bound.close()
  document.body.replaceChildren()
})

describe('the title field', () => {
  it('E11 makes an edit of what a person types, and of nothing else', () => {
    type(alice, 'Plan')
    sync(alice, bob)
    expect([alice.title.toString(), bob.field.value]).toEqual(['Plan', 'Plan'])
    expect([alice.edits, alice.strays, bob.edits, bob.strays]).toEqual([1, 0, 0, 0])
  })
  it('merges letters that two people type at once', () => {
    type(alice, 'harbour')
    sync(alice, bob)
    alice.field.setSelectionRange(0, 0)
    type(alice, 'The ')
    bob.field.setSelectionRange(7, 7)
    type(bob, ' contract')
    sync(alice, bob)
    expect([alice.field.value, bob.field.value]).toEqual(['The harbour contract', 'The harbour contract'])
  })
  it('keeps the cursor while the other writes before it', () => {
    type(alice, 'one two')
    sync(alice, bob)
    alice.field.setSelectionRange(4, 7)
    bob.field.setSelectionRange(0, 0)
    type(bob, 'zero ')
    sync(alice, bob)
    expect(alice.field.value.slice(alice.field.selectionStart, alice.field.selectionEnd)).toBe('two')
  })
  it('leaves a composing input method alone and catches up afterwards', () => {
    type(alice, 'ab')
    sync(alice, bob)
    alice.field.dispatchEvent(new Event('compositionstart'))
    type(alice, 'に')
    bob.field.setSelectionRange(0, 0)
    type(bob, 'X')
    sync(alice, bob)
    expect([alice.field.value, alice.title.toString()]).toEqual(['abに', 'Xab'])
    alice.field.dispatchEvent(new Event('compositionend'))
    expect([alice.field.value, alice.title.toString()]).toEqual(['Xabに', 'Xabに'])
  })
  it("undoes one's own letters only", () => {
    type(alice, 'mine')
    sync(alice, bob)
    bob.field.setSelectionRange(4, 4)
    type(bob, ' yours')
    sync(alice, bob)
    press(alice, 'z', { ctrlKey: true })
    expect(alice.field.value).toBe(' yours')
    press(alice, 'z', { ctrlKey: true, shiftKey: true })
    expect(alice.field.value).toBe('mine yours')
    expect(alice.strays).toBe(0)
  })
  it('goes on into the body at Enter, and makes pasted lines one', () => {
    type(alice, 'two\nlines')
    press(alice, 'Enter')
    expect([alice.field.value, alice.title.toString(), alice.entered]).toEqual(['two lines', 'two lines', 1])
  })
  it('takes no more than a title holds, and cuts nothing that stands there', () => {
    alice.title.insert(0, 'x'.repeat(MAX_TITLE_LENGTH + 50))
    alice.field.setSelectionRange(0, 0)
    type(alice, 'more')
    expect(alice.title.length).toBe(MAX_TITLE_LENGTH + 50)
    alice.field.setSelectionRange(0, 100)
    type(alice, 'y'.repeat(200))
    expect(alice.title.length).toBe(MAX_TITLE_LENGTH)
  })
  it('goes on with the title of a rebuilt page', () => {
    type(alice, 'one two')
    const copy = new Y.Doc().getText('title')
    copy.insert(0, 'one two three')
    alice.bound.replaceTitle(copy)
    type(alice, '!')
    expect([copy.toString(), alice.title.toString()]).toEqual(['one two! three', 'one two'])
  })
})
