import type * as Y from 'yjs'
import { createEditor, type Editor, type EditorOptions } from '#lib/editor/create-editor'
import { createTitleField, type TitleField } from '#lib/editor/title-field'
import type { EditorPage } from '#lib/editor/user-edits'

/** An open page with its title; the session's OpenPage fits. */
export interface ScreenPage extends EditorPage {
  readonly title: Y.Text
  /** Sends at once what waits for its batch. */
  flush(): void
}

/** A page on screen: its title, its body, and the way between them. */
export interface PageScreen {
  readonly editor: Editor
  /** Shows a rebuilt copy of the same page. */
  replacePage(page: ScreenPage): void
  close(): void
}

export interface PageScreenOptions {
  readonly title: HTMLTextAreaElement
  readonly body: HTMLElement
  readonly page: ScreenPage
  readonly words: Omit<EditorOptions['words'], 'label'> & { readonly body: string }
  readonly fileWords: EditorOptions['fileWords']
  readonly actions: Omit<EditorOptions['actions'], 'leaveUp'>
  readonly comments?: EditorOptions['comments']
  readonly mentions: EditorOptions['mentions']
}

/** A new page begins in its title, unless something else on screen has the focus. */
export function createPageScreen(options: PageScreenOptions): PageScreen {
  const { title, body, words } = options
  let { page } = options
  const editor: Editor = createEditor({
    mount: body,
    page,
    words: { ...words, label: words.body },
    fileWords: options.fileWords,
    actions: { ...options.actions, leaveUp: enterTitle },
    comments: options.comments,
    mentions: options.mentions,
  })
  const field: TitleField = createTitleField({
    field: title,
    title: page.title,
    readOnly: page.readOnly !== false,
    userEdit: (edit) => page.userEdit(edit),
    onEnter: () => editor.focus('start'),
    onShown: fitHeight,
  })

  function enterTitle(): boolean {
    title.focus()
    title.setSelectionRange(title.value.length, title.value.length)
    return true
  }

  /** For browsers without `field-sizing`. */
  function fitHeight(): void {
    if (CSS.supports('field-sizing', 'content')) return
    title.style.height = 'auto'
    title.style.height = `${title.scrollHeight}px`
  }

  const flush = () => page.flush()
  title.addEventListener('blur', flush)
  editor.view.dom.addEventListener('blur', flush)
  window.addEventListener('resize', fitHeight)
  const nothingFocused = document.activeElement === null || document.activeElement === document.body
  if (page.readOnly === false && page.title.length === 0 && nothingFocused) title.focus()

  return {
    editor,
    replacePage(next) {
      page = next
      editor.replacePage(next)
      field.replaceTitle(next.title)
      field.setReadOnly(next.readOnly !== false)
    },
    close() {
      title.removeEventListener('blur', flush)
      window.removeEventListener('resize', fitHeight)
      field.close()
      editor.close()
    },
  }
}
