import { DOMSerializer } from 'prosemirror-model'
import { Plugin } from 'prosemirror-state'
import type { EditorView } from 'prosemirror-view'

/**
 * Pasted text that is written in Markdown comes in as what it means; with Shift it comes in as it stands. The reader of
 * Markdown is fetched when it is first needed.
 */
export function createMarkdownPaste(): Plugin {
  let asItStands = false
  return new Plugin({
    props: {
      handleDOMEvents: {
        keydown(_view, event) {
          asItStands = event.shiftKey && event.key !== 'Insert'
          return false
        },
      },
      handlePaste(view, event) {
        const text = event.clipboardData?.getData('text/plain') ?? ''
        const html = event.clipboardData?.getData('text/html') ?? ''
        if (asItStands || view.state.selection.$from.parent.type.spec.code) return false
        if (saysMore(html) || !looksLikeMarkdown(text)) return false
        void pasteMarkdown(view, text)
        return true
      },
    },
  })
}

/** Whether the clipboard's HTML tells more than where lines begin; an editor of code offers coloured lines only. */
const saysMore = (html: string): boolean =>
  /<(h[1-6]|p|ul|ol|li|table|blockquote|pre|code|strong|b|em|i|a)\b/i.test(html)

const BLOCK = /^ {0,3}(#{1,6} \S|[-*+] \S|\d{1,9}[.)] \S|> ?\S|```|~~~)/m
const INLINE =
  /(\*\*|~~)\S([^\n]{0,1000}?\S)?\1|`[^`\n]{1,1000}`|\[[^\]\n]{1,1000}\]\((https?:|mailto:|#)[^\s)]{1,2000}\)/

/** Whether `text` has signs that only Markdown gives a meaning. Quick on any text. */
export const looksLikeMarkdown = (text: string): boolean => BLOCK.test(text) || INLINE.test(text)

/** Text that is no page, nested too deep say, is pasted as it stands. */
async function pasteMarkdown(view: EditorView, text: string): Promise<void> {
  const { markdownToBody } = await import('#lib/convert/markdown')
  if (view.isDestroyed) return
  const read = markdownToBody(text)
  if (!read.ok) {
    view.pasteText(text)
    return
  }
  const shell = view.dom.ownerDocument.createElement('div')
  const serializer = view.someProp('clipboardSerializer') ?? DOMSerializer.fromSchema(view.state.schema)
  shell.append(serializer.serializeFragment(read.value.content))
  view.pasteHTML(shell.innerHTML)
}
