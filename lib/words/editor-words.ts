/** Names of the editor's tools, their keys and the Markdown that does the same. */

export type ToolName =
  | 'bold'
  | 'italic'
  | 'underline'
  | 'strike'
  | 'code'
  | 'link'
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
  | 'undo'
  | 'redo'

export interface ToolWords {
  readonly name: string
  /** As prosemirror-keymap writes it; `Mod` is the command key of a Mac and Ctrl elsewhere. */
  readonly keys?: string
  /** What typed at the start of a line does the same. */
  readonly typed?: string
}

const TOOLS: Readonly<Record<ToolName, ToolWords>> = {
  bold: { name: 'Bold', keys: 'Mod-B' },
  italic: { name: 'Italic', keys: 'Mod-I' },
  underline: { name: 'Underline', keys: 'Mod-U' },
  strike: { name: 'Strikethrough', keys: 'Mod-Shift-X' },
  code: { name: 'Code', keys: 'Mod-E' },
  link: { name: 'Link', keys: 'Mod-K' },
  paragraph: { name: 'Text', keys: 'Mod-Alt-0' },
  'heading-1': { name: 'Heading 1', keys: 'Mod-Alt-1', typed: '#' },
  'heading-2': { name: 'Heading 2', keys: 'Mod-Alt-2', typed: '##' },
  'heading-3': { name: 'Heading 3', keys: 'Mod-Alt-3', typed: '###' },
  'heading-4': { name: 'Heading 4', keys: 'Mod-Alt-4', typed: '####' },
  bullet: { name: 'Bulleted list', keys: 'Mod-Shift-8', typed: '-' },
  ordered: { name: 'Numbered list', keys: 'Mod-Shift-7', typed: '1.' },
  task: { name: 'Task list', keys: 'Mod-Shift-9', typed: '[ ]' },
  quote: { name: 'Quote', keys: 'Mod-Shift-.', typed: '>' },
  'code-block': { name: 'Code block', typed: '```' },
  rule: { name: 'Dividing line', typed: '---' },
  undo: { name: 'Undo', keys: 'Mod-Z' },
  redo: { name: 'Redo', keys: 'Mod-Shift-Z' },
}

export const toolWords = (tool: ToolName): ToolWords => TOOLS[tool]

/** Keys as they stand on the keyboard: "⌘⇧X" or "Ctrl+Shift+X". */
export function keyWords(keys: string, isMac: boolean): string {
  const parts = keys.split('-')
  if (!isMac) return parts.map((part) => (part === 'Mod' ? 'Ctrl' : part)).join('+')
  const signs: Readonly<Record<string, string>> = { Mod: '⌘', Alt: '⌥', Shift: '⇧' }
  return parts.map((part) => signs[part] ?? part).join('')
}

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
  dragBlock: 'Drag to move',
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
