// @vitest-environment happy-dom
import { deleteSelection } from 'prosemirror-commands'
import type { Node } from 'prosemirror-model'
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
import { bodyNode } from '#lib/editor/shared-body'
import {
  addColumnBefore,
  addRowAfter,
  deleteColumn,
  deleteRow,
  insertTable,
  splitCell,
  toggleHeader,
} from '#lib/editor/table-commands'
import { createScreen, deliver, type Screen } from '#lib/testing/editor-screen'
import { createSeededRandom } from '#lib/testing/seeded-random'

const COMMANDS = [
  toggleStyle('bold'),
  toggleStyle('code'),
  toggleHeading(1),
  toggleHeading(3),
  toggleList('bullet'),
  toggleList('ordered'),
  toggleList('task'),
  toggleQuote,
  toggleStyle('highlight'),
  toggleList('toggle'),
  toggleCallout,
  toggleCodeBlock,
  setCodeLanguage('js'),
  toggleTask,
  duplicateBlock,
  deleteBlock,
  insertTable(2, 2),
  addRowAfter,
  addColumnBefore,
  deleteRow,
  deleteColumn,
  splitCell,
  toggleHeader('column'),
  insertRule,
  insertHardBreak,
  indentList,
  dedentList,
  setLink('https://a.example'),
  unsetLink,
  deleteSelection,
]
const KEYS = [
  'Enter',
  'Enter',
  'Backspace',
  'Delete',
  'Tab',
  'Shift-Tab',
  'Shift-Enter',
  'Mod-z',
  'Mod-y',
  'Alt-Shift-ArrowUp',
  'Mod-Shift-d',
]
const WORDS = ['a', 'bc ', '- ', '# ', '1. ', '[ ] ', '> ', '**x** ', '>> ', '!!! ', '/x', 'é🐦', 'https://b.example ']

/** One person does something anywhere on their page. */
function act(screen: Screen, pick: (limit: number) => number): void {
  const { view } = screen.editor
  const texts: [number, number][] = []
  view.state.doc.descendants((node, position) => {
    if (node.isTextblock) texts.push([position + 1, position + 1 + node.content.size])
  })
  const place = () => {
    const [from, to] = texts[pick(texts.length)] ?? [1, 1]
    const at = from + pick(to - from + 1)
    return /[\ud800-\udbff]$/.test(view.state.doc.textBetween(from, at, '', ' ')) ? at - 1 : at
  }
  if (texts.length > 0) {
    const from = place()
    screen.run(selectCharacters(from, pick(3) === 0 ? place() : from))
  }
  const kind = pick(10)
  if (kind < 5) screen.type(WORDS[pick(WORDS.length)] ?? '')
  else if (kind < 7) screen.press(KEYS[pick(KEYS.length)] ?? '')
  else screen.run(COMMANDS[pick(COMMANDS.length)] ?? toggleQuote)
}

/** What a page shows; y-prosemirror keeps no style on a line break, which has nothing to show it on. */
const shown = (doc: Node): unknown =>
  JSON.parse(
    JSON.stringify(doc.toJSON(), (_key, value) => (value?.type === 'hard_break' ? { type: value.type } : value)),
  )

describe('people who write at once', () => {
  const seeds = Number(process.env.SEEDS ?? 12)
  it.each(Array.from({ length: seeds }, (_, seed) => seed))('end with one page, seed %i', (seed) => {
    const random = createSeededRandom(seed)
    const pick = (limit: number) => random.below(limit)
    const screens = [createScreen({ clientId: 1 }), createScreen({ clientId: 2 }), createScreen({ clientId: 3 })]
    const anyone = () => screens[pick(screens.length)] as Screen
    screens[0]?.type('Hello')
    for (let step = 0; step < 60; step++) {
      if (pick(5) === 0) deliver(anyone(), anyone())
      else act(anyone(), pick)
    }
    for (let round = 0; round < 3; round++) {
      for (const from of screens) deliver(from, ...screens.filter((screen) => screen !== from))
    }
    const [first] = screens
    for (const screen of screens) {
      screen.editor.view.state.doc.check()
      expect(screen.strays).toEqual([])
      expect(shown(screen.editor.view.state.doc)).toEqual(shown((first as Screen).editor.view.state.doc))
      expect(shown(bodyNode(screen.doc))).toEqual(shown(screen.editor.view.state.doc))
      expect(Y.encodeStateVector(screen.doc)).toEqual(Y.encodeStateVector((first as Screen).doc))
    }
    for (const screen of screens) screen.close()
  })
})
