import { Plugin } from 'prosemirror-state'
import { looksLikeMarkdown, pasteMarkdown } from '#lib/editor/paste-markdown'
import { pasteAsTable } from '#lib/editor/paste-rows'

/** Pasted text that is rows of a spreadsheet or written in Markdown comes in as what it means; with Shift it comes in as it stands. */
export function createTextPaste(): Plugin {
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
        if (asItStands || saysMore(html) || view.state.selection.$from.parent.type.spec.code) return false
        if (pasteAsTable(view, text)) return true
        if (!looksLikeMarkdown(text)) return false
        void pasteMarkdown(view, text)
        return true
      },
    },
  })
}

/** Whether the clipboard's HTML tells more than where lines begin; an editor of code offers coloured lines only. */
const saysMore = (html: string): boolean =>
  /<(h[1-6]|p|ul|ol|li|table|blockquote|pre|code|strong|b|em|i|a)\b/i.test(html)
