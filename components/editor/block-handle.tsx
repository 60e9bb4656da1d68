import { GripVertical, Plus } from 'lucide-react'
import { type RefObject, useEffect, useRef, useState } from 'react'
import type { MenuAnchor } from '#components/editor/block-actions-menu'
import { BlockMenu } from '#components/editor/block-menu'
import { useEditorFacts } from '#components/editor/editor-facts'
import { ToolButton } from '#components/editor/tool-button'
import { beginBelow, blockAtHeight, dragBlock, type PageBlock, selectBlock } from '#lib/editor/blocks'
import type { Editor } from '#lib/editor/create-editor'
import { editorWords } from '#lib/words/editor-words'

/**
 * Left of the block under the mouse: a plus that begins a block below, a grip to drag it by or to press for its menu. For the
 * mouse alone: keys have Alt+Enter and Alt+Shift+arrows, fingers the toolbar. Gone as soon as somebody types.
 */
export function BlockHandle({
  editor,
  page,
  menuOpen,
  onMenu,
}: {
  editor: Editor
  page: RefObject<HTMLElement | null>
  menuOpen: boolean
  onMenu: (anchor: MenuAnchor) => void
}) {
  const { readOnly } = useEditorFacts(editor)
  const handle = useRef<HTMLDivElement>(null)
  const block = useRef<PageBlock>(undefined)
  const [shown, setShown] = useState(false)
  const [held, setHeld] = useState(false)

  useEffect(() => {
    const area = page.current
    if (!area || held || menuOpen) return
    const follow = (event: PointerEvent) => {
      if (event.pointerType !== 'mouse' || event.buttons !== 0 || !handle.current) return
      const body = editor.view.dom.getBoundingClientRect()
      if (event.clientY < body.top) return setShown(false)
      const found = blockAtHeight(editor.view, event.clientY)
      if (!found) return setShown(false)
      block.current = found
      handle.current.style.top = `${found.element.getBoundingClientRect().top - area.getBoundingClientRect().top}px`
      setShown(true)
    }
    const hide = () => setShown(false)
    /** Whoever pulls at the grip with a flick is beside the page before the drag begins; what is hidden cannot be dragged. */
    const leave = (event: PointerEvent) => event.buttons === 0 && hide()
    area.addEventListener('pointermove', follow)
    area.addEventListener('pointerleave', leave)
    area.addEventListener('keydown', hide)
    return () => {
      area.removeEventListener('pointermove', follow)
      area.removeEventListener('pointerleave', leave)
      area.removeEventListener('keydown', hide)
    }
  }, [editor, page, held, menuOpen])

  return (
    <div
      ref={handle}
      className="block-handle"
      data-shown={(shown || held || menuOpen) && readOnly === false ? '' : undefined}
    >
      <BlockMenu
        editor={editor}
        onOpenChange={setHeld}
        onChoose={() => block.current && editor.run(beginBelow(block.current.position))}
        trigger={<ToolButton label={editorWords.addBlock} icon={Plus} tabIndex={-1} />}
      />
      <ToolButton
        label={editorWords.dragBlock}
        keys="Alt-Shift-↑↓"
        icon={GripVertical}
        tabIndex={-1}
        draggable
        keepsFocus={false}
        onDragEnd={() => setShown(false)}
        onDragStart={(event) => block.current && dragBlock(editor.view, block.current, event.dataTransfer)}
        onClick={({ currentTarget }) => {
          if (!block.current) return
          editor.run(selectBlock(block.current.position))
          editor.focus()
          onMenu(currentTarget)
        }}
      />
    </div>
  )
}
