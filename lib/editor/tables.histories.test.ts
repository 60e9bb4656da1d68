// @vitest-environment happy-dom
import { TextSelection } from 'prosemirror-state'
import {
  addColumnAfter,
  addColumnBefore,
  addRowAfter,
  addRowBefore,
  CellSelection,
  deleteColumn,
  deleteRow,
  fixTables,
  mergeCells,
  splitCell,
} from 'prosemirror-tables'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { bodyNode } from '#lib/editor/shared-body'
import { alignCells, insertTable, moveInTable, toggleHeader, widenColumns } from '#lib/editor/table-commands'
import { createPost, createScreen, type Screen } from '#lib/testing/editor-screen'
import { createSeededRandom } from '#lib/testing/seeded-random'

type Pick = (limit: number) => number

/** Commands that take away no cell but the ones they say. */
const SHAPES = [
  addRowBefore,
  addRowAfter,
  addColumnBefore,
  addColumnAfter,
  deleteRow,
  deleteColumn,
  toggleHeader('row'),
  toggleHeader('column'),
  alignCells('right'),
  widenColumns(40),
]
/** Commands that write words into other cells than those they stood in. */
const MOVES = [mergeCells, splitCell, moveInTable('row', 1), moveInTable('column', -1)]
const KEYS = ['Tab', 'Shift-Tab', 'Enter', 'Mod-z', 'Mod-y', 'Backspace']

/** Puts the cursor into any text of the page, or selects some cells. */
function goAnywhere({ editor: { view } }: Screen, pick: Pick, mayCells: boolean): void {
  const texts: number[] = []
  const cells: number[] = []
  view.state.doc.descendants((node, position) => {
    if (node.isTextblock) texts.push(position + 1 + pick(node.content.size + 1))
    if (node.type.name === 'table_cell') cells.push(position)
  })
  const [anchor, head] = [cells[pick(cells.length)], cells[pick(cells.length)]]
  const { tr, doc } = view.state
  if (mayCells && anchor !== undefined && head !== undefined && pick(3) === 0)
    view.dispatch(tr.setSelection(CellSelection.create(doc, anchor, head)))
  else view.dispatch(tr.setSelection(TextSelection.near(doc.resolve(texts[pick(texts.length)] ?? 1))))
}

/** Each step writes a sign of its own, so that whatever stands inside something else is still found. */
const signOf = (step: number): string => String.fromCodePoint(0x4e00 + step)
const signsOf = ({ editor: { view } }: Screen): Set<string> => new Set(view.state.doc.textContent)

function isWhole(screen: Screen): void {
  const { state } = screen.editor.view
  state.doc.check()
  expect(fixTables(state)?.steps ?? []).toEqual([])
}

function live(seed: number, commands: readonly (typeof SHAPES)[number][], keys: readonly string[]) {
  const random = createSeededRandom(seed)
  const pick: Pick = (limit) => random.below(limit)
  const screens = [1, 2, 3].map((clientId) => createScreen({ clientId }))
  const anyone = () => screens[pick(screens.length)] as Screen
  const [first] = screens as [Screen]
  const written = new Set<string>()
  const deleted = new Set<string>()
  const post = createPost(...screens)
  first.run(insertTable(2, 2))
  post.handAll()
  for (let step = 0; step < 70; step++) {
    const screen = anyone()
    if (pick(4) === 0) post.hand(anyone(), screen)
    else {
      const before = signsOf(screen)
      goAnywhere(screen, pick, commands.length > SHAPES.length)
      const kind = pick(10)
      if (kind < 4) {
        screen.type(signOf(step))
        written.add(signOf(step))
      } else if (kind < 6) screen.press(keys[pick(keys.length)] ?? '')
      else screen.run(commands[pick(commands.length)] ?? addRowAfter)
      const after = signsOf(screen)
      for (const sign of before) if (!after.has(sign)) deleted.add(sign)
    }
    isWhole(screen)
  }
  post.handAll()
  for (const screen of screens) {
    isWhole(screen)
    expect(screen.strays).toEqual([])
    expect(screen.shown()).toEqual(first.shown())
    expect(bodyNode(screen.doc).toJSON()).toEqual(screen.shown())
    expect(Y.encodeStateVector(screen.doc)).toEqual(Y.encodeStateVector(first.doc))
  }
  const shown = signsOf(first)
  const lost = [...written].filter((sign) => !deleted.has(sign) && !shown.has(sign))
  for (const screen of screens) screen.close()
  return lost
}

const seeds = Array.from(
  { length: Number(process.env.SEEDS ?? 8) },
  (_, seed) => Number(process.env.FIRST_SEED ?? 0) + seed,
)

describe('people who change one table at once', () => {
  it.each(seeds)('end with one whole table and have lost no word, seed %i', (seed) => {
    expect(live(seed, SHAPES, ['Tab', 'Shift-Tab', 'Enter'])).toEqual([])
  })
  it.each(seeds)(
    'end with one whole table and no word lost that nobody deleted, whatever they merge, split, move and undo, seed %i',
    (seed) => {
      expect(live(seed, [...SHAPES, ...MOVES], KEYS)).toEqual([])
    },
  )
})
