import { type RefObject, useEffect, useRef, useState } from 'react'
import type { MenuAnchor } from '#components/editor/block-actions-menu'
import { useEditorFacts } from '#components/editor/editor-facts'
import { useBesideSelection } from '#components/editor/floating'
import { KeyboardTools, ReaderTools, SelectionTools } from '#components/editor/toolbar'
import { useNarrow } from '#components/ui/narrow'
import type { Editor } from '#lib/editor/create-editor'

/** Whether a mouse button is down in the page: a toolbar must not appear under a hand that still selects. */
function useSelecting(editor: Editor): boolean {
  const [selecting, setSelecting] = useState(false)
  useEffect(() => {
    const { dom } = editor.view
    const begin = (event: PointerEvent) => event.pointerType === 'mouse' && setSelecting(true)
    const end = () => setSelecting(false)
    dom.addEventListener('pointerdown', begin)
    window.addEventListener('pointerup', end)
    window.addEventListener('pointercancel', end)
    return () => {
      dom.removeEventListener('pointerdown', begin)
      window.removeEventListener('pointerup', end)
      window.removeEventListener('pointercancel', end)
    }
  }, [editor])
  return selecting
}

/** Whether the focus is inside `element`. */
function useFocusWithin(element: RefObject<HTMLElement | null>): boolean {
  const [within, setWithin] = useState(false)
  useEffect(() => {
    const look = () => setWithin(element.current?.contains(document.activeElement) ?? false)
    document.addEventListener('focusin', look)
    document.addEventListener('focusout', look)
    return () => {
      document.removeEventListener('focusin', look)
      document.removeEventListener('focusout', look)
    }
  }, [element])
  return within
}

/** Keeps `bar` above an on-screen keyboard, which covers the page without making it smaller. */
function useAboveKeyboard(bar: RefObject<HTMLElement | null>, open: boolean): void {
  useEffect(() => {
    const screen = window.visualViewport
    if (!open || !screen) return
    const place = () => {
      const covered = Math.max(0, window.innerHeight - screen.height - screen.offsetTop)
      if (bar.current) bar.current.style.bottom = `${Math.round(covered)}px`
    }
    place()
    screen.addEventListener('resize', place)
    screen.addEventListener('scroll', place)
    return () => {
      screen.removeEventListener('resize', place)
      screen.removeEventListener('scroll', place)
    }
  }, [bar, open])
}

/**
 * The toolbar: above the selection on a wide screen, above the keyboard on a narrow one. Alt+F10 (`summoned` rises) brings
 * it up and enters it at any time.
 */
export function FloatingTools({
  editor,
  summoned,
  onAskLink,
  onBlockMenu,
  onComment,
}: {
  editor: Editor
  summoned: number
  onAskLink: () => void
  onBlockMenu: (anchor: MenuAnchor) => void
  /** Absent for whoever may not comment. */
  onComment: (() => void) | undefined
}) {
  const facts = useEditorFacts(editor)
  const narrow = useNarrow()
  const selecting = useSelecting(editor)
  const bar = useRef<HTMLDivElement>(null)
  const inside = useFocusWithin(bar)
  const [menuOpen, setMenuOpen] = useState(false)
  const [entering, setEntering] = useState(false)
  const wanted = facts.focused && (narrow || (facts.hasRange && !selecting))
  const mayWrite = facts.readOnly === false
  const isOpenToReader = onComment !== undefined && facts.hasRange && !selecting && (facts.focused || inside)
  const open = mayWrite ? wanted || inside || menuOpen || entering : isOpenToReader

  useEffect(() => {
    if (summoned > 0) setEntering(true)
  }, [summoned])
  useEffect(() => {
    if (!entering) return
    bar.current?.querySelector('button')?.focus()
    setEntering(false)
  }, [entering])
  useBesideSelection(editor, bar, open && !narrow, 'top')
  useAboveKeyboard(bar, open && narrow)

  if (!open) return null
  if (!mayWrite) return <ReaderTools editor={editor} narrow={narrow} onComment={onComment} ref={bar} />
  const Tools = narrow ? KeyboardTools : SelectionTools
  return (
    <Tools
      editor={editor}
      onAskLink={onAskLink}
      onBlockMenu={onBlockMenu}
      onComment={onComment}
      onMenu={setMenuOpen}
      ref={bar}
    />
  )
}
