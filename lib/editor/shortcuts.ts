/**
 * Keys of the editor that have a name: what the keymap binds and the sheet of shortcuts lists, so that neither can say what
 * the other does not do. The first key of a line is the one that is shown. As prosemirror-keymap writes them; `Mod` is the
 * command key of a Mac and Ctrl elsewhere.
 */
export const shortcuts = {
  bold: ['Mod-b'],
  italic: ['Mod-i'],
  underline: ['Mod-u'],
  strike: ['Mod-Shift-x', 'Mod-Shift-s'],
  code: ['Mod-e'],
  highlight: ['Mod-Shift-h'],
  math: ['Mod-Shift-e'],
  link: ['Mod-k'],
  comment: ['Mod-Alt-m'],
  paragraph: ['Mod-Alt-0'],
  'heading-1': ['Mod-Alt-1'],
  'heading-2': ['Mod-Alt-2'],
  'heading-3': ['Mod-Alt-3'],
  'heading-4': ['Mod-Alt-4'],
  ordered: ['Mod-Shift-7'],
  bullet: ['Mod-Shift-8'],
  task: ['Mod-Shift-9'],
  quote: ['Mod-Shift-.'],
  tick: ['Mod-Enter'],
  indent: ['Tab', 'Mod-]'],
  dedent: ['Shift-Tab', 'Mod-['],
  'move-up': ['Alt-Shift-ArrowUp'],
  'move-down': ['Alt-Shift-ArrowDown'],
  duplicate: ['Mod-Shift-d'],
  'block-menu': ['Alt-Enter'],
  toolbar: ['Alt-F10'],
  find: ['Mod-f'],
  outline: ['Mod-Shift-o'],
  'focus-mode': ['Mod-Shift-f'],
  undo: ['Mod-z'],
  redo: ['Mod-Shift-z', 'Mod-y'],
  shortcuts: ['Mod-/'],
} as const satisfies Readonly<Record<string, readonly string[]>>

export type ShortcutName = keyof typeof shortcuts

/** The key that a name is shown with; `undefined` for what has none. */
export const shortcutOf = (name: string): string | undefined =>
  Object.hasOwn(shortcuts, name) ? shortcuts[name as ShortcutName][0] : undefined
