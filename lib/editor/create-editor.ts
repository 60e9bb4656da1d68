import { dropCursor } from 'prosemirror-dropcursor'
import { createSafariInputMethodWorkaroundPlugin } from 'prosemirror-flat-list'
import { gapCursor } from 'prosemirror-gapcursor'
import { type Command, EditorState, Plugin, Selection, TextSelection, type Transaction } from 'prosemirror-state'
import { EditorView } from 'prosemirror-view'
import { type ActiveState, activeState } from '#lib/editor/active-state'
import { createAddFiles } from '#lib/editor/add-files'
import { findBlock, placeOfBlock, showBlock } from '#lib/editor/block-place'
import { createClipboard } from '#lib/editor/clipboard'
import { createCodeColours } from '#lib/editor/code-colours'
import type { CommentMarks } from '#lib/editor/comment-marks'
import { type ContentsWords, createContents } from '#lib/editor/contents'
import { createDates, selectedDate } from '#lib/editor/dates'
import { createFactsFeed } from '#lib/editor/facts-feed'
import { createFileView } from '#lib/editor/file-view'
import type { FileWords } from '#lib/editor/file-words'
import { createFind, type FindFacts, findFacts } from '#lib/editor/find'
import { createFollow, followed } from '#lib/editor/follow'
import { type Followable, followables } from '#lib/editor/followables'
import { type AppliedRule, createInputRules } from '#lib/editor/input-rules'
import { createKeptSelection, keepSelection } from '#lib/editor/kept-selection'
import { createKeymap, type KeyActions } from '#lib/editor/keymap'
import { openAddress } from '#lib/editor/links'
import { createListView } from '#lib/editor/list-view'
import { createMaths } from '#lib/editor/maths'
import type { MentionNames } from '#lib/editor/mention-names'
import { createMentions } from '#lib/editor/mentions'
import { createOwnUndo, type OwnUndo } from '#lib/editor/own-undo'
import { createLinesPaste } from '#lib/editor/paste-lines'
import { createPastedPictures } from '#lib/editor/paste-pictures'
import { createTextPaste } from '#lib/editor/paste-text'
import { type PictureFacts, pictureFacts } from '#lib/editor/picture-commands'
import { createPictureView } from '#lib/editor/picture-view'
import { createPlaceholder } from '#lib/editor/placeholder'
import { createQuestions, type MenuKey, type Question, questionOf } from '#lib/editor/question'
import { createRemoteCursors } from '#lib/editor/remote-cursors'
import { createSharedBinding, type SharedBinding } from '#lib/editor/shared-binding'
import { fromSharedSelection, toSharedSelection } from '#lib/editor/shared-selection'
import { createFarBlocks } from '#lib/editor/skip-far-blocks'
import { type TableFacts, tableFacts } from '#lib/editor/table-commands'
import { createTableResize } from '#lib/editor/table-resize'
import { createTableView } from '#lib/editor/table-view'
import { createTables } from '#lib/editor/tables'
import { type EditorPage, isPersonsEdit } from '#lib/editor/user-edits'
import { createWordCount } from '#lib/editor/word-count'
import { schema } from '#lib/schema/schema'

/** Pixels kept free around the caret when it scrolls into view: below it a phone's toolbar stands. */
const ROOM_AROUND_CARET = { top: 24, right: 0, bottom: 72, left: 0 }

/** What a toolbar shows; the same object until something in it changed. */
export interface EditorFacts extends ActiveState {
  readonly canUndo: boolean
  readonly canRedo: boolean
  readonly focused: boolean
  /** Why nothing can be written: the page's own reason, or 'newer-version' for content that this app does not know. */
  readonly readOnly: false | string
  /** What is typed behind a sign that asks for a block, a mention or an emoji. */
  readonly question: Pick<Question, 'sign' | 'query'> | undefined
  /** Whom the page can follow, and the name of whom it follows. */
  readonly others: readonly Followable[]
  readonly following: string | undefined
  /** The day that is selected. */
  readonly date: string | undefined
  /** What is on in the table around the selection. */
  readonly table: TableFacts | undefined
  readonly find: FindFacts
  /** What is on at the picture that is selected or captioned. */
  readonly picture: PictureFacts | undefined
}

export interface Editor {
  readonly view: EditorView
  facts(): EditorFacts
  /** Calls `changed` at most once a frame, and only when facts() did change; returns its end. */
  subscribe(changed: () => void): () => void
  /** Tells changed facts now: a key may come before the frame that would draw what it is meant for. */
  tellFacts(): void
  /** Runs a command as the person's edit; false when it does not apply here. */
  run(command: Command): boolean
  canRun(command: Command): boolean
  undo(): boolean
  redo(): boolean
  focus(where?: 'start' | 'end'): void
  /** Keeps the selection visible while a field beside the page has the focus. */
  keepSelection(on: boolean): void
  setReadOnly(reason: false | string): void
  /**
   * Shows a rebuilt copy of the same page, with the selection where it was if that place still exists. Where its body is the
   * same, only what else was said of the page is new: undo and what is being composed go on.
   */
  replacePage(page: EditorPage): void
  words(): number
  /** The place of the first selected block, for an address (block-place.ts). */
  blockPlace(): string | undefined
  /** Shows the block of such a place; false when it is not here. Any text is safe. */
  goToPlace(place: string): boolean
  close(): void
}

export interface EditorOptions {
  readonly mount: HTMLElement
  readonly page: EditorPage
  readonly fileWords: FileWords
  readonly words: ContentsWords & {
    readonly label: string
    readonly placeholder: string
    readonly task: string
    readonly fold: string
    /** A day such as `2026-11-26` as people say it. */
    date(value: string): string
  }
  readonly actions: Omit<KeyActions, 'undo' | 'redo'> & {
    /** Chooses in the menu that answers a question; false leaves the key to the page. */
    choose(key: MenuKey): boolean
    /** Asks for another day in place of the selected one. */
    askDate(): void
    /** Says why a file was not added, where the page itself cannot say it any more. */
    fileRefused(sentence: string): void
  }
  readonly comments?: CommentMarks | undefined
  readonly mentions: MentionNames
}

/** Edits by others to a block wait at most this long for an input method that rests in it. */
const HOLD_MS = 1500
/** ProseMirror reads the last letters up to 20 ms after the end of a composition. */
const COMPOSED_MS = 50
/** Set on edits that are undone by themselves. */
const SEPARATE = ['separate', 'paste', 'uiEvent']

/** One page's body on screen. The session owns the page; the editor owns nothing but its view. */
export function createEditor(options: EditorOptions): Editor {
  const words = createWordCount()
  const rules = createInputRules(schema)
  let { page } = options
  let readOnly = page.readOnly
  let binding = bind()
  /** One for all copies of the page: a file that is being taken in goes on into the next. */
  const { files, append } = page
  const { fileRefused: onRefused } = options.actions
  const addFiles = files ? [createAddFiles({ files, words: options.fileWords, canWrite, append, onRefused })] : []
  const pasted = createPastedPictures((count) => onRefused(options.fileWords.unread(count)))
  let releasing: ReturnType<typeof setTimeout> | undefined

  const view = new EditorView(options.mount, {
    state: EditorState.create({ doc: binding.page(), plugins: plugins() }),
    editable: canWrite,
    attributes: () => ({
      class: 'page-body',
      role: 'textbox',
      'aria-multiline': 'true',
      'aria-label': options.words.label,
      ...(canWrite() ? {} : { 'aria-readonly': 'true', tabindex: '0' }),
    }),
    scrollMargin: ROOM_AROUND_CARET,
    scrollThreshold: ROOM_AROUND_CARET,
    nodeViews: {
      list: (node, view, position) => createListView(node, view, position, options.words),
      table: createTableView,
      image: (node, view, position) => createPictureView(node, view, position, page.files, options.fileWords),
      file: (node) => createFileView(node, page.files, options.fileWords),
    },
    handleClickOn: (_view, _position, _node, _nodePosition, event) => openLink(event),
    handleDOMEvents: {
      focus: () => feed.noteSoon(),
      blur: () => feed.noteSoon(),
      beforeinput: (_view, event) => travelAsAsked(event),
      compositionend: () => {
        if (releasing !== undefined) releaseIn(COMPOSED_MS)
      },
    },
    dispatchTransaction: dispatch,
  })
  let undo: OwnUndo = createOwnUndo({ binding, schema, view })
  const feed = createFactsFeed(readFacts)

  function bind(): SharedBinding {
    const userEdit: EditorPage['userEdit'] = (edit) => page.userEdit(edit)
    return createSharedBinding({ doc: page.doc, schema, userEdit, canWrite, onHold: () => releaseIn(HOLD_MS) })
  }

  function canWrite(): boolean {
    return readOnly === false && !binding.hasForeign()
  }

  function plugins(): Plugin[] {
    const keys = { ...options.actions, undo: () => void travel('undo'), redo: () => void travel('redo') }
    return [
      new Plugin({ filterTransaction: (transaction) => !isPersonsEdit(transaction) || canWrite() }),
      rules,
      createQuestions((key) => options.actions.choose(key)),
      createMentions(options.mentions),
      createDates(options.words.date, () => options.actions.askDate()),
      createMaths(() => import('#lib/editor/math-reader').then((room) => room.readMath)),
      createKeymap(keys),
      createTableResize(),
      pasted.plugin,
      ...createTables(),
      ...addFiles,
      createClipboard(schema, files && pasted.take),
      createTextPaste(),
      createLinesPaste(),
      createCodeColours(() => import('#lib/editor/code-grammar').then((room) => room.createCodeGrammar())),
      createContents(options.words),
      createPlaceholder(options.words.placeholder),
      createKeptSelection(),
      createFind(),
      createFarBlocks(),
      dropCursor({ color: false, class: 'drop-cursor', width: 2 }),
      gapCursor(),
      createSafariInputMethodWorkaroundPlugin(),
      ...(options.comments ? [options.comments.plugin(binding)] : []),
      createRemoteCursors({ awareness: page.awareness, place: binding }),
      createFollow({ awareness: page.awareness, place: binding }),
      binding.plugin,
    ]
  }

  function dispatch(transaction: Transaction): void {
    const state = view.state.apply(transaction)
    if (state.doc === view.state.doc || !isPersonsEdit(transaction)) view.updateState(state)
    else if (binding.isHolding()) {
      view.updateState(state)
      releaseIn(HOLD_MS)
    } else
      page.userEdit(() => {
        const rule: AppliedRule | undefined = transaction.getMeta(rules)
        if (rule) edit('continue', view.state.apply(view.state.tr.insertText(rule.text, rule.from, rule.to)))
        const separate = rule || SEPARATE.some((key) => transaction.getMeta(key) !== undefined)
        edit(separate ? 'separate' : 'continue', state)
      })
    feed.noteSoon()
  }

  /** To be called inside `userEdit`. */
  function edit(step: 'separate' | 'continue', state: EditorState): void {
    undo.beforeEdit(step)
    view.updateState(state)
    binding.write(state.doc)
  }

  /** Composing is over, or was idle for long: shows and writes what waited for it. */
  function release(): void {
    clearTimeout(releasing)
    releasing = undefined
    if (!binding.release() || !canWrite()) return
    page.userEdit(() => {
      undo.beforeEdit('continue')
      binding.write(view.state.doc)
    })
  }

  function releaseIn(delayMs: number): void {
    clearTimeout(releasing)
    releasing = setTimeout(release, delayMs)
  }

  function travel(direction: 'undo' | 'redo'): boolean {
    if (!canWrite() || view.composing) return false
    const travelled = page.userEdit(() => undo[direction]())
    feed.noteSoon()
    return travelled
  }

  /** A browser's own undo (its menu, a shaken phone, its key while the focus is elsewhere) knows of nobody else's edits. */
  function travelAsAsked(event: InputEvent): boolean {
    const direction =
      event.inputType === 'historyUndo' ? 'undo' : event.inputType === 'historyRedo' ? 'redo' : undefined
    if (!direction) return false
    event.preventDefault()
    travel(direction)
    return true
  }

  function run(command: Command): boolean {
    return command(view.state, (transaction) => view.dispatch(transaction.setMeta('separate', true)), view)
  }

  function openLink(event: MouseEvent): boolean {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[href]') : null
    const isText = link?.dataset.mention === undefined
    if (!link || event.button !== 0 || (isText && canWrite() && !event.metaKey && !event.ctrlKey)) return false
    event.preventDefault()
    openAddress(link.getAttribute('href') ?? '')
    return true
  }

  function setReadOnly(reason: false | string): void {
    readOnly = reason
    view.updateState(view.state)
    feed.noteSoon()
  }

  function asked(): EditorFacts['question'] {
    const question = questionOf(view.state)
    return question && { sign: question.sign, query: question.query }
  }

  function readFacts(): EditorFacts {
    return {
      ...activeState(view.state),
      canUndo: undo.canUndo(),
      canRedo: undo.canRedo(),
      focused: view.hasFocus(),
      readOnly: readOnly || (binding.hasForeign() ? 'newer-version' : false),
      question: asked(),
      date: selectedDate(view.state),
      others: followables(page.awareness),
      following: followed(view.state, page.awareness)?.name,
      table: tableFacts(view.state),
      find: findFacts(view.state),
      picture: pictureFacts(view.state),
    }
  }

  return {
    view,
    facts: feed.facts,
    subscribe: feed.subscribe,
    tellFacts: feed.tell,
    run,
    canRun: (command) => canWrite() && command(view.state, undefined, view),
    undo: () => travel('undo'),
    redo: () => travel('redo'),
    focus(where) {
      if (where) {
        const { doc, tr } = view.state
        const { $head } = where === 'start' ? Selection.atStart(doc) : Selection.atEnd(doc)
        view.dispatch(tr.setSelection(TextSelection.between($head, $head)).scrollIntoView())
      }
      view.focus()
    },
    keepSelection: (on) => view.dispatch(keepSelection(view.state.tr, on)),
    setReadOnly,
    replacePage(next) {
      if (next.doc === page.doc && next.awareness === page.awareness) {
        page = next
        return setReadOnly(next.readOnly)
      }
      release()
      const selection = toSharedSelection(binding, view.state)
      undo.close()
      page = next
      readOnly = next.readOnly
      binding = bind()
      const doc = binding.page()
      const restored = selection && fromSharedSelection(binding, selection, doc)
      view.updateState(EditorState.create({ doc, plugins: plugins(), ...(restored ? { selection: restored } : {}) }))
      undo = createOwnUndo({ binding, schema, view })
      feed.noteSoon()
    },
    words: () => words(view.state.doc),
    blockPlace: () => placeOfBlock(binding, view.state),
    goToPlace(place) {
      const position = findBlock(binding, view.state.doc, place)
      return position !== undefined && showBlock(view, position)
    },
    close() {
      release()
      feed.close()
      undo.close()
      view.destroy()
    },
  }
}
