import { unwrapListSlice } from 'prosemirror-flat-list'
import { Fragment, type Node, type Schema, Slice } from 'prosemirror-model'
import { Plugin } from 'prosemirror-state'
import { createHtmlParser } from '#lib/convert/html-parser'
import { createHtmlSerializer } from '#lib/convert/html-writer'
import { inertHtml } from '#lib/convert/inert-html'
import { MAX_NESTING, setLink } from '#lib/editor/commands'
import { hrefFrom } from '#lib/editor/links'
import { plainText } from '#lib/editor/plain-text'

/**
 * What is copied leaves as plain lists that other programs read; what is pasted comes in as structure and marks, never
 * as somebody's styles, and never nested deeper than commands nest. A pasted address becomes a link. `takeImage`: see inertHtml.
 */
export function createClipboard(schema: Schema, takeImage?: (address: string) => number | undefined): Plugin {
  return new Plugin({
    props: {
      clipboardParser: createHtmlParser(schema),
      clipboardSerializer: createHtmlSerializer(schema),
      clipboardTextSerializer: plainText,
      transformCopied: unwrapListSlice,
      transformPastedHTML: (html) => inertHtml(html, takeImage),
      transformPasted: (slice) => flattenDeep(slice, schema),
      handlePaste(view, event) {
        const text = event.clipboardData?.getData('text/plain').trim() ?? ''
        const { $from, $to } = view.state.selection
        if (!/^(https?:\/\/|mailto:)\S+$/i.test(text) || hrefFrom(text) === undefined || !$from.sameParent($to))
          return false
        return setLink(text)(view.state, view.dispatch)
      },
    },
  })
}

function flattenDeep(slice: Slice, schema: Schema): Slice {
  if (depthOf(slice.content) <= MAX_NESTING) return slice
  const blocks: Node[] = []
  slice.content.descendants((node) => {
    if (!node.isTextblock && node.type.name !== 'image') return true
    blocks.push(node)
    return false
  })
  const filler = schema.topNodeType.createAndFill()
  return new Slice(blocks.length > 0 ? Fragment.from(blocks) : (filler?.content ?? Fragment.empty), 0, 0)
}

function depthOf(content: Fragment): number {
  let deepest = 0
  content.forEach((node) => {
    deepest = Math.max(deepest, 1 + depthOf(node.content))
  })
  return deepest
}
