import { ChevronDown, GripVertical, Link, MessageSquarePlus, Plus, Redo2, Undo2 } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, type RefObject, useRef } from 'react'
import type { MenuAnchor } from '#components/editor/block-actions-menu'
import { BlockMenu } from '#components/editor/block-menu'
import { useEditorFacts } from '#components/editor/editor-facts'
import { ToolButton } from '#components/editor/tool-button'
import { currentBlock, listTools, quoteTool, styleTools, type Tool } from '#components/editor/tools'
import type { Editor } from '#lib/editor/create-editor'
import { shortcutOf } from '#lib/editor/shortcuts'
import { editorWords, toolWords } from '#lib/words/editor-words'

/** One stop for Tab; arrow keys, Home and End move inside, Escape goes back to the page. */
function Toolbar({
  editor,
  className,
  children,
  ref,
}: {
  editor: Editor
  className: string
  children: ReactNode
  ref?: RefObject<HTMLDivElement | null>
}) {
  const own = useRef<HTMLDivElement>(null)
  const bar = ref ?? own

  const buttons = () => [...(bar.current?.querySelectorAll<HTMLButtonElement>('button:not(:disabled)') ?? [])]
  function move(event: KeyboardEvent): void {
    const all = buttons()
    const at = all.indexOf(document.activeElement as HTMLButtonElement)
    const steps: Readonly<Record<string, number>> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }
    if (event.key === 'Escape') editor.focus()
    else if (at >= 0 && event.key in steps) all.at((steps[event.key] ?? 0) % all.length)?.focus()
    else return
    event.preventDefault()
  }

  return (
    <div
      ref={bar}
      role="toolbar"
      aria-label={editorWords.toolbar}
      aria-orientation="horizontal"
      className={className}
      onKeyDownCapture={move}
      onFocus={(event) => {
        for (const button of buttons()) button.tabIndex = button.contains(event.target) ? 0 : -1
      }}
    >
      {children}
    </div>
  )
}

function Tools({ editor, tools }: { editor: Editor; tools: readonly Tool[] }) {
  const facts = useEditorFacts(editor)
  return tools.map((tool) => {
    const { name } = toolWords(tool.name)
    return (
      <ToolButton
        key={tool.name}
        label={name}
        keys={shortcutOf(tool.name)}
        icon={tool.icon}
        pressed={tool.isOn?.(facts)}
        onClick={() => editor.run(tool.command)}
      />
    )
  })
}

/** What the toolbars above a selection and above a keyboard are given. */
interface ToolsProps {
  readonly editor: Editor
  readonly onAskLink: () => void
  readonly onBlockMenu: (anchor: MenuAnchor) => void
  readonly onMenu: (open: boolean) => void
  readonly onComment: (() => void) | undefined
  readonly ref: RefObject<HTMLDivElement | null>
}

function BlockActionsTool({ onBlockMenu }: Pick<ToolsProps, 'onBlockMenu'>) {
  return (
    <ToolButton
      label={editorWords.blockMenu}
      keys={shortcutOf('block-menu')}
      icon={GripVertical}
      aria-haspopup="menu"
      onClick={({ currentTarget }) => {
        // The toolbar is gone once the menu has the focus.
        const rect = currentTarget.getBoundingClientRect()
        onBlockMenu({ getBoundingClientRect: () => rect })
      }}
    />
  )
}

function LinkTool({ editor, onAskLink }: { editor: Editor; onAskLink: () => void }) {
  const facts = useEditorFacts(editor)
  const { name } = toolWords('link')
  return (
    <ToolButton
      label={name}
      keys={shortcutOf('link')}
      icon={Link}
      pressed={facts.link !== undefined}
      onClick={onAskLink}
    />
  )
}

function CommentTool({ onComment }: Pick<ToolsProps, 'onComment'>) {
  if (!onComment) return null
  const { name } = toolWords('comment')
  return <ToolButton label={name} keys={shortcutOf('comment')} icon={MessageSquarePlus} onClick={onComment} />
}

/** All that somebody may do with a selection who may comment and not write. */
export function ReaderTools({
  editor,
  narrow,
  onComment,
  ref,
}: Pick<ToolsProps, 'editor' | 'onComment' | 'ref'> & { narrow: boolean }) {
  return (
    <Toolbar editor={editor} className={`tools ${narrow ? 'keyboard-tools' : 'selection-tools'}`} ref={ref}>
      <CommentTool onComment={onComment} />
    </Toolbar>
  )
}

/** The tools above a selection. */
export function SelectionTools({ editor, onAskLink, onBlockMenu, onComment, onMenu, ref }: ToolsProps) {
  const block = currentBlock(useEditorFacts(editor))
  return (
    <Toolbar editor={editor} className="tools selection-tools" ref={ref}>
      <BlockMenu
        editor={editor}
        onOpenChange={onMenu}
        trigger={<ToolButton label={`${editorWords.kind}: ${toolWords(block.name).name}`} icon={block.icon} />}
      />
      <span className="tools-line" />
      <Tools editor={editor} tools={styleTools} />
      <LinkTool editor={editor} onAskLink={onAskLink} />
      <CommentTool onComment={onComment} />
      <span className="tools-line" />
      <Tools editor={editor} tools={[...listTools, quoteTool]} />
      <BlockActionsTool onBlockMenu={onBlockMenu} />
    </Toolbar>
  )
}

/** The same above a phone's keyboard, with undo, which a phone has no key for. */
export function KeyboardTools({ editor, onAskLink, onBlockMenu, onComment, onMenu, ref }: ToolsProps) {
  const facts = useEditorFacts(editor)
  return (
    <Toolbar editor={editor} className="tools keyboard-tools" ref={ref}>
      <BlockMenu editor={editor} onOpenChange={onMenu} trigger={<ToolButton label={editorWords.kind} icon={Plus} />} />
      <span className="tools-line" />
      <span className="tools-row">
        <Tools editor={editor} tools={[...styleTools.slice(0, 2), ...listTools.slice(2), ...listTools.slice(0, 1)]} />
        <ToolButton
          label={toolWords('undo').name}
          icon={Undo2}
          disabled={!facts.canUndo}
          onClick={() => editor.undo()}
        />
        <BlockActionsTool onBlockMenu={onBlockMenu} />
        <LinkTool editor={editor} onAskLink={onAskLink} />
        <CommentTool onComment={onComment} />
        <Tools editor={editor} tools={[...listTools.slice(1, 2), quoteTool, ...styleTools.slice(2)]} />
        <ToolButton
          label={toolWords('redo').name}
          icon={Redo2}
          disabled={!facts.canRedo}
          onClick={() => editor.redo()}
        />
      </span>
      <ToolButton label={editorWords.hideKeyboard} icon={ChevronDown} onClick={() => editor.view.dom.blur()} />
    </Toolbar>
  )
}
