import * as Y from 'yjs'
import { mapIndex, type TextChange, type TextDelta, textChange } from '#lib/editor/text-change'

/** Longer titles are cut as they are typed or pasted. */
export const MAX_TITLE_LENGTH = 300

/** The page's title in a text field, shared letter by letter (D15). */
export interface TitleField {
  /** Goes on with the title of a rebuilt page. */
  replaceTitle(title: Y.Text): void
  setReadOnly(readOnly: boolean): void
  undo(): boolean
  redo(): boolean
  close(): void
}

export interface TitleOptions {
  readonly field: HTMLTextAreaElement
  readonly title: Y.Text
  readonly readOnly: boolean
  /** See OpenPage.userEdit. */
  userEdit<T>(edit: () => T): T
  /** Enter, Tab-free: on into the body. */
  onEnter(): void
  /** After every change of what the field shows, by whomever. */
  onShown?(): void
}

/**
 * Binds `options.field` to a shared title: what a person types becomes the smallest change inside `userEdit`, what others
 * type moves nobody's cursor, and undo takes back one's own. While an input method composes, the field is left alone and
 * nothing is written; both catch up when it ends.
 */
export function createTitleField(options: TitleOptions): TitleField {
  const { field, userEdit } = options
  const origin = {}
  let { title } = options
  let undo = observe()
  let composing = false
  let heldBack: TextDelta[][] = []
  let shown = ''
  field.readOnly = options.readOnly
  show(title.toString(), undefined)

  function observe(): Y.UndoManager {
    title.observe(onShared)
    return new Y.UndoManager(title, { trackedOrigins: new Set([origin]) })
  }

  function onShared(event: Y.YTextEvent, transaction: Y.Transaction): void {
    if (transaction.origin === origin) return
    const delta = event.delta as TextDelta[]
    if (composing) heldBack.push(delta)
    else show(title.toString(), delta)
  }

  function show(text: string, delta: TextDelta[] | undefined): void {
    shown = text
    if (field.value !== text) {
      const hadFocus = field.ownerDocument.activeElement === field
      const [start, end] = [field.selectionStart, field.selectionEnd]
      field.value = text
      if (hadFocus && delta) field.setSelectionRange(mapIndex(start, delta), mapIndex(end, delta))
    }
    options.onShown?.()
  }

  function write(): void {
    const cursor = field.selectionEnd
    const typed = plainTitle(field.value)
    const change = shortened(textChange(shown, typed, Math.min(cursor, typed.length)), shown.length)
    const held = heldBack
    heldBack = []
    if (change) {
      const from = held.reduce((index, delta) => mapIndex(index, delta), change.index)
      const to = held.reduce((index, delta) => mapIndex(index, delta, 'left'), change.index + change.remove)
      userEdit(() =>
        title.doc?.transact(() => {
          if (to > from) title.delete(from, to - from)
          if (change.insert) title.insert(from, change.insert)
        }, origin),
      )
    }
    const text = title.toString()
    shown = text
    if (field.value !== text) {
      field.value = text
      const at = held.reduce((index, delta) => mapIndex(index, delta), Math.min(cursor, text.length))
      field.setSelectionRange(at, at)
    }
    options.onShown?.()
  }

  function travel(direction: 'undo' | 'redo'): boolean {
    if (field.readOnly || composing) return false
    return userEdit(() => undo[direction]()) !== null
  }

  const onInput = () => {
    if (!composing) write()
  }
  const onCompositionStart = () => {
    composing = true
  }
  const onCompositionEnd = () => {
    composing = false
    write()
  }
  const onBeforeInput = (event: InputEvent) => {
    const direction =
      event.inputType === 'historyUndo' ? 'undo' : event.inputType === 'historyRedo' ? 'redo' : undefined
    if (!direction) return
    event.preventDefault()
    travel(direction)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing || event.keyCode === 229) return
    const mod = (event.ctrlKey || event.metaKey) && !event.altKey
    const key = event.key.toLowerCase()
    const atEnd = field.selectionStart === field.value.length && field.selectionEnd === field.value.length
    if (key === 'enter' || (key === 'arrowdown' && atEnd)) options.onEnter()
    else if (mod && key === 'z') travel(event.shiftKey ? 'redo' : 'undo')
    else if (mod && key === 'y') travel('redo')
    else return
    event.preventDefault()
  }

  field.addEventListener('input', onInput)
  field.addEventListener('compositionstart', onCompositionStart)
  field.addEventListener('compositionend', onCompositionEnd)
  field.addEventListener('beforeinput', onBeforeInput)
  field.addEventListener('keydown', onKeyDown)

  function release(): void {
    title.unobserve(onShared)
    undo.destroy()
  }

  return {
    replaceTitle(next) {
      release()
      title = next
      heldBack = []
      undo = observe()
      const change = textChange(shown, title.toString(), title.length)
      show(title.toString(), change && [{ retain: change.index }, { delete: change.remove }, { insert: change.insert }])
    },
    setReadOnly(readOnly) {
      field.readOnly = readOnly
    },
    undo: () => travel('undo'),
    redo: () => travel('redo'),
    close() {
      release()
      field.removeEventListener('input', onInput)
      field.removeEventListener('compositionstart', onCompositionStart)
      field.removeEventListener('compositionend', onCompositionEnd)
      field.removeEventListener('beforeinput', onBeforeInput)
      field.removeEventListener('keydown', onKeyDown)
    },
  }
}

/** A title is one line: line breaks become spaces, control characters go. */
const plainTitle = (text: string): string => text.replace(/[\r\n\t\u2028\u2029]+/g, ' ').replace(/\p{Cc}/gu, '')

/** Cuts what is put in, never what stands there already. */
function shortened(change: TextChange | undefined, length: number): TextChange | undefined {
  if (!change) return undefined
  const room = Math.max(0, MAX_TITLE_LENGTH - (length - change.remove))
  return { ...change, insert: change.insert.slice(0, room).replace(/[\ud800-\udbff]$/, '') }
}
