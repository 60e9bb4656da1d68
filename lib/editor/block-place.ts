import type { Node } from 'prosemirror-model'
import type { EditorState } from 'prosemirror-state'
import type { EditorView } from 'prosemirror-view'
import { selectedBlocks } from '#lib/editor/block-actions'
import { goToBlock } from '#lib/editor/outline'
import { positionFromJson, type SharedPlace, toSharedPosition } from '#lib/editor/shared-position'

/**
 * The place of a block, short enough for an address: who wrote the block, and when by their own count. Nothing is written into
 * the page for it, and it is found wherever the block is by now; where the block was deleted, or became one of another kind,
 * it leads to where it stood.
 */

const MAX_LENGTH = 24

/** The place of the first selected block, as in `1k9x0f-2s`; `undefined` for what is only shown. */
export function placeOfBlock(place: SharedPlace, state: EditorState): string | undefined {
  const range = selectedBlocks(state)
  const item = range && toSharedPosition(place, state.doc, range.start)?.item
  return item ? `${item.client.toString(36)}-${item.clock.toString(36)}` : undefined
}

/** Position right before the block; `undefined` where it was never here, for any text. */
export function findBlock(place: SharedPlace, doc: Node, text: string): number | undefined {
  const [, client = '', clock = ''] = (text.length <= MAX_LENGTH && /^([\da-z]+)-([\da-z]+)$/.exec(text)) || []
  const item = { client: Number.parseInt(client, 36), clock: Number.parseInt(clock, 36) }
  if (!Number.isSafeInteger(item.client) || !Number.isSafeInteger(item.clock)) return undefined
  const found = positionFromJson(place, doc, { item, assoc: 0 })
  return found === undefined || found > doc.content.size ? undefined : found
}

const GLOW_MS = 1600

/** Puts the cursor into the block and shows for a moment which it is. */
export function showBlock(view: EditorView, position: number): boolean {
  const { doc } = view.state
  const at = position < doc.content.size ? position : doc.content.size - (doc.lastChild?.nodeSize ?? 0)
  if (!goToBlock(at)(view.state, view.dispatch)) return false
  const element = view.nodeDOM(at)
  // Not through a class, which the editor would take back, and not where somebody wants no motion.
  if (element instanceof Element && !matchMedia('(prefers-reduced-motion: reduce)').matches)
    element.animate?.([{ background: 'var(--band-tint)' }, { background: 'transparent' }], GLOW_MS)
  view.focus()
  return true
}
