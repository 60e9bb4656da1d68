import { Menu } from '@base-ui/react/menu'
import {
  AlignCenter,
  AlignLeft,
  AlignRight,
  ArrowDown,
  ArrowLeft,
  ArrowRight,
  ArrowUp,
  BetweenHorizontalEnd,
  BetweenHorizontalStart,
  BetweenVerticalEnd,
  BetweenVerticalStart,
  Check,
  ChevronsLeftRight,
  ChevronsRightLeft,
  Columns3,
  Ellipsis,
  type LucideIcon,
  PanelLeft,
  PanelTop,
  Rows3,
  SquareSplitHorizontal,
  TableCellsMerge,
  Trash2,
} from 'lucide-react'
import { useRef } from 'react'
import { useEditorFacts } from '#components/editor/editor-facts'
import { useBesideBlock } from '#components/editor/floating'
import { MenuPopup } from '#components/editor/menu-popup'
import { runFromMenu } from '#components/editor/run-from-menu'
import { ToolButton } from '#components/editor/tool-button'
import type { Editor, EditorFacts } from '#lib/editor/create-editor'
import { selectLine } from '#lib/editor/select-line'
import {
  addColumnAfter,
  addColumnBefore,
  addRowAfter,
  addRowBefore,
  alignCells,
  colourCells,
  deleteColumn,
  deleteRow,
  deleteTable,
  mergeCells,
  moveInTable,
  splitCell,
  type TableFacts,
  toggleHeader,
  WIDTH_STEP,
  widenColumns,
} from '#lib/editor/table-commands'
import { colourWords, editorWords, type TableToolName, tableWords } from '#lib/words/editor-words'

interface TableTool {
  readonly name: TableToolName
  readonly icon: LucideIcon
  readonly command: Parameters<Editor['run']>[0]
  readonly isOn?: (facts: TableFacts) => boolean
}

const tool = (
  name: TableToolName,
  icon: LucideIcon,
  command: TableTool['command'],
  isOn?: TableTool['isOn'],
): TableTool => ({ name, icon, command, ...(isOn ? { isOn } : {}) })

const align = (side: 'left' | 'center' | 'right', icon: LucideIcon): TableTool =>
  tool(`align-${side}`, icon, alignCells(side), (facts) => facts.align === side)

const GROUPS: readonly (readonly TableTool[])[] = [
  [
    tool('select-row', Rows3, selectLine('row')),
    tool('row-above', BetweenHorizontalStart, addRowBefore),
    tool('row-below', BetweenHorizontalEnd, addRowAfter),
    tool('row-up', ArrowUp, moveInTable('row', -1)),
    tool('row-down', ArrowDown, moveInTable('row', 1)),
    tool('delete-row', Trash2, deleteRow),
  ],
  [
    tool('select-column', Columns3, selectLine('column')),
    tool('column-before', BetweenVerticalStart, addColumnBefore),
    tool('column-after', BetweenVerticalEnd, addColumnAfter),
    tool('column-left', ArrowLeft, moveInTable('column', -1)),
    tool('column-right', ArrowRight, moveInTable('column', 1)),
    tool('wider', ChevronsLeftRight, widenColumns(WIDTH_STEP)),
    tool('narrower', ChevronsRightLeft, widenColumns(-WIDTH_STEP)),
    tool('delete-column', Trash2, deleteColumn),
  ],
  [
    tool('header-row', PanelTop, toggleHeader('row'), (facts) => facts.headerRow),
    tool('header-column', PanelLeft, toggleHeader('column'), (facts) => facts.headerColumn),
    tool('merge', TableCellsMerge, mergeCells),
    tool('split', SquareSplitHorizontal, splitCell),
    align('left', AlignLeft),
    align('center', AlignCenter),
    align('right', AlignRight),
  ],
]
const COLOURS = [undefined, 'sand', 'yellow', 'green', 'red'] as const

/** Above the table around the cursor: what is wanted most, and a menu with the rest. The same by fingers. */
export function TableTools({ editor }: { editor: Editor }) {
  const { table, readOnly } = useEditorFacts(editor)
  return table && readOnly === false ? <Tools editor={editor} table={table} /> : null
}

function Tools({ editor, table }: { editor: Editor; table: NonNullable<EditorFacts['table']> }) {
  const bar = useRef<HTMLFieldSetElement>(null)
  useBesideBlock(editor, bar, '.table-frame')
  const run = (command: TableTool['command']) => editor.run(command)
  return (
    <fieldset ref={bar} className="tools table-tools" aria-label={editorWords.table}>
      <ToolButton label={tableWords('row-below')} icon={BetweenHorizontalEnd} onClick={() => run(addRowAfter)} />
      <ToolButton label={tableWords('column-after')} icon={BetweenVerticalEnd} onClick={() => run(addColumnAfter)} />
      {table.canMerge ? (
        <ToolButton label={tableWords('merge')} icon={TableCellsMerge} onClick={() => run(mergeCells)} />
      ) : null}
      <Menu.Root modal={false}>
        <Menu.Trigger render={<ToolButton label={editorWords.tableMenu} icon={Ellipsis} />} />
        <Menu.Portal>
          <Menu.Positioner sideOffset={6} align="start" className="z-30 outline-none">
            <MenuPopup
              className="block-menu rises"
              aria-label={editorWords.tableMenu}
              finalFocus={() => editor.view.dom}
            >
              {GROUPS.map((tools, index) => (
                <Menu.Group key={tools[0]?.name}>
                  {index > 0 ? <Menu.Separator className="block-menu-line" /> : null}
                  {tools
                    .filter(({ command }) => editor.canRun(command))
                    .map(({ name, icon: Icon, command, isOn }) => (
                      <Menu.CheckboxItem
                        key={name}
                        className="block-menu-row"
                        checked={isOn?.(table) ?? false}
                        closeOnClick
                        onCheckedChange={(_, { event }) => runFromMenu(editor, command, event)}
                      >
                        <Icon size={16} aria-hidden="true" />
                        <span className="block-menu-name">{tableWords(name)}</span>
                        {isOn?.(table) ? <Check size={16} aria-hidden="true" /> : null}
                      </Menu.CheckboxItem>
                    ))}
                </Menu.Group>
              ))}
              <Menu.Separator className="block-menu-line" />
              <Menu.Group className="cell-colours">
                <Menu.GroupLabel className="block-menu-label">{editorWords.cellColour}</Menu.GroupLabel>
                {COLOURS.map((colour) => (
                  <Menu.CheckboxItem
                    key={colour ?? 'none'}
                    className="cell-colour"
                    data-colour={colour}
                    aria-label={colourWords(colour)}
                    checked={table.colour === colour}
                    closeOnClick
                    onCheckedChange={(_, { event }) => runFromMenu(editor, colourCells(colour), event)}
                  >
                    {table.colour === colour ? <Check size={14} aria-hidden="true" /> : null}
                  </Menu.CheckboxItem>
                ))}
              </Menu.Group>
              <Menu.Separator className="block-menu-line" />
              <Menu.Item
                className="block-menu-row"
                onClick={({ nativeEvent }) => runFromMenu(editor, deleteTable, nativeEvent)}
              >
                <Trash2 size={16} aria-hidden="true" />
                <span className="block-menu-name">{tableWords('delete-table')}</span>
              </Menu.Item>
            </MenuPopup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
    </fieldset>
  )
}
