import type { Fragment, Node, Slice } from 'prosemirror-model'
import { type EditorState, Plugin, type Transaction } from 'prosemirror-state'
import { handlePaste } from 'prosemirror-tables'
import { dropPoint } from 'prosemirror-transform'
import type { EditorView } from 'prosemirror-view'
import { imageBytes } from '#lib/convert/image-bytes'
import { addFiles, isText, type PlacedFile } from '#lib/editor/add-files'
import { PICTURE_HEAD_BYTES, pictureType } from '#lib/files/picture-type'

/**
 * Pictures in pasted HTML. One whose bytes stand in it is taken out before anything is parsed, and is added as a file where it
 * stood. Of one that only has an address on another device or in another program it is said that it did not come along; one of
 * the web stays as a link (linked-images.ts). Nothing is fetched.
 */
export interface PastedPictures {
  readonly plugin: Plugin
  /** Takes an image out of the HTML, by its address, and answers with its number; leaves it there otherwise. */
  take(address: string): number | undefined
}

/** A smaller picture only keeps other things apart. */
const LEAST_BYTES = 100

/** `onUnread`: so many did not come along. */
export function createPastedPictures(onUnread: (count: number) => void): PastedPictures {
  let taken: File[] = []
  let unread = 0

  function begin(): false {
    taken = []
    unread = 0
    return false
  }

  /** Puts the slice in by `insert`, and the pictures of it that were taken where they stand; false where there are none. */
  function put(view: EditorView, slice: Slice, insert: () => Insertion, event: 'paste' | 'drop'): boolean {
    const pictures = taken
    if (unread > 0) onUnread(unread)
    begin()
    const inSlice = picturesIn(slice.content, pictures)
    if (inSlice.length === 0) return false
    const { tr, isWhole } = insert()
    const placed = partPictures(tr, pictures)
    const isPlaced = new Set(placed.map(({ file }) => file))
    for (const { file, like } of isWhole ? inSlice : [])
      if (!isPlaced.has(file)) placed.push({ file, like, at: tr.selection.from })
    view.dispatch(tr.scrollIntoView().setMeta('paste', true).setMeta('uiEvent', event))
    addFiles(view.state, placed)
    return true
  }

  return {
    take(address) {
      if (address === '' || /^https?:/i.test(address)) return undefined
      const bytes = imageBytes(address)
      if (bytes && bytes.length < LEAST_BYTES) return undefined
      if (bytes && pictureType(bytes.subarray(0, PICTURE_HEAD_BYTES))) return taken.push(new File([bytes], '')) - 1
      unread++
      return undefined
    },
    plugin: new Plugin({
      props: {
        handleDOMEvents: { paste: begin, drop: begin },
        handlePaste(view, event, slice) {
          const { clipboardData } = event
          // then the picture itself comes beside its name
          if (clipboardData?.files.length && !isText(clipboardData)) unread = 0
          return put(view, slice, () => insertPasted(view.state, event, slice), 'paste')
        },
        handleDrop(view, event, slice) {
          if (event.dataTransfer?.files.length) unread = 0
          const at = view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos
          if (at === undefined) return false
          const to = dropPoint(view.state.doc, at, slice) ?? at
          return put(view, slice, () => ({ tr: view.state.tr.replaceRange(to, to, slice), isWhole: true }), 'drop')
        },
      },
    }),
  }
}

interface Insertion {
  readonly tr: Transaction
  /** Nothing of the slice was left out on purpose, as cells are that go beyond those that are selected. */
  readonly isWhole: boolean
}

/** Into cells as prosemirror-tables does it, which asks nothing of a view but these two. */
function insertPasted(state: EditorState, event: ClipboardEvent, slice: Slice): Insertion {
  let ofCells: Transaction | undefined
  const dispatch = (tr: Transaction) => {
    ofCells = tr
  }
  handlePaste({ state, dispatch } as EditorView, event, slice)
  return { tr: ofCells ?? state.tr.replaceSelection(slice), isWhole: ofCells === undefined }
}

interface FoundPicture {
  readonly file: File
  readonly like: Node
  readonly at: number
}

/** Those of `taken` that stand in `content`, as pictureAttributes names them; `at` is where one begins. */
function picturesIn(content: Fragment, taken: readonly File[]): FoundPicture[] {
  const found: FoundPicture[] = []
  content.descendants((node, at) => {
    const [, number] = /^#enclosed\/(\d{1,6})$/.exec(node.type.name === 'image' ? node.attrs.file : '') ?? []
    const file = taken[Number(number)]
    if (file) found.push({ file, like: node, at })
    return true
  })
  return found
}

/** Leaves an empty line where each stands: no page ever names what is not sealed. */
function partPictures(tr: Transaction, taken: readonly File[]): PlacedFile[] {
  const { paragraph } = tr.doc.type.schema.nodes
  const placed: PlacedFile[] = []
  if (!paragraph) return placed
  const found = picturesIn(tr.doc.content, taken)
  for (const { file, like, at } of found.reverse()) {
    const before = tr.mapping.maps.length
    tr.replaceWith(at, at + like.nodeSize, paragraph.create())
    for (const one of placed) one.at = tr.mapping.slice(before).map(one.at)
    placed.unshift({ file, like, at: at + 1 })
  }
  return placed
}
