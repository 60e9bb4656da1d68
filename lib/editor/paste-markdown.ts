import { DOMSerializer } from 'prosemirror-model'
import type { EditorView } from 'prosemirror-view'

const BLOCK = /^ {0,3}(#{1,6} \S|[-*+] \S|\d{1,9}[.)] \S|> ?\S|```|~~~)/m
const INLINE =
  /(\*\*|~~)\S([^\n]{0,1000}?\S)?\1|`[^`\n]{1,1000}`|\[[^\]\n]{1,1000}\]\((https?:|mailto:|#)[^\s)]{1,2000}\)/

/** Whether `text` has signs that only Markdown gives a meaning. Quick on any text. */
export const looksLikeMarkdown = (text: string): boolean => BLOCK.test(text) || INLINE.test(text)

/**
 * Pastes what `text` means. The reader of Markdown is fetched when it is first needed; text that is no page, nested too deep say,
 * is pasted as it stands.
 */
export async function pasteMarkdown(view: EditorView, text: string): Promise<void> {
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
