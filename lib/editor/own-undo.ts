import type { Schema } from 'prosemirror-model'
import type { EditorView } from 'prosemirror-view'
import * as Y from 'yjs'
import type { SharedBinding } from '#lib/editor/shared-binding'
import { fromSharedSelection, type SharedSelection, toSharedSelection } from '#lib/editor/shared-selection'
import { copiesOfLost, holdsOthersText, partRedone, takesOthersText, type UndoStep } from '#lib/editor/undo-step'

/** Undo and redo of this screen's own edits, never of other people's. */
export interface OwnUndo {
  canUndo(): boolean
  canRedo(): boolean
  /** To be called inside `userEdit`; false when there was nothing to undo. */
  undo(): boolean
  /** To be called inside `userEdit`; false when there was nothing to redo. */
  redo(): boolean
  /** To be called before an edit is written: remembers where the person was, and may begin a new step. */
  beforeEdit(step: 'continue' | 'separate'): void
  close(): void
}

/** Edits less than this apart are undone together. */
const CAPTURE_MS = 500

export function createOwnUndo(options: { binding: SharedBinding; schema: Schema; view: EditorView }): OwnUndo {
  const { binding, schema, view } = options
  let before: SharedSelection | undefined
  let editedAt = 0
  /** Whether a letter of the step that is being taken back has to stay. */
  let isSpared = (_: Y.Item): boolean => false

  const manager = new Y.UndoManager(binding.type, {
    trackedOrigins: new Set([binding.origin]),
    captureTimeout: Number.MAX_SAFE_INTEGER,
    deleteFilter: (item) => !holdsOthersText(item, schema) && !isSpared(item),
    captureTransaction(transaction) {
      const step = manager.undoStack.at(-1)
      if (step && transaction.origin === binding.origin && takesOthersText(transaction, step)) manager.stopCapturing()
      return true
    },
  })

  /** Step by step, for Yjs goes on to the next where one changed nothing: rightly, unless it was letters that were spared. */
  function travel(name: 'undoStack' | 'redoStack', go: () => unknown): boolean {
    for (let step = manager[name].at(-1); step; step = manager[name].at(-1)) {
      const looked = step
      const earlier = manager[name].splice(0, manager[name].length - 1)
      const giveBack = () => manager[name].unshift(...earlier.splice(0))
      let spares: ((item: Y.Item) => boolean) | undefined
      let hasSpared = false
      isSpared = (item) => {
        spares ??= manager.doc.transact((transaction) => lookAt(looked, transaction))
        const isIt = spares(item)
        hasSpared ||= isIt
        return isIt
      }
      manager.doc.on('beforeObserverCalls', giveBack) // reason: whoever hears of the change may ask what is left
      try {
        if (go() !== null) return true
      } finally {
        isSpared = () => false
        manager.doc.off('beforeObserverCalls', giveBack)
        giveBack()
      }
      if (hasSpared) return true
    }
    return false
  }

  manager.on('stack-item-added', ({ stackItem, type }) => {
    const selection = type === 'undo' && !manager.redoing ? before : toSharedSelection(binding, view.state)
    stackItem.meta.set(binding, selection)
  })
  manager.on('stack-item-popped', ({ stackItem }) => {
    const shared: SharedSelection | undefined = stackItem.meta.get(binding)
    const selection = shared && fromSharedSelection(binding, shared, view.state.doc)
    if (selection) view.dispatch(view.state.tr.setSelection(selection).scrollIntoView())
  })

  return {
    canUndo: () => manager.undoStack.length > 0,
    canRedo: () => manager.redoStack.length > 0,
    undo: () => travel('undoStack', () => manager.undo()),
    redo: () => travel('redoStack', () => manager.redo()),
    beforeEdit(step) {
      const now = Date.now()
      const begins = step === 'separate' || manager.undoStack.length === 0 || now - editedAt >= CAPTURE_MS
      editedAt = step === 'separate' ? 0 : now
      if (begins) manager.stopCapturing()
      before = begins ? toSharedSelection(binding, view.state) : undefined
    },
    close: () => manager.destroy(),
  }
}

/** Which letters have to stay: they may be copies of what somebody else wrote. */
function lookAt(step: UndoStep, transaction: Y.Transaction): (item: Y.Item) => boolean {
  partRedone(transaction, step)
  return copiesOfLost(transaction, step)
}
