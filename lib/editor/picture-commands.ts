import type { Node } from 'prosemirror-model'
import { type Command, type EditorState, NodeSelection, TextSelection } from 'prosemirror-state'
import { FULL_WIDTH, LEAST_WIDTH, pictureWidth } from '#lib/schema/file-nodes'

/** What is on at the picture that is selected, or around the caret in its caption. */
export interface PictureFacts {
  readonly file: string
  readonly name: string
  readonly alt: string
  /** Per cent of the page. */
  readonly width: number | undefined
}

/** Per cent by which a key makes a picture wider. */
export const PICTURE_STEP = 10

/** `undefined` where no picture is selected and the caret is in no caption. */
function pictureAt({ selection }: EditorState): { readonly node: Node; readonly at: number } | undefined {
  if (selection instanceof NodeSelection && selection.node.type.name === 'image') {
    return { node: selection.node, at: selection.from }
  }
  const { $from } = selection
  if ($from.parent.type.name !== 'image_caption') return undefined
  return { node: $from.node(-1), at: $from.before(-1) }
}

export function pictureFacts(state: EditorState): PictureFacts | undefined {
  const found = pictureAt(state)
  if (!found) return undefined
  const { file, name, alt, width } = found.node.attrs
  return { file: String(file), name: String(name), alt: String(alt), width: pictureWidth(width) }
}

const setAttribute =
  (name: 'alt' | 'width', value: (node: Node) => unknown): Command =>
  (state, dispatch) => {
    const found = pictureAt(state)
    if (!found) return false
    const { selection } = state
    const tr = state.tr.setNodeAttribute(found.at, name, value(found.node))
    if (selection instanceof NodeSelection) tr.setSelection(NodeSelection.create(tr.doc, found.at))
    dispatch?.(tr)
    return true
  }

/** What the picture shows, in words, for those who do not see it. */
export const describePicture = (alt: string): Command => setAttribute('alt', () => alt.trim())

/** A width that is allowed and near `width` per cent. */
export const allowedWidth = (width: number): number => Math.min(FULL_WIDTH, Math.max(LEAST_WIDTH, Math.round(width)))

/** Makes the picture so many per cent of the page wide, `undefined` as wide as it is. */
export const setPictureWidth = (width: number | undefined): Command =>
  setAttribute('width', () => (width === undefined ? null : allowedWidth(width)))

/** Makes the picture wider by so many per cent of the page, narrower where it is negative. */
export const widenPicture = (by: number): Command =>
  setAttribute('width', ({ attrs }) => allowedWidth((pictureWidth(attrs.width) ?? FULL_WIDTH) + by))

/** Takes the picture and its caption out of the page. */
export const deletePicture: Command = (state, dispatch) => {
  const found = pictureAt(state)
  if (!found) return false
  dispatch?.(state.tr.delete(found.at, found.at + found.node.nodeSize).scrollIntoView())
  return true
}

/** Enter in a caption goes on below the picture. */
export const leaveCaption: Command = (state, dispatch) => {
  const { $from } = state.selection
  const paragraph = state.schema.nodes.paragraph
  if ($from.parent.type.name !== 'image_caption' || !paragraph) return false
  if (dispatch) {
    const below = $from.after(-1)
    const tr = state.tr.insert(below, paragraph.create())
    dispatch(tr.setSelection(TextSelection.create(tr.doc, below + 1)).scrollIntoView())
  }
  return true
}
