import { type RefObject, useEffect } from 'react'
import { enterBelow } from '#lib/editor/blocks'
import type { Editor } from '#lib/editor/create-editor'

/** A click under the text goes on writing there, as on paper. */
export function useClickBelow(editor: Editor | undefined, page: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const area = page.current
    if (!editor || !area) return
    const { view } = editor
    const enter = (event: MouseEvent) => {
      const bottom = view.dom.lastElementChild?.getBoundingClientRect().bottom ?? 0
      const isBeside = event.target !== area && event.target !== view.dom
      if (isBeside || !view.editable || event.button !== 0 || event.clientY <= bottom) return
      event.preventDefault()
      editor.run(enterBelow)
      editor.focus()
    }
    area.addEventListener('mousedown', enter)
    return () => area.removeEventListener('mousedown', enter)
  }, [editor, page])
}
