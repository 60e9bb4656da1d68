import { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { err, ok } from '#lib/base/result'
import { applyAccepted, createQuietDoc, ENTRY_ORIGIN } from '#lib/document/quiet-doc'
import { selectCharacters } from '#lib/editor/commands'
import type { CommentMarks } from '#lib/editor/comment-marks'
import { createEditor, type Editor } from '#lib/editor/create-editor'
import { createMentionNames, type MentionNames } from '#lib/editor/mention-names'
import type { AppendError, PageFiles } from '#lib/editor/page-files'
import type { MenuKey } from '#lib/editor/question'
import type { EditorPage } from '#lib/editor/user-edits'
import { fileWords } from '#lib/words/file-words'

type AppendedBlock = Parameters<NonNullable<EditorPage['append']>>[0]

/** One person's screen: an editor on a copy of a page, and what it would have sent to others. Needs a DOM. */
export interface Screen {
  readonly doc: Y.Doc
  readonly editor: Editor
  readonly page: EditorPage
  /** Updates raised inside `userEdit`: what becomes entries. */
  readonly edits: Uint8Array[]
  /** Updates that no person made here and nobody sent: E11 allows none. */
  readonly strays: Uint8Array[]
  /** Blocks that were to be written after the page was left. */
  readonly appended: AppendedBlock[]
  /** What was said of files that were not added after the page was left. */
  readonly refusals: string[]
  /** Types at the selection, letter by letter, input rules included. */
  type(text: string): void
  /** Presses a key such as 'Enter' or 'Mod-b'; false when the editor leaves it to the browser. */
  press(key: string): boolean
  /** Selects the first occurrence of `text`, or puts the cursor behind it. */
  select(text: string, where?: 'all' | 'end'): void
  run: Editor['run']
  /** The page as JSON without positions: what is on screen. */
  shown(): unknown
  close(): void
}

export function createScreen(
  options: {
    readOnly?: false | string
    state?: Uint8Array
    clientId?: number
    onMenuKey?: (key: MenuKey) => boolean
    onAskDate?: () => void
    comments?: CommentMarks
    mentions?: MentionNames
    files?: PageFiles
    /** Why nothing is written on the page once it was left. */
    refuseAppend?: () => AppendError | undefined
  } = {},
): Screen {
  const doc = createQuietDoc()
  if (options.clientId !== undefined) doc.clientID = options.clientId
  if (options.state) applyAccepted(doc, options.state)
  const edits: Uint8Array[] = []
  const strays: Uint8Array[] = []
  const appended: AppendedBlock[] = []
  const refusals: string[] = []
  let inEdit = false
  doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin !== ENTRY_ORIGIN) (inEdit ? edits : strays).push(update)
  })
  const page: EditorPage = {
    doc,
    awareness: new Awareness(doc),
    readOnly: options.readOnly ?? false,
    ...(options.files ? { files: options.files } : {}),
    async append(block) {
      const refusal = options.refuseAppend?.()
      if (refusal) return err(refusal)
      appended.push(block)
      return ok(undefined)
    },
    userEdit(edit) {
      const outer = inEdit
      inEdit = true
      try {
        return edit()
      } finally {
        inEdit = outer
      }
    },
  }
  const mount = document.createElement('div')
  document.body.append(mount)
  const editor = createEditor({
    mount,
    page,
    fileWords,
    words: {
      ...{ label: 'Page', placeholder: 'Write here', task: 'Done', fold: 'Fold' },
      ...{ contents: 'Contents', noOutline: 'No headings', date: (value) => `day ${value}` },
    },
    actions: {
      askLink: () => {},
      enterToolbar: () => {},
      comment: () => {},
      openBlockMenu: () => {},
      find: () => {},
      showOutline: () => {},
      toggleFocusMode: () => {},
      showShortcuts: () => {},
      leaveUp: () => false,
      askDate: () => options.onAskDate?.(),
      fileRefused: (sentence) => refusals.push(sentence),
      choose: (key) => options.onMenuKey?.(key) ?? false,
    },
    comments: options.comments,
    mentions: options.mentions ?? createMentionNames(),
  })
  const { view } = editor

  return {
    doc,
    editor,
    page,
    edits,
    strays,
    appended,
    refusals,
    type(text) {
      for (const letter of text) {
        const { from, to } = view.state.selection
        const insert = () => view.state.tr.insertText(letter, from, to)
        const handled = view.someProp('handleTextInput', (handle) => handle(view, from, to, letter, insert))
        if (!handled) view.dispatch(insert())
      }
    },
    press(key) {
      const parts = key.split('-')
      const name = parts.pop() ?? ''
      const event = new KeyboardEvent('keydown', {
        key: name,
        ctrlKey: parts.includes('Mod'),
        shiftKey: parts.includes('Shift'),
        altKey: parts.includes('Alt'),
        bubbles: true,
        cancelable: true,
      })
      return view.someProp('handleKeyDown', (handle) => handle(view, event)) ?? false
    },
    select(text, where = 'all') {
      let at: number | undefined
      view.state.doc.descendants((node, position) => {
        if (at !== undefined || !node.isTextblock) return at === undefined
        const found = node.textBetween(0, node.content.size, undefined, '\ufffc').indexOf(text)
        if (found >= 0) at = position + 1 + found
        return false
      })
      if (at === undefined) throw new Error(`"${text}" is not on the page`)
      const from = where === 'all' ? at : at + text.length
      selectCharacters(from, at + text.length)(view.state, view.dispatch)
    },
    run: (command) => editor.run(command),
    shown: () => view.state.doc.toJSON(),
    close() {
      editor.close()
      page.awareness.destroy()
      mount.remove()
    },
  }
}

/** Hands every edit of each screen to all others as soon as it is made; the end separates them again. */
export function connect(...screens: readonly Screen[]): () => void {
  const ends = screens.map((screen) => {
    const send = (update: Uint8Array, origin: unknown) => {
      if (origin === ENTRY_ORIGIN) return
      for (const other of screens) if (other !== screen) applyAccepted(other.doc, update)
    }
    screen.doc.on('update', send)
    return () => screen.doc.off('update', send)
  })
  for (const screen of screens) deliver(screen, ...screens.filter((other) => other !== screen))
  return () => {
    for (const end of ends) end()
  }
}

/** Brings everything that `from` has to the other screens. */
export function deliver(from: Screen, ...others: readonly Screen[]): void {
  for (const other of others) applyAccepted(other.doc, Y.encodeStateAsUpdate(from.doc, Y.encodeStateVector(other.doc)))
}

/** Carries edits between screens one by one, as their writers made them: what entries do. */
export interface Post {
  /** Hands over what `from` wrote or got and `to` does not have. */
  hand(from: Screen, to: Screen): void
  /** Until nobody has anything new. */
  handAll(): void
}

/** The screens must not be connected otherwise. */
export function createPost(...screens: readonly Screen[]): Post {
  const logs = new Map(screens.map((screen) => [screen, new Set<Uint8Array>()]))
  const logOf = (screen: Screen): Set<Uint8Array> => {
    const log = logs.get(screen) ?? new Set()
    for (const edit of screen.edits) log.add(edit)
    return log
  }
  const hand = (from: Screen, to: Screen): boolean => {
    const missing = [...logOf(from)].filter((edit) => !logOf(to).has(edit))
    for (const edit of missing) {
      logOf(to).add(edit)
      applyAccepted(to.doc, edit)
    }
    return missing.length > 0
  }
  return {
    hand,
    handAll() {
      const pairs = screens.flatMap((from) => screens.filter((to) => to !== from).map((to) => [from, to] as const))
      while (pairs.map(([from, to]) => hand(from, to)).includes(true));
    },
  }
}
