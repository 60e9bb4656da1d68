import {
  baseKeymap,
  chainCommands,
  createParagraphNear,
  exitCode,
  liftEmptyBlock,
  newlineInCode,
  splitBlock,
} from 'prosemirror-commands'
import { backspaceCommand, createMoveListCommand, deleteCommand, enterCommand } from 'prosemirror-flat-list'
import { undoInputRule } from 'prosemirror-inputrules'
import { keydownHandler } from 'prosemirror-keymap'
import { Fragment } from 'prosemirror-model'
import { type Command, Plugin, Selection, TextSelection } from 'prosemirror-state'
import { activeState } from '#lib/editor/active-state'
import { duplicateBlock, selectedBlocks, shifted } from '#lib/editor/block-actions'
import { dedentCode, indentCode, leaveCode, leaveCodeDown, openFence } from '#lib/editor/code-keys'
import {
  dedentList,
  indentList,
  insertHardBreak,
  makeParagraph,
  toggleHeading,
  toggleList,
  toggleQuote,
  toggleStyle,
  toggleTask,
} from '#lib/editor/commands'
import { deleteEmptyBeside, enterToggle, unwrapAtStart } from '#lib/editor/edge-keys'
import { linkedBefore } from '#lib/editor/input-rules'
import { noteMovedCaret } from '#lib/editor/moved-caret'
import { leaveCaption } from '#lib/editor/picture-commands'
import { type ShortcutName, shortcuts } from '#lib/editor/shortcuts'
import { nextCell, previousCell } from '#lib/editor/table-commands'

/** What keys ask of the editor's surroundings. */
export interface KeyActions {
  undo(): void
  redo(): void
  /** Mod-K. */
  askLink(): void
  /** Says something about the selection, without changing it. */
  comment(): void
  /** Alt-F10, the customary key into a toolbar. */
  enterToolbar(): void
  /** What can be done with the block around the cursor. */
  openBlockMenu(): void
  /** The bar that looks for something on the page. */
  find(): void
  /** The page's headings and how much is written. */
  showOutline(): void
  /** Nothing but the page, or everything again. */
  toggleFocusMode(): void
  /** The sheet of keys. */
  showShortcuts(): void
  /** Arrow up on the page's first line, or Backspace at its very start. */
  leaveUp(): boolean
}

const done = (action: () => void): Command => {
  return (_state, dispatch) => {
    if (dispatch) action()
    return true
  }
}

/** All keys of the editor. Tab indents in lists and code; after Escape it leaves the page, so that nobody is trapped. */
export function createKeymap(actions: KeyActions): Plugin {
  const handle = keydownHandler(bindings(actions))
  let tabLeaves = false
  return new Plugin({
    props: {
      handleKeyDown(view, event) {
        if (event.key === 'Escape') tabLeaves = true
        else if (event.key !== 'Tab' && event.key !== 'Shift') tabLeaves = false
        if (event.key === 'Tab' && tabLeaves) return false
        return handle(view, event)
      },
      handleDOMEvents: {
        blur: () => {
          tabLeaves = false
          return false
        },
        keydown(view) {
          noteMovedCaret(view)
          return false
        },
      },
    },
  })
}

function bindings(actions: KeyActions): Record<string, Command> {
  const enter = chainCommands(
    openFence,
    leaveCode,
    leaveCaption,
    enterToggle,
    enterCommand,
    newlineInCode,
    createParagraphNear,
    liftEmptyBlock,
    splitBlock,
  )
  const backspace = chainCommands(
    undoInputRule,
    plainAtStart,
    unwrapAtStart,
    deleteEmptyBeside('above'),
    backspaceCommand,
    or(baseKeymap.Backspace),
  )
  const forward = chainCommands(deleteEmptyBeside('below'), deleteCommand, or(baseKeymap.Delete))
  return {
    ...baseKeymap,
    Enter: withLink(enter),
    'Shift-Enter': withLink(chainCommands(newlineInCode, insertHardBreak)),
    Backspace: chainCommands(backspace, (state) => atVeryStart(state) && actions.leaveUp()),
    'Mod-Backspace': backspace,
    'Shift-Backspace': backspace,
    Delete: forward,
    'Mod-Delete': forward,
    ArrowUp: (state, _dispatch, view) =>
      inFirstBlock(state) && (view?.endOfTextblock('up') ?? true) && actions.leaveUp(),
    ArrowDown: leaveCodeDown,
    ...keysToEdges,
    ...keysByName({
      bold: toggleStyle('bold'),
      italic: toggleStyle('italic'),
      underline: toggleStyle('underline'),
      strike: toggleStyle('strike'),
      code: toggleStyle('code'),
      highlight: toggleStyle('highlight'),
      math: toggleStyle('math'),
      link: done(actions.askLink),
      comment: done(actions.comment),
      paragraph: makeParagraph,
      'heading-1': toggleHeading(1),
      'heading-2': toggleHeading(2),
      'heading-3': toggleHeading(3),
      'heading-4': toggleHeading(4),
      ordered: toggleList('ordered'),
      bullet: toggleList('bullet'),
      task: toggleList('task'),
      quote: toggleQuote,
      tick: chainCommands(exitCode, toggleTask),
      indent: chainCommands(nextCell, inList(indentList), indentCode),
      dedent: chainCommands(previousCell, inList(dedentList), dedentCode),
      'move-up': moveBlock('up'),
      'move-down': moveBlock('down'),
      duplicate: duplicateBlock,
      'block-menu': done(actions.openBlockMenu),
      toolbar: done(actions.enterToolbar),
      find: done(actions.find),
      outline: done(actions.showOutline),
      'focus-mode': done(actions.toggleFocusMode),
      undo: done(actions.undo),
      redo: done(actions.redo),
      shortcuts: done(actions.showShortcuts),
    }),
  }
}

const keysByName = (commands: Readonly<Record<ShortcutName, Command>>): Record<string, Command> =>
  Object.fromEntries(
    (Object.keys(commands) as ShortcutName[]).flatMap((name) => {
      const command = asOneStep(commands[name])
      return shortcuts[name].map((key) => [key, command])
    }),
  )

/** What a key commands is undone by itself, without what was typed right before it. */
const asOneStep =
  (command: Command): Command =>
  (state, dispatch, view) =>
    command(state, dispatch && ((transaction) => dispatch(transaction.setMeta('separate', true))), view)

/** Chromium does not move the caret to the start of a page that begins with a task's box, which nobody may write in. */
const goTo =
  (edge: 'start' | 'end', extend: boolean): Command =>
  ({ doc, selection, tr }, dispatch) => {
    const { head } = edge === 'start' ? Selection.atStart(doc) : Selection.atEnd(doc)
    const to = TextSelection.between(doc.resolve(extend ? selection.anchor : head), doc.resolve(head))
    dispatch?.(tr.setSelection(to).scrollIntoView())
    return true
  }

const keysToEdges: Record<string, Command> = Object.fromEntries(
  (['start', 'end'] as const).flatMap((edge) =>
    (edge === 'start' ? ['Ctrl-Home', 'Cmd-ArrowUp'] : ['Ctrl-End', 'Cmd-ArrowDown']).flatMap((key) => [
      [key, goTo(edge, false)],
      [key.replace('-', '-Shift-'), goTo(edge, true)],
    ]),
  ),
)

const or = (command: Command | undefined): Command => command ?? (() => false)

const atVeryStart: (state: Parameters<Command>[0]) => boolean = ({ selection, doc }) =>
  selection.empty && selection.from <= TextSelection.atStart(doc).from

const inFirstBlock: (state: Parameters<Command>[0]) => boolean = ({ selection, doc }) =>
  selection.empty && selection.$from.parent.isTextblock && selection.$from.start() <= TextSelection.atStart(doc).from

/** Links an address typed right before the cursor, then goes on with `next`. */
const withLink =
  (next: Command): Command =>
  (state, dispatch, view) => {
    const link = state.schema.marks.link
    const linked = view && dispatch && link && state.selection.empty && linkedBefore(state, state.selection.from, link)
    if (!linked) return next(state, dispatch, view)
    view.dispatch(linked)
    return next(view.state, view.dispatch, view)
  }

/** In a list the key is ours even where it can do nothing, so that focus does not jump away. */
const inList =
  (command: Command): Command =>
  (state, dispatch, view) => {
    if (activeState(state).list === undefined || state.selection.$from.parent.type.spec.code) return false
    command(state, dispatch, view)
    return true
  }

/** Backspace at the start of a heading or a block of code makes it a paragraph first. */
const plainAtStart: Command = (state, dispatch) => {
  const { $from, empty } = state.selection
  if (!empty || $from.parentOffset > 0) return false
  if ($from.parent.type.name !== 'heading' && !$from.parent.type.spec.code) return false
  return makeParagraph(state, dispatch)
}

/** Swaps the selected blocks with the one before or after; list items move with what is in them. */
export function moveBlock(direction: 'up' | 'down'): Command {
  return chainCommands(inListOnly(createMoveListCommand(direction)), (state, dispatch) => {
    const range = selectedBlocks(state)
    if (!range) return false
    const index = direction === 'up' ? range.startIndex - 1 : range.endIndex
    const other = range.parent.maybeChild(index)
    if (!other) return false
    if (dispatch) {
      const blocks: (typeof other)[] = []
      for (let at = range.startIndex; at < range.endIndex; at++) blocks.push(range.parent.child(at))
      const start = direction === 'up' ? range.start - other.nodeSize : range.start
      const end = direction === 'up' ? range.end : range.end + other.nodeSize
      const swapped = direction === 'up' ? [...blocks, other] : [other, ...blocks]
      const tr = state.tr.replaceWith(start, end, Fragment.from(swapped))
      const shift = direction === 'up' ? -other.nodeSize : other.nodeSize
      const selection = shifted(state.selection, tr.doc, shift)
      dispatch(tr.setSelection(selection).scrollIntoView())
    }
    return true
  })
}

const inListOnly =
  (command: Command): Command =>
  (state, dispatch, view) =>
    activeState(state).list !== undefined && command(state, dispatch, view)
