import type { Node } from 'prosemirror-model'
import { type Command, type EditorState, Plugin, PluginKey, Selection, type Transaction } from 'prosemirror-state'
import { Decoration, DecorationSet, type EditorView } from 'prosemirror-view'
import type { FileWords } from '#lib/editor/file-words'
import type { AddFileError, PageFiles } from '#lib/editor/page-files'
import { sizeOfPicture } from '#lib/editor/picture-size'
import type { EditorPage } from '#lib/editor/user-edits'
import { fileName } from '#lib/files/file-name'

/**
 * Files that are pasted, dropped or picked. Each is sealed and kept on this device first; until then a line says so where it
 * will stand, on this screen alone. Then it is one edit: a picture where it is one, else a file.
 */
export interface AddFilesOptions {
  readonly files: PageFiles
  readonly words: FileWords
  canWrite(): boolean
  /** For what is ready only after the page was left. */
  append?: EditorPage['append']
  /** Why a file was not added whose line is not on screen any more. */
  onRefused(sentence: string): void
}

type Change =
  | { readonly type: 'begin'; readonly id: object; readonly at: number; readonly line: HTMLElement }
  | { readonly type: 'end'; readonly id: object }

/** A file, and where on the page it goes. */
export interface PlacedFile {
  readonly file: File
  at: number
  /** What else is known of it where it is a picture: its description, its width, its caption. */
  readonly like?: Node
}

interface Begun extends Pick<PlacedFile, 'file' | 'like'> {
  readonly id: object
  readonly name: string
  readonly line: HTMLElement
}

interface Adding extends Plugin<DecorationSet> {
  readonly spec: Plugin<DecorationSet>['spec'] & {
    readonly pick?: (accept: string) => void
    readonly add?: (list: readonly PlacedFile[]) => void
  }
}

const addingKey = new PluginKey<DecorationSet>('add-files')

/** A spreadsheet or a word processor copies text and a picture of it; who copies a picture or a file copies no such text. */
export const isText = (data: DataTransfer | null): boolean =>
  ['text/plain', 'text/html'].every((type) => data?.types.includes(type))

/** A file that is dropped anywhere would be opened in place of the page. */
function keepPage(event: DragEvent): void {
  if (event.dataTransfer?.types.includes('Files')) event.preventDefault()
}

const linesOf = (state: EditorState) => addingKey.getState(state)

/** Lets the person choose files in the browser's own window. */
const pick =
  (accept: string): Command =>
  (state, dispatch) => {
    const plugin = addingKey.get(state) as Adding | undefined
    if (!plugin?.spec.pick || placeFor(state, state.selection.from) === undefined) return false
    if (dispatch) plugin.spec.pick(accept)
    return true
  }

/** As if they had been pasted where they are to go. */
export function addFiles(state: EditorState, list: readonly PlacedFile[]): void {
  const plugin = addingKey.get(state) as Adding | undefined
  plugin?.spec.add?.(list)
}

export const pickPicture: Command = pick('image/png,image/jpeg,image/gif,image/webp,image/avif,image/bmp')
export const pickFile: Command = pick('')

/** Where a block that is added at `at` goes: in place of an empty paragraph, else behind the block there. */
function placeFor(state: EditorState, at: number): { readonly from: number; readonly to: number } | undefined {
  const { image } = state.schema.nodes
  const $at = state.doc.resolve(Math.min(at, state.doc.content.size))
  if (!image) return undefined
  for (let depth = $at.depth; depth >= 0; depth--) {
    const parent = depth === 0 ? state.doc : $at.node(depth - 1)
    const index = depth === 0 ? $at.index(0) : $at.index(depth - 1)
    if (!parent.canReplaceWith(index, index, image)) continue
    if (depth === 0) return { from: $at.pos, to: $at.pos }
    const isEmpty = $at.node(depth).type.name === 'paragraph' && $at.node(depth).content.size === 0
    return isEmpty
      ? { from: $at.before(depth), to: $at.after(depth) }
      : { from: $at.after(depth), to: $at.after(depth) }
  }
  return undefined
}

export function createAddFiles(options: AddFilesOptions): Plugin {
  const { files, words } = options
  let view: EditorView | undefined

  /** Lines stand in order at one place, and so do the files that take theirs. */
  async function addAll(list: readonly PlacedFile[]): Promise<void> {
    const shown = view
    if (!shown || !options.canWrite()) return
    const begun = list.flatMap((one) => {
      const place = placeFor(shown.state, one.at)
      return place ? [begin(shown, one, place.to)] : []
    })
    for (const one of begun) await finish(shown, one)
  }

  const addAt = (list: readonly File[], at: number) => void addAll(list.map((file) => ({ file, at })))

  function begin(shown: EditorView, { file, like }: PlacedFile, at: number): Begun {
    const name = fileName(file.name)
    const line = document.createElement('p')
    line.className = 'file-adding'
    line.setAttribute('role', 'status')
    line.textContent = words.adding(name, 0)
    const id = {}
    shown.dispatch(shown.state.tr.setMeta(addingKey, { type: 'begin', id, at, line } satisfies Change))
    return { id, file, name, line, ...(like ? { like } : {}) }
  }

  async function finish(shown: EditorView, begun: Begun): Promise<void> {
    // whatever broke, the files behind it are not held up
    const error = await add(shown, begun).catch((): AddFileError => ({ type: 'storage-failed' }))
    if (error) refuse(shown, begun, words.refused(begun.name, error))
  }

  /** Why it could not be added, or `undefined`. */
  async function add(shown: EditorView, { id, file, name, line, like }: Begun): Promise<AddFileError | undefined> {
    const pixels = await sizeOfPicture(file)
    const added = await files.add(file, (share) => {
      line.textContent = words.adding(name, share)
    })
    if (!added.ok) return added.error
    const node = nodeFor(shown.state, { file: added.value, name, pixels, like })
    if (view !== shown) return append(node)
    if (!options.canWrite()) return { type: 'page-closed' }
    const at = linesOf(shown.state)?.find(undefined, undefined, (spec) => spec.id === id)[0]?.from
    const tr = shown.state.tr.setMeta(addingKey, { type: 'end', id } satisfies Change)
    // where somebody deleted what stood around the line, the file goes to the caret rather than nowhere
    const to = at ?? placeFor(shown.state, shown.state.selection.from)?.to
    if (to !== undefined) put(tr, to, node)
    shown.dispatch(tr)
    return undefined
  }

  async function append(node: Node): Promise<AddFileError | undefined> {
    const appended = await options.append?.(node)
    if (!appended) return { type: 'page-closed' }
    return appended.ok ? undefined : appended.error
  }

  /** The sentence stays where the file would be, until it was read. */
  function refuse(shown: EditorView, { id, line }: Begun, sentence: string): void {
    if (!line.isConnected) {
      options.onRefused(sentence)
      return
    }
    line.className = 'file-adding file-refused'
    line.setAttribute('role', 'alert')
    line.textContent = sentence
    const button = line.appendChild(document.createElement('button'))
    button.type = 'button'
    button.textContent = words.close
    button.addEventListener('click', () => {
      shown.dispatch(shown.state.tr.setMeta(addingKey, { type: 'end', id } satisfies Change))
      shown.focus()
    })
  }

  function choose(accept: string): void {
    const input = document.createElement('input')
    input.type = 'file'
    input.multiple = true
    input.accept = accept
    input.addEventListener('change', () => addAt([...(input.files ?? [])], view?.state.selection.from ?? 0))
    input.click()
  }

  return new Plugin<DecorationSet>({
    key: addingKey,
    state: {
      init: () => DecorationSet.empty,
      apply(transaction, before) {
        const lines = before.map(transaction.mapping, transaction.doc)
        const change: Change | undefined = transaction.getMeta(addingKey)
        if (!change) return lines
        const { id } = change
        if (change.type === 'end') return lines.remove(lines.find(undefined, undefined, (spec) => spec.id === id))
        return lines.add(transaction.doc, [
          Decoration.widget(change.at, change.line, { id, side: 1, stopEvent: () => true }),
        ])
      },
    },
    pick: choose,
    add: (list) => void addAll(list),
    view(shown) {
      view = shown
      window.addEventListener('dragover', keepPage)
      window.addEventListener('drop', keepPage)
      return {
        destroy() {
          view = undefined
          window.removeEventListener('dragover', keepPage)
          window.removeEventListener('drop', keepPage)
        },
      }
    },
    props: {
      decorations: linesOf,
      handlePaste(shown, event) {
        const list = [...(event.clipboardData?.files ?? [])]
        if (list.length === 0 || isText(event.clipboardData) || !options.canWrite()) return false
        addAt(list, shown.state.selection.from)
        return true
      },
      handleDrop(shown, event) {
        const list = [...(event.dataTransfer?.files ?? [])]
        if (list.length === 0) return false
        const at = shown.posAtCoords({ left: event.clientX, top: event.clientY })?.pos
        if (at !== undefined) addAt(list, at)
        return true
      },
    },
  } as Adding['spec'])
}

/** In place of an empty paragraph before `at`, else there; the caret goes on behind it if it stood in that paragraph. */
function put(tr: Transaction, at: number, node: Node): void {
  const before = tr.doc.resolve(at).nodeBefore
  const start = before?.type.name === 'paragraph' && before.content.size === 0 ? at - before.nodeSize : at
  const hadCaret = tr.selection.from > start && tr.selection.to < at
  tr.replaceWith(start, at, node)
  const end = start + node.nodeSize
  const paragraph = tr.doc.type.schema.nodes.paragraph
  if (paragraph && !tr.doc.resolve(end).nodeAfter) tr.insert(end, paragraph.create())
  if (hadCaret) tr.setSelection(Selection.near(tr.doc.resolve(end)))
  tr.setMeta('separate', true)
}

function nodeFor(
  state: EditorState,
  { file, name, pixels, like }: { file: string; name: string; pixels: string | undefined; like: Node | undefined },
): Node {
  const { image, image_caption: caption, file: other } = state.schema.nodes
  if (!image || !caption || !other) throw new Error('The schema has no files')
  if (pixels === undefined) return other.create({ file, name })
  return image.create({ ...like?.attrs, file, name, pixels }, like?.content ?? caption.create())
}
