import { Fragment, type MarkType, type Node, type Schema, Slice } from 'prosemirror-model'
import { type EditorState, Plugin, PluginKey, type Transaction } from 'prosemirror-state'
import { ReplaceStep } from 'prosemirror-transform'
import type { EditorView } from 'prosemirror-view'
import { updateYFragment } from 'y-prosemirror'
import * as Y from 'yjs'
import { BODY_ROOT } from '#lib/document/first-structure'
import { raiseVersion } from '#lib/document/raise-version'
import { alignCells } from '#lib/editor/align-cells'
import { changedPlace } from '#lib/editor/changed-place'
import { rebaseTyped } from '#lib/editor/composing'
import { giveTexts, joinOwnTexts } from '#lib/editor/own-texts'
import { createProjection, type SharedMapping } from '#lib/editor/projection'
import type { SharedPlace } from '#lib/editor/shared-position'
import { fromSharedSelection, type SharedSelection, toSharedSelection } from '#lib/editor/shared-selection'
import { findUnseen, keepUnseen, type Unseen } from '#lib/editor/unseen-words'

/** Set on every transaction that shows other people's edits, an undo or a rebuilt document: never a person's typing. */
const sharedKey = new PluginKey<undefined>('shared')

/** Whether `transaction` brings the screen up to the shared body, instead of being an edit made on this screen. */
export const showsShared = (transaction: Transaction): boolean => transaction.getMeta(sharedKey) !== undefined

/**
 * Ties an editor's document to a shared body. Reading never writes (see projection.ts), and writing happens in
 * {@link SharedBinding.write} alone, which the editor calls inside `userEdit`: so the rule of E11, that only a person's
 * own edits become entries, holds by construction. y-prosemirror finds the smallest change of the shared body.
 */
export interface SharedBinding extends SharedPlace {
  readonly mapping: SharedMapping
  readonly isOMark: Map<MarkType, boolean>
  /** Origin of the transactions that carry this screen's edits. */
  readonly origin: object
  readonly plugin: Plugin
  /** The whole page as it is now; the document to start an editor's state with. */
  page(): Node
  /** Brings a person's edit, from the page shown last to `after`, into the shared body. */
  write(after: Node): void
  /** Whether edits have to wait, unwritten, until {@link release}, because an input method composes (composing.ts). */
  isHolding(): boolean
  /** Shows what was held back; true when edits of the person were among it, which must now be written. */
  release(): boolean
  /** True when the page holds something that this schema cannot say: then nothing may be written (D14). */
  hasForeign(): boolean
}

interface BindingOptions {
  readonly doc: Y.Doc
  readonly schema: Schema
  /** See OpenPage.userEdit. */
  userEdit<T>(edit: () => T): T
  canWrite(): boolean
  /** Called when others changed the block in which an input method composes; `release` must follow when it is done. */
  onHold(): void
}

export function createSharedBinding(options: BindingOptions): SharedBinding {
  const { doc, schema } = options
  const type = doc.getXmlFragment(BODY_ROOT)
  const projection = createProjection(type, schema)
  const place: SharedPlace = { type, standing: projection.standing }
  const origin = {}
  let view: EditorView | undefined
  let writing = false
  /** What went unseen and is to be put back once everything is shown. */
  const unseen: Unseen[] = []
  let selection: SharedSelection | undefined
  /** The page as it was shown when others changed what is being composed. */
  let held: Node | undefined

  const binding: SharedBinding = {
    ...place,
    mapping: projection.mapping,
    isOMark: new Map(),
    origin,
    page: () => schema.topNodeType.create(null, projection.blocks()),
    write(after) {
      writing = true
      try {
        doc.transact((transaction) => {
          const at = view?.state.doc === after ? view.state.selection.$from : undefined
          if (at) alignCells(type, projection.mapping, at)
          const changed = changedPlace(type, after, projection.mapping)
          updateYFragment(doc, changed.type, changed.node, binding)
          giveTexts(transaction, schema, projection.mapping)
          raiseVersion(transaction)
        }, origin)
      } finally {
        writing = false
      }
    },
    isHolding: () => held !== undefined,
    release() {
      const base = held
      held = undefined
      if (!base || !view) return false
      const blocks = projection.blocks()
      const hasTyped = base !== view.state.doc
      const { tr } = view.state
      view.dispatch(hasTyped ? rebaseTyped(tr, base, blocks).setMeta(sharedKey, true) : showing(view.state, blocks))
      return hasTyped
    },
    hasForeign: () => projection.hasForeign(),
    plugin: new Plugin({
      key: sharedKey,
      view: (mounted) => {
        view = mounted
        doc.on('beforeAllTransactions', rememberSelection)
        doc.on('afterTransaction', noteUnseen)
        doc.on('afterAllTransactions', settle)
        type.observeDeep(show)
        return { destroy: unmount }
      },
    }),
  }

  function unmount(): void {
    view = undefined
    doc.off('beforeAllTransactions', rememberSelection)
    doc.off('afterTransaction', noteUnseen)
    doc.off('afterAllTransactions', settle)
    type.unobserveDeep(show)
  }

  function rememberSelection(): void {
    if (view && !writing) selection = toSharedSelection(place, view.state)
  }

  function noteUnseen(transaction: Y.Transaction): void {
    const found = options.canWrite() ? findUnseen(transaction, schema) : undefined
    if (found) unseen.push(found)
  }

  function settle(_: Y.Doc, transactions: Y.Transaction[]): void {
    selection = undefined
    for (const one of unseen.splice(0)) options.userEdit(() => keepUnseen(one, schema))
    const theirs = transactions.filter((transaction) => !isOwn(transaction))
    if (theirs.length > 0 && options.canWrite()) joinOwnTexts(doc, schema, theirs, options.userEdit)
  }

  /** An update that is applied inside a transaction counts as local for Yjs, so the origin has to tell. */
  function isOwn({ origin: from }: Y.Transaction): boolean {
    return from === origin || from instanceof Y.UndoManager
  }

  function show(_: unknown, transaction: Y.Transaction): void {
    if (!view || transaction.origin === origin) return
    projection.forget(transaction)
    if (held) return
    const blocks = projection.blocks()
    const composed = view.composing ? view.state.doc.maybeChild(view.state.selection.$from.index(0)) : null
    if (composed && !blocks.includes(composed)) {
      held = view.state.doc
      options.onHold()
    } else view.dispatch(showing(view.state, blocks))
  }

  function showing(state: EditorState, blocks: readonly Node[]): Transaction {
    const shown = replaceBlocks(state.tr, blocks).setMeta(sharedKey, true).setMeta('addToHistory', false)
    const restored = selection && fromSharedSelection(place, selection, shown.doc)
    if (restored) shown.setSelection(restored)
    return shown.setStoredMarks(state.storedMarks)
  }

  return binding
}

/** Replaces only the run of blocks that differ, so that positions elsewhere stay mapped. */
function replaceBlocks(transaction: Transaction, blocks: readonly Node[]): Transaction {
  const { doc } = transaction
  const shared = Math.min(doc.childCount, blocks.length)
  let left = 0
  let from = 0
  for (; left < shared && doc.child(left) === blocks[left]; left++) from += doc.child(left).nodeSize
  let right = 0
  let to = doc.content.size
  for (
    ;
    right < shared - left && doc.child(doc.childCount - 1 - right) === blocks[blocks.length - 1 - right];
    right++
  ) {
    to -= doc.child(doc.childCount - 1 - right).nodeSize
  }
  if (left === doc.childCount && left === blocks.length) return transaction
  const slice = new Slice(Fragment.from(blocks.slice(left, blocks.length - right)), 0, 0)
  return transaction.step(new ReplaceStep(from, to, slice))
}
