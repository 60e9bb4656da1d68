import { Menu } from '@base-ui/react/menu'
import {
  ArrowDown,
  ArrowUp,
  Copy,
  Footprints,
  Link2,
  ListTree,
  type LucideIcon,
  MessageSquarePlus,
  Search,
  Trash2,
} from 'lucide-react'
import { useEffect, useRef } from 'react'
import { KindRows } from '#components/editor/block-menu'
import { useEditorFacts } from '#components/editor/editor-facts'
import { MenuPopup } from '#components/editor/menu-popup'
import { runFromMenu } from '#components/editor/run-from-menu'
import { isMac } from '#components/ui/is-mac'
import { deleteBlock, duplicateBlock } from '#lib/editor/block-actions'
import type { Editor } from '#lib/editor/create-editor'
import { follow } from '#lib/editor/follow'
import { moveBlock } from '#lib/editor/keymap'
import { shortcutOf } from '#lib/editor/shortcuts'
import { editorWords, followWords, keyWords, shortcutWords } from '#lib/words/editor-words'

interface BlockAction {
  readonly icon: LucideIcon
  readonly name: string
  readonly keys?: string | undefined
  readonly command: Parameters<Editor['run']>[0]
}

const action = (
  name: 'duplicate' | 'move-up' | 'move-down',
  icon: LucideIcon,
  command: BlockAction['command'],
): BlockAction => ({ icon, name: shortcutWords(name), keys: shortcutOf(name), command })

const ACTIONS: readonly BlockAction[] = [
  action('duplicate', Copy, duplicateBlock),
  action('move-up', ArrowUp, moveBlock('up')),
  action('move-down', ArrowDown, moveBlock('down')),
  { icon: Trash2, name: editorWords.deleteBlock, command: deleteBlock },
]

/** What a block menu stands beside: anything that has a place on screen. */
export interface MenuAnchor {
  getBoundingClientRect(): DOMRect
}

/**
 * What can be done with the selected blocks, what they can be turned into, and what concerns the whole page, for hands without
 * keys; shown while there is an `anchor`.
 */
export function BlockActionsMenu({
  editor,
  anchor,
  onClose,
  onFind,
  onOutline,
  onCopyLink,
  onComment,
}: {
  editor: Editor
  anchor: MenuAnchor | undefined
  onClose: () => void
  onFind: () => void
  onOutline: () => void
  onCopyLink: () => void
  /** Absent for whoever may not comment. */
  onComment: (() => void) | undefined
}) {
  const { others } = useEditorFacts(editor)
  /** What was chosen takes the keys: the menu, which goes later, must not bring them back to the page. */
  const leaves = useRef(false)
  useEffect(() => {
    if (anchor) leaves.current = false
  }, [anchor])
  const leaving = (go: () => void) => () => {
    leaves.current = true
    go()
  }
  const pageTools = [
    { icon: Search, name: 'find', onChoose: leaving(onFind) },
    { icon: ListTree, name: 'outline', onChoose: onOutline },
  ] as const
  return (
    <Menu.Root open={anchor !== undefined} onOpenChange={(open) => !open && onClose()} modal={false}>
      <Menu.Portal>
        <Menu.Positioner anchor={anchor ?? null} sideOffset={6} align="start" className="z-30 outline-none">
          <MenuPopup
            className="block-menu rises"
            aria-label={editorWords.blockMenu}
            finalFocus={() => (leaves.current ? false : editor.view.dom)}
          >
            {ACTIONS.map(({ icon: Icon, name, keys, command }) => (
              <Menu.Item
                key={name}
                className="block-menu-row"
                onClick={({ nativeEvent }) => runFromMenu(editor, command, nativeEvent)}
              >
                <Icon size={16} aria-hidden="true" />
                <span className="block-menu-name">{name}</span>
                <span className="block-menu-typed">{keys ? keyWords(keys, isMac()) : null}</span>
              </Menu.Item>
            ))}
            <Menu.Item className="block-menu-row" onClick={onCopyLink}>
              <Link2 size={16} aria-hidden="true" />
              <span className="block-menu-name">{editorWords.copyLink}</span>
            </Menu.Item>
            {onComment ? (
              <Menu.Item className="block-menu-row" onClick={leaving(onComment)}>
                <MessageSquarePlus size={16} aria-hidden="true" />
                <span className="block-menu-name">{shortcutWords('comment')}</span>
                <span className="block-menu-typed">{keyWords(shortcutOf('comment') ?? '', isMac())}</span>
              </Menu.Item>
            ) : null}
            <Menu.Separator className="block-menu-line" />
            <Menu.Group>
              <Menu.GroupLabel className="block-menu-label">{editorWords.turnInto}</Menu.GroupLabel>
              <KindRows editor={editor} />
            </Menu.Group>
            <Menu.Separator className="block-menu-line" />
            {others.map(({ client, name }) => (
              <Menu.Item key={client} className="block-menu-row" onClick={() => editor.run(follow(client))}>
                <Footprints size={16} aria-hidden="true" />
                <span className="block-menu-name">{followWords(name)}</span>
              </Menu.Item>
            ))}
            {pageTools.map(({ icon: Icon, name, onChoose }) => (
              <Menu.Item key={name} className="block-menu-row" onClick={onChoose}>
                <Icon size={16} aria-hidden="true" />
                <span className="block-menu-name">{shortcutWords(name)}</span>
                <span className="block-menu-typed">{keyWords(shortcutOf(name) ?? '', isMac())}</span>
              </Menu.Item>
            ))}
          </MenuPopup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}
