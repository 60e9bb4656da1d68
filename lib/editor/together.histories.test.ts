// @vitest-environment happy-dom
import { deleteSelection } from 'prosemirror-commands'
import type { Node, NodeType } from 'prosemirror-model'
import { type Command, TextSelection } from 'prosemirror-state'
import { CellSelection, fixTables } from 'prosemirror-tables'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { deleteBlock, duplicateBlock } from '#lib/editor/block-actions'
import { setCodeLanguage } from '#lib/editor/code-keys'
import {
  dedentList,
  indentList,
  insertHardBreak,
  insertRule,
  selectCharacters,
  setLink,
  toggleCallout,
  toggleCodeBlock,
  toggleHeading,
  toggleList,
  toggleQuote,
  toggleStyle,
  toggleTask,
  unsetLink,
} from '#lib/editor/commands'
import { type CommentMarks, createCommentMarks, type MarkedPassage } from '#lib/editor/comment-marks'
import { moveBlock } from '#lib/editor/keymap'
import { bodyNode } from '#lib/editor/shared-body'
import {
  addColumnBefore,
  addRowAfter,
  alignCells,
  colourCells,
  deleteColumn,
  deleteRow,
  deleteTable,
  insertTable,
  mergeCells,
  moveInTable,
  splitCell,
  toggleHeader,
  widenColumns,
} from '#lib/editor/table-commands'
import { schema } from '#lib/schema/schema'
import { createPost, createScreen, type Screen } from '#lib/testing/editor-screen'
import { createSeededRandom } from '#lib/testing/seeded-random'

type Pick = (limit: number) => number

/** Puts a leaf of any kind that the schema has at the selection, marked with `sign` where it can say anything. */
const insertLeaf =
  (type: NodeType, sign: string): Command =>
  (state, dispatch) => {
    const node = type.createAndFill(type.spec.attrs?.name ? { name: sign } : null)
    if (node) dispatch?.(state.tr.replaceSelectionWith(node))
    return node !== null
  }
const LEAVES = Object.values(schema.nodes).filter(
  (type) => (type.isLeaf && !type.isText) || type === schema.nodes.image,
)

/** Commands that take no words away where nothing is selected. */
const CHANGES: readonly Command[] = [
  toggleStyle('bold'),
  toggleStyle('code'),
  toggleStyle('highlight'),
  setLink('https://a.example'),
  unsetLink,
  toggleHeading(1),
  toggleHeading(3),
  toggleList('bullet'),
  toggleList('ordered'),
  toggleList('task'),
  toggleList('toggle'),
  toggleQuote,
  toggleCallout,
  toggleCodeBlock,
  setCodeLanguage('js'),
  toggleTask,
  indentList,
  dedentList,
  duplicateBlock,
  moveBlock('up'),
  moveBlock('down'),
  insertTable(2, 2),
  addRowAfter,
  addColumnBefore,
  mergeCells,
  splitCell,
  moveInTable('row', 1),
  moveInTable('column', -1),
  toggleHeader('column'),
  alignCells('right'),
  colourCells('green'),
  widenColumns(40),
  insertRule,
  insertHardBreak,
]
const DELETIONS: readonly Command[] = [deleteBlock, deleteSelection, deleteRow, deleteColumn, deleteTable]
const KEYS = ['Enter', 'Enter', 'Tab', 'Shift-Tab', 'Shift-Enter', 'Mod-Shift-d', 'Alt-Shift-ArrowUp']
const DELETING_KEYS = ['Backspace', 'Delete']
const WORDS = ['a', 'bc ', '- ', '# ', '1. ', '[ ] ', '> ', '**x** ', '>> ', '!!! ', '/x', 'é🐦', 'https://b.example ']

/** Each step writes a sign of its own, so that whatever stands inside something else is still found. */
const signOf = (step: number): string => String.fromCodePoint(0x4e00 + step)
function signsOf({ editor: { view } }: Screen): readonly string[] {
  let said = ''
  view.state.doc.descendants(({ text, attrs }) => {
    said += text ?? attrs.name ?? ''
  })
  return said.match(/[\u4e00-\u5fff]/g) ?? []
}

/** Puts the cursor into any text of the page, or selects some of it, or some cells. */
function goAnywhere({ editor: { view }, run }: Screen, pick: Pick): void {
  const texts: [number, number][] = []
  const cells: number[] = [] // reason: of one table, for a selection of cells lies in one
  view.state.doc.descendants((node, position) => {
    if (node.isTextblock) texts.push([position + 1, position + 1 + node.content.size])
    if (node.type.name === 'table') cells.length = 0
    if (node.type.name === 'table_cell') cells.push(position)
  })
  const place = () => {
    const [from, to] = texts[pick(texts.length)] ?? [1, 1]
    const at = from + pick(to - from + 1)
    return /[\ud800-\udbff]$/.test(view.state.doc.textBetween(from, at, '', ' ')) ? at - 1 : at
  }
  const [anchor, head] = [cells[pick(cells.length)], cells[pick(cells.length)]]
  const { tr, doc } = view.state
  if (anchor !== undefined && head !== undefined && pick(8) === 0)
    view.dispatch(tr.setSelection(CellSelection.create(doc, anchor, head)))
  else if (texts.length > 0) {
    const from = place()
    run(selectCharacters(from, pick(4) === 0 ? place() : from))
  }
}

/** What a page shows; y-prosemirror keeps no style on a leaf, which has nothing to show it on. */
const shown = (doc: Node): unknown =>
  JSON.parse(
    JSON.stringify(doc.toJSON(), (_key, value) =>
      value?.marks && schema.nodes[value.type]?.isLeaf && value.type !== 'text'
        ? { ...value, marks: undefined }
        : value,
    ),
  )

/** Three people on one page, what they wrote, and what somebody took away who saw it. */
function gather() {
  const people = [1, 2, 3].map((clientId) => {
    const marks: CommentMarks = createCommentMarks({ onChosen() {}, onOrder() {}, onMoved() {} })
    return { marks, screen: createScreen({ clientId, comments: marks }) }
  })
  const screens = people.map(({ screen }) => screen)
  return {
    ...{ people, screens, post: createPost(...screens) },
    writers: new Map<string, Screen>(),
    deleted: new Set<string>(),
    passages: [] as MarkedPassage[],
  }
}
type Company = ReturnType<typeof gather>

/** Runs `act` and notes what it takes away, be it one of several copies; the words that nobody meant to be taken. */
function watch(
  { writers, deleted }: Company,
  screen: Screen,
  mayTake: 'any' | 'own' | 'none',
  act: () => void,
): string[] {
  const before = signsOf(screen)
  act()
  const after = signsOf(screen)
  const countIn = (signs: readonly string[], sign: string) => signs.filter((one) => one === sign).length
  const fewer = before.filter((sign) => countIn(after, sign) < countIn(before, sign))
  const gone = fewer.filter((sign) => !after.includes(sign) && !deleted.has(sign))
  for (const sign of fewer) deleted.add(sign)
  return gone.filter((sign) => mayTake === 'none' || (mayTake === 'own' && writers.get(sign) !== screen))
}

/** One person does something anywhere on their page. */
function act(company: Company, screen: Screen, step: number, pick: Pick): string[] {
  const { view } = screen.editor
  goAnywhere(screen, pick)
  const isPlace = view.state.selection instanceof TextSelection && view.state.selection.empty
  const kind = pick(20)
  if (kind < 9) {
    const words = WORDS[pick(WORDS.length)] ?? ''
    const unmeant = watch(company, screen, isPlace ? 'none' : 'any', () => screen.type(signOf(step) + words))
    if (signsOf(screen).includes(signOf(step))) company.writers.set(signOf(step), screen)
    return unmeant
  }
  if (kind < 12) {
    const key = KEYS[pick(KEYS.length)] ?? ''
    return watch(company, screen, isPlace ? 'none' : 'any', () => screen.press(key))
  }
  if (kind < 13) return watch(company, screen, 'own', () => screen.press(pick(3) === 0 ? 'Mod-y' : 'Mod-z'))
  if (kind < 14) {
    const [key, command] = [DELETING_KEYS[pick(2)] ?? '', DELETIONS[pick(DELETIONS.length)] ?? deleteBlock]
    return watch(company, screen, 'any', () => (pick(2) === 0 ? screen.press(key) : screen.run(command)))
  }
  if (kind < 15) {
    const about = company.people.find((one) => one.screen === screen)?.marks.selected()
    const passage = { id: `${step}`, places: [about], isOpen: true, isMine: true }
    if (about) company.passages.push(JSON.parse(JSON.stringify(passage)))
    for (const { marks } of company.people) marks.show(company.passages, undefined)
    return []
  }
  const leaf = LEAVES[pick(LEAVES.length + CHANGES.length)]
  const command = (leaf && insertLeaf(leaf, signOf(step))) ?? CHANGES[pick(CHANGES.length)] ?? toggleQuote
  const unmeant = watch(company, screen, isPlace ? 'none' : 'any', () => screen.run(command))
  if (leaf && signsOf(screen).includes(signOf(step))) company.writers.set(signOf(step), screen)
  return unmeant
}

function expectOnePage({ screens, post, deleted, writers }: Company): void {
  post.handAll()
  const [first] = screens as [Screen]
  for (const screen of screens) {
    const { state } = screen.editor.view
    state.doc.check()
    expect(fixTables(state)?.steps ?? []).toEqual([])
    expect(screen.strays).toEqual([])
    expect(shown(state.doc)).toEqual(shown(first.editor.view.state.doc))
    expect(shown(bodyNode(screen.doc))).toEqual(shown(state.doc))
    expect(Y.encodeStateVector(screen.doc)).toEqual(Y.encodeStateVector(first.doc))
  }
  const here = signsOf(first)
  expect([...writers.keys()].filter((sign) => !deleted.has(sign) && !here.includes(sign))).toEqual([])
}

const seeds = Array.from(
  { length: Number(process.env.SEEDS ?? 12) },
  (_, seed) => Number(process.env.FIRST_SEED ?? 0) + seed,
)

describe('people who write at once', () => {
  it.each(seeds)('end with one page and every word that nobody deleted, and undo their own alone, seed %i', (seed) => {
    const random = createSeededRandom(seed)
    const pick: Pick = (limit) => random.below(limit)
    const company = gather()
    const { screens, post } = company
    const anyone = () => screens[pick(screens.length)] as Screen
    screens[0]?.type('Hello')
    for (let step = 0; step < 70; step++) {
      if (pick(4) === 0) post.hand(anyone(), anyone())
      else expect(act(company, anyone(), step, pick)).toEqual([])
    }
    expectOnePage(company)
    for (const screen of screens) {
      expect(
        watch(company, screen, 'own', () => {
          while (screen.editor.undo());
        }),
      ).toEqual([])
    }
    expectOnePage(company)
    for (const screen of screens) screen.close()
  })
})
