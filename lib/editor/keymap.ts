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
import { linkedBefore } from '#lib/editor/input-rules'
import { noteMovedCaret } from '#lib/editor/moved-caret'

/** What keys ask of the editor's surroundings. */
export interface KeyActions {
  undo(): void
  redo(): void
  /** Mod-K. */
  askLink(): void
  /** Alt-F10, the customary key into a toolbar. */
  enterToolbar(): void
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
    enterCommand,
    newlineInCode,
    createParagraphNear,
    liftEmptyBlock,
    splitBlock,
  )
  const backspace = chainCommands(undoInputRule, plainAtStart, backspaceCommand, or(baseKeymap.Backspace))
  const forward = chainCommands(deleteCommand, or(baseKeymap.Delete))
  return {
    ...baseKeymap,
    Enter: withLink(enter),
    'Shift-Enter': withLink(chainCommands(newlineInCode, insertHardBreak)),
    'Mod-Enter': chainCommands(exitCode, toggleTask),
    Backspace: chainCommands(backspace, (state) => atVeryStart(state) && actions.leaveUp()),
    'Mod-Backspace': backspace,
    'Shift-Backspace': backspace,
    Delete: forward,
    'Mod-Delete': forward,
    ArrowUp: (state, _dispatch, view) =>
      inFirstBlock(state) && (view?.endOfTextblock('up') ?? true) && actions.leaveUp(),
    ArrowDown: leaveCodeDown,
    ...keysToEdges,
    Tab: chainCommands(inList(indentList), indentCode),
    'Shift-Tab': chainCommands(inList(dedentList), dedentCode),
    'Mod-]': indentList,
    'Mod-[': dedentList,
    'Mod-b': toggleStyle('bold'),
    'Mod-i': toggleStyle('italic'),
    'Mod-u': toggleStyle('underline'),
    'Mod-e': toggleStyle('code'),
    'Mod-Shift-x': toggleStyle('strike'),
    'Mod-Shift-s': toggleStyle('strike'),
    'Mod-Alt-0': makeParagraph,
    'Mod-Alt-1': toggleHeading(1),
    'Mod-Alt-2': toggleHeading(2),
    'Mod-Alt-3': toggleHeading(3),
    'Mod-Alt-4': toggleHeading(4),
    'Mod-Shift-7': toggleList('ordered'),
    'Mod-Shift-8': toggleList('bullet'),
    'Mod-Shift-9': toggleList('task'),
    'Mod-Shift-.': toggleQuote,
    'Alt-Shift-ArrowUp': moveBlock('up'),
    'Alt-Shift-ArrowDown': moveBlock('down'),
    'Mod-k': done(actions.askLink),
    'Alt-F10': done(actions.enterToolbar),
    'Mod-z': done(actions.undo),
    'Mod-Shift-z': done(actions.redo),
    'Mod-y': done(actions.redo),
  }
}

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
function moveBlock(direction: 'up' | 'down'): Command {
  return chainCommands(inListOnly(createMoveListCommand(direction)), (state, dispatch) => {
    const range = state.selection.$from.blockRange(state.selection.$to)
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
      const { anchor, head } = state.selection
      dispatch(tr.setSelection(TextSelection.create(tr.doc, anchor + shift, head + shift)).scrollIntoView())
    }
    return true
  })
}

const inListOnly =
  (command: Command): Command =>
  (state, dispatch, view) =>
    activeState(state).list !== undefined && command(state, dispatch, view)
