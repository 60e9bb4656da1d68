import { type RefObject, useEffect, useState } from 'react'
import type { Editor } from '#lib/editor/create-editor'
import { dropBlock, gapAtHeight } from '#lib/editor/drop-block'

/**
 * Takes a block that is dragged beside the text, straight down from its grip say, where ProseMirror hears of nothing, and shows
 * where it would go.
 */
export function DropBeside({ editor, page }: { editor: Editor; page: RefObject<HTMLElement | null> }) {
  const [top, setTop] = useState<number>()

  useEffect(() => {
    const article = page.current
    if (!article) return
    const area = article.closest('main') ?? article
    const { view } = editor
    const gapBeside = ({ target, clientY }: DragEvent) =>
      target instanceof Node && !view.dom.contains(target) ? gapAtHeight(view, clientY) : undefined
    const over = (event: DragEvent) => {
      const gap = gapBeside(event)
      if (gap) event.preventDefault()
      setTop(gap && gap.y - article.getBoundingClientRect().top)
    }
    const drop = (event: DragEvent) => {
      const gap = gapBeside(event)
      setTop(undefined)
      if (!gap) return
      event.preventDefault()
      dropBlock(view, gap.position)
      editor.focus()
    }
    const leave = ({ relatedTarget }: DragEvent) => {
      if (!(relatedTarget instanceof Node && area.contains(relatedTarget))) setTop(undefined)
    }
    /** The grip is outside ProseMirror's element, which would otherwise take the next thing that is dropped for the block. */
    const end = () => {
      setTop(undefined)
      view.dragging = null
    }
    area.addEventListener('dragover', over)
    area.addEventListener('drop', drop)
    area.addEventListener('dragleave', leave)
    area.addEventListener('dragend', end)
    return () => {
      area.removeEventListener('dragover', over)
      area.removeEventListener('drop', drop)
      area.removeEventListener('dragleave', leave)
      area.removeEventListener('dragend', end)
    }
  }, [editor, page])

  return top === undefined ? null : <div className="drop-cursor drop-beside" style={{ top }} />
}
