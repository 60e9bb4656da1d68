import { Menu } from '@base-ui/react/menu'
import { Check } from 'lucide-react'
import type { ReactElement } from 'react'
import { useEditorFacts } from '#components/editor/editor-facts'
import { MenuPopup } from '#components/editor/menu-popup'
import { runFromMenu } from '#components/editor/run-from-menu'
import { blockTools } from '#components/editor/tools'
import type { Editor } from '#lib/editor/create-editor'
import { editorWords, toolWords } from '#lib/words/editor-words'

/** A row for each kind of block, for a menu. */
export function KindRows({ editor, onChoose }: { editor: Editor; onChoose?: () => void }) {
  const facts = useEditorFacts(editor)
  return blockTools.map((tool) => {
    const { name, typed } = toolWords(tool.name)
    const isOn = tool.isOn?.(facts) ?? false
    return (
      <Menu.CheckboxItem
        key={tool.name}
        className="block-menu-row"
        checked={isOn}
        closeOnClick
        onCheckedChange={(_, { event }) => {
          onChoose?.()
          runFromMenu(editor, tool.command, event)
        }}
      >
        <tool.icon size={16} aria-hidden="true" />
        <span className="block-menu-name">{name}</span>
        {isOn ? <Check size={16} aria-hidden="true" /> : <span className="block-menu-typed">{typed}</span>}
      </Menu.CheckboxItem>
    )
  })
}

/** Every kind of block, with the Markdown that makes it at the row's end. Choosing one gives the focus back to the page. */
export function BlockMenu({
  editor,
  trigger,
  onOpenChange,
  onChoose,
}: {
  editor: Editor
  trigger: ReactElement
  onOpenChange?: (open: boolean) => void
  /** Before the chosen command runs. */
  onChoose?: () => void
}) {
  return (
    <Menu.Root modal={false} {...(onOpenChange ? { onOpenChange: (open: boolean) => onOpenChange(open) } : {})}>
      <Menu.Trigger render={trigger} />
      <Menu.Portal>
        <Menu.Positioner sideOffset={6} align="start" className="z-30 outline-none">
          <MenuPopup className="block-menu rises" aria-label={editorWords.kind} finalFocus={() => editor.view.dom}>
            <KindRows editor={editor} {...(onChoose ? { onChoose } : {})} />
          </MenuPopup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}
