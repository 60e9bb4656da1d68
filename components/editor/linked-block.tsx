import { useEffect, useRef } from 'react'
import type { Editor } from '#lib/editor/create-editor'
import type { OpenPage } from '#lib/session/session-view'

/** Shows the block that the address names, as soon as it is here; not any more once somebody began to do something else. */
export function useLinkedBlock(editor: Editor | undefined, page: OpenPage, block: string | undefined): void {
  const shown = useRef<string>(undefined)
  useEffect(() => {
    if (block === undefined) shown.current = undefined
    if (!editor || block === undefined || shown.current === block) return
    const end = () => {
      shown.current = block
      page.doc.off('afterAllTransactions', look)
      for (const name of ['keydown', 'pointerdown']) window.removeEventListener(name, end)
    }
    const look = () => {
      if (!editor.view.isDestroyed && editor.goToPlace(block)) end()
    }
    page.doc.on('afterAllTransactions', look)
    for (const name of ['keydown', 'pointerdown']) window.addEventListener(name, end)
    look()
    return () => {
      page.doc.off('afterAllTransactions', look)
      for (const name of ['keydown', 'pointerdown']) window.removeEventListener(name, end)
    }
  }, [editor, page, block])
}
