import type { DOMOutputSpec, NodeSpec } from 'prosemirror-model'
import type { ElementLike } from '#lib/schema/element-like'

/**
 * Blocks and inline nodes but lists. Every attribute has a default and every toDOM tolerates any value: attributes come
 * from other people's edits, and y-prosemirror deletes a node that cannot be built. No toDOM writes a style attribute
 * (strict CSP).
 */

const HEADING_LEVELS = [1, 2, 3, 4] as const

/** 1–4 for any value that an edit may carry. */
export function headingLevel(value: unknown): 1 | 2 | 3 | 4 {
  return HEADING_LEVELS.find((level) => level === value) ?? (typeof value === 'number' && value > 4 ? 4 : 1)
}

/** The name of a programming language, or '' for any value that is none. */
export function codeLanguage(value: unknown): string {
  return typeof value === 'string' && /^[\w+#.-]{1,32}$/.test(value) ? value : ''
}

const paragraph: NodeSpec = {
  content: 'inline*',
  group: 'block',
  parseDOM: [{ tag: 'p' }],
  toDOM: (): DOMOutputSpec => ['p', { dir: 'auto' }, 0],
}

const heading: NodeSpec = {
  attrs: { level: { default: 1 } },
  content: 'inline*',
  group: 'block',
  defining: true,
  parseDOM: [1, 2, 3, 4, 5, 6].map((level) => ({ tag: `h${level}`, attrs: { level: Math.min(level, 4) } })),
  toDOM: (node): DOMOutputSpec => [`h${headingLevel(node.attrs.level)}`, { dir: 'auto' }, 0],
}

const blockquote: NodeSpec = {
  content: 'block+',
  group: 'block',
  defining: true,
  parseDOM: [{ tag: 'blockquote' }],
  toDOM: (): DOMOutputSpec => ['blockquote', 0],
}

const codeBlock: NodeSpec = {
  attrs: { language: { default: '' } },
  content: 'text*',
  marks: '',
  group: 'block',
  code: true,
  defining: true,
  parseDOM: [
    {
      tag: 'pre',
      preserveWhitespace: 'full',
      getAttrs: (element: ElementLike) => ({ language: codeLanguage(element.getAttribute('data-language')) }),
    },
  ],
  toDOM: (node): DOMOutputSpec => {
    const language = codeLanguage(node.attrs.language)
    return ['pre', language ? { 'data-language': language } : {}, ['code', { dir: 'ltr', spellcheck: 'false' }, 0]]
  },
}

const TONES = ['note', 'tip', 'warning'] as const
export type CalloutTone = (typeof TONES)[number]

/** The tone of a callout for any value that an edit may carry. */
export const calloutTone = (value: unknown): CalloutTone => TONES.find((tone) => tone === value) ?? 'note'

const callout: NodeSpec = {
  attrs: { tone: { default: 'note' } },
  content: 'block+',
  group: 'block',
  defining: true,
  parseDOM: [
    {
      tag: 'div[data-callout]',
      getAttrs: (element: ElementLike) => ({ tone: calloutTone(element.getAttribute('data-callout')) }),
    },
  ],
  toDOM: (node): DOMOutputSpec => ['div', { 'data-callout': calloutTone(node.attrs.tone), role: 'note' }, 0],
}

const horizontalRule: NodeSpec = {
  group: 'block',
  parseDOM: [{ tag: 'hr' }],
  toDOM: (): DOMOutputSpec => ['hr'],
}

const hardBreak: NodeSpec = {
  inline: true,
  group: 'inline',
  selectable: false,
  linebreakReplacement: true,
  parseDOM: [{ tag: 'br' }],
  toDOM: (): DOMOutputSpec => ['br'],
  leafText: () => '\n',
}

/** In order of preference: the first is what an empty place is filled with. */
export const blockNodes = {
  paragraph,
  heading,
  blockquote,
  code_block: codeBlock,
  callout,
  horizontal_rule: horizontalRule,
} satisfies Record<string, NodeSpec>

export const inlineNodes = {
  text: { group: 'inline' },
  hard_break: hardBreak,
} satisfies Record<string, NodeSpec>
