import type { FindError } from '#lib/editor/find-matches'
import type { ShortcutName } from '#lib/editor/shortcuts'

/** Names of the editor's tools and the Markdown that does the same. */

export type ToolName =
  | 'bold'
  | 'italic'
  | 'underline'
  | 'strike'
  | 'code'
  | 'link'
  | 'comment'
  | 'paragraph'
  | 'heading-1'
  | 'heading-2'
  | 'heading-3'
  | 'heading-4'
  | 'bullet'
  | 'ordered'
  | 'task'
  | 'quote'
  | 'code-block'
  | 'rule'
  | 'toggle'
  | 'callout'
  | 'table'
  | 'picture'
  | 'file'
  | 'highlight'
  | 'math'
  | 'formula'
  | 'contents'
  | 'date'
  | 'undo'
  | 'redo'

export interface ToolWords {
  readonly name: string
  /** What typed at the start of a line does the same. */
  readonly typed?: string
  /** Other words that people look for it by, lower case. */
  readonly also?: string
}

const TOOLS: Readonly<Record<ToolName, ToolWords>> = {
  bold: { name: 'Bold' },
  italic: { name: 'Italic' },
  underline: { name: 'Underline' },
  strike: { name: 'Strikethrough' },
  code: { name: 'Code' },
  link: { name: 'Link' },
  comment: { name: 'Comment' },
  paragraph: { name: 'Text', also: 'paragraph plain body' },
  'heading-1': { name: 'Heading 1', typed: '#', also: 'title h1' },
  'heading-2': { name: 'Heading 2', typed: '##', also: 'title h2' },
  'heading-3': { name: 'Heading 3', typed: '###', also: 'title h3' },
  'heading-4': { name: 'Heading 4', typed: '####', also: 'title h4' },
  bullet: { name: 'Bulleted list', typed: '-', also: 'unordered points ul' },
  ordered: { name: 'Numbered list', typed: '1.', also: 'ordered ol' },
  task: { name: 'Task list', typed: '[ ]', also: 'todo to-do check box' },
  quote: { name: 'Quote', typed: '>', also: 'cite' },
  'code-block': { name: 'Code block', typed: '```', also: 'source program' },
  rule: { name: 'Dividing line', typed: '---', also: 'divider horizontal rule separator' },
  toggle: { name: 'Folding list', typed: '>>', also: 'toggle collapse details' },
  callout: { name: 'Callout', typed: '!!!', also: 'note box tip warning info alert' },
  table: { name: 'Table', also: 'grid rows columns spreadsheet' },
  picture: { name: 'Picture', also: 'image photo screenshot' },
  file: { name: 'File', also: 'attachment upload document pdf' },
  highlight: { name: 'Highlight', typed: '==' },
  math: { name: 'Formula in the text', typed: '$' },
  contents: { name: 'Contents', also: 'table outline toc' },
  date: { name: 'Date', typed: '@today', also: 'day today calendar' },
  formula: { name: 'Formula', typed: '$$', also: 'maths equation tex latex' },
  undo: { name: 'Undo' },
  redo: { name: 'Redo' },
}

export const toolWords = (tool: ToolName): ToolWords => TOOLS[tool]

/** Whether somebody who typed `query` may mean the tool: each of its words begins one of the tool's, any case. */
export function isMeant(tool: ToolName, query: string): boolean {
  const { name, also = '', typed } = TOOLS[tool]
  return query.trim() === typed || beginsWords(`${name} ${also}`, query)
}

/** Letters between what somebody typed and the tool's name; more than any where the name does not begin with it, or nothing is typed yet. */
export function distance(tool: ToolName, query: string): number {
  const [name, begun] = [plain(TOOLS[tool].name), plain(query.trim())]
  return begun !== '' && name.startsWith(begun) ? name.length - begun.length : Number.MAX_SAFE_INTEGER
}

/** Whether each word of `query` begins one of `text`; case and accents aside. */
export function beginsWords(text: string, query: string): boolean {
  const words = plain(text).split(' ')
  return plain(query)
    .split(' ')
    .filter(Boolean)
    .every((part) => words.some((word) => word.startsWith(part)))
}

const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

/** Keys as they stand on the keyboard: "⌘⇧X" or "Ctrl+Shift+X". */
export function keyWords(keys: string, isMac: boolean): string {
  const parts = keys.split('-').map((part) => SIGNS[part] ?? (part.length === 1 ? part.toUpperCase() : part))
  if (!isMac) return parts.map((part) => (part === 'Mod' ? 'Ctrl' : part)).join('+')
  const signs: Readonly<Record<string, string>> = { Mod: '⌘', Alt: '⌥', Shift: '⇧', Enter: '↩', Tab: '⇥' }
  return parts.map((part) => signs[part] ?? part).join('')
}

const SIGNS: Readonly<Record<string, string>> = { ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→' }

const ACTIONS: Readonly<Record<Exclude<ShortcutName, ToolName>, string>> = {
  tick: 'Tick a task, leave a block of code',
  indent: 'Indent',
  dedent: 'Take back an indent',
  'move-up': 'Move up',
  'move-down': 'Move down',
  duplicate: 'Duplicate',
  'block-menu': 'Menu of the block',
  toolbar: 'Into the toolbar',
  find: 'Find and replace',
  outline: 'Outline and word count',
  'focus-mode': 'Only the page, or everything again',
  shortcuts: 'This sheet',
}

/** What the key of this name does. */
export const shortcutWords = (name: ShortcutName): string =>
  name in TOOLS ? TOOLS[name as ToolName].name : ACTIONS[name as keyof typeof ACTIONS]

export type TableToolName = keyof typeof TABLE_TOOLS

const TABLE_TOOLS = {
  'select-row': 'Select row',
  'row-above': 'Row above',
  'row-below': 'Row below',
  'row-up': 'Move row up',
  'row-down': 'Move row down',
  'delete-row': 'Delete row',
  'select-column': 'Select column',
  'column-before': 'Column before',
  'column-after': 'Column after',
  'column-left': 'Move column left',
  'column-right': 'Move column right',
  wider: 'Wider column',
  narrower: 'Narrower column',
  'delete-column': 'Delete column',
  'header-row': 'Header row',
  'header-column': 'Header column',
  merge: 'Merge cells',
  split: 'Split cell',
  'align-left': 'Align left',
  'align-center': 'Align centre',
  'align-right': 'Align right',
  'delete-table': 'Delete table',
} as const

/** What can be done with a table. */
export const tableWords = (tool: TableToolName): string => TABLE_TOOLS[tool]

const languageNames: ReadonlyMap<string, string> = new Map([
  ['', 'Plain'],
  ['bash', 'Shell'],
  ['cpp', 'C++'],
  ['csharp', 'C#'],
  ['css', 'CSS'],
  ['html', 'HTML'],
  ['javascript', 'JavaScript'],
  ['js', 'JavaScript'],
  ['json', 'JSON'],
  ['math', 'Formula'],
  ['md', 'Markdown'],
  ['php', 'PHP'],
  ['py', 'Python'],
  ['rb', 'Ruby'],
  ['rs', 'Rust'],
  ['sh', 'Shell'],
  ['sql', 'SQL'],
  ['ts', 'TypeScript'],
  ['typescript', 'TypeScript'],
  ['yaml', 'YAML'],
  ['yml', 'YAML'],
])

/** A language as its people write it. */
export const codeLanguageWords = (language: string): string =>
  languageNames.get(language) ?? language.slice(0, 1).toUpperCase() + language.slice(1)

/** What goes along with somebody's caret. */
export const followWords = (name: string): string => `Follow ${name}`

/** Whom the page goes along with. */
export const followingWords = (name: string): string => `Following ${name}`

/** Which of how many matches is shown. */
export const foundWords = ({ at, count }: { readonly at: number; readonly count: number }): string =>
  count === 0 ? 'Nothing found' : `${at} of ${count}`

/** How much is written on a page. */
export const countWordsOf = ({ words, characters }: { readonly words: number; readonly characters: number }): string =>
  `${words.toLocaleString('en')} ${words === 1 ? 'word' : 'words'}, ${characters.toLocaleString('en')} characters`

/** Why nothing was looked for. */
export function findErrorWords(error: FindError): string {
  switch (error.type) {
    case 'bad-pattern':
      return 'No regular expression'
    case 'too-slow':
      return 'Takes too long'
  }
}

/** The colour of a cell. */
export function colourWords(colour: 'sand' | 'yellow' | 'green' | 'red' | undefined): string {
  return { none: 'No colour', sand: 'Sand', yellow: 'Yellow', green: 'Green', red: 'Red' }[colour ?? 'none']
}

/** A day such as `2026-11-26`, as people write it. */
export const dateWords = (value: string): string =>
  new Date(`${value}T00:00:00Z`).toLocaleDateString('en-GB', {
    ...{ day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' },
  })

/** Everything else that the editor says. */
export const editorWords = {
  title: 'Title',
  untitled: 'Untitled',
  body: 'Page',
  placeholder: 'Write here, or paste something.',
  task: 'Done',
  toolbar: 'Formatting',
  kind: 'Kind of block',
  addBlock: 'Add a block below',
  dragBlock: 'Drag to move, press for more',
  blockMenu: 'Block',
  turnInto: 'Turn into',
  deleteBlock: 'Delete',
  stopFollowing: 'Stop',
  copyLink: 'Copy link to this block',
  linkCopied: 'Link copied',
  notCopied: 'This browser does not let Waxwing copy anything.',
  focusMode: 'Only the page',
  leaveFocusMode: 'Show everything',
  blocks: 'Blocks',
  mentions: 'People and pages',
  emoji: 'Emoji',
  today: 'Today',
  tomorrow: 'Tomorrow',
  yesterday: 'Yesterday',
  date: 'Date',
  contents: 'Contents',
  fold: 'Fold',
  find: 'Find and replace',
  outline: 'Outline',
  noOutline: 'Headings of the page come here.',
  findText: 'Find on this page',
  replaceWith: 'Replace with',
  replace: 'Replace',
  replaceAll: 'All',
  matchCase: 'Upper and lower case',
  wholeWord: 'Whole words',
  isPattern: 'Regular expression',
  previousMatch: 'Previous',
  nextMatch: 'Next',
  endFind: 'Close',
  codeBlock: 'Block of code',
  language: 'Language',
  copyCode: 'Copy the code',
  table: 'Table',
  tableMenu: 'More for this table',
  cellColour: 'Colour of the cells',
  shortcuts: 'Keyboard shortcuts',
  shortcutsLead: 'Most signs of Markdown work as you type, and a slash finds every block.',
  hideKeyboard: 'Hide keyboard',
  link: 'Link',
  address: 'Address',
  addressHint: 'Paste or type an address',
  setLink: 'Apply',
  openLink: 'Open link',
  editLink: 'Edit link',
  removeLink: 'Remove link',
  badAddress: 'That is no address of a web page, an e-mail box or a page here.',
} as const
