import type { DOMOutputSpec, Node, NodeSpec } from 'prosemirror-model'
import type { ElementLike } from '#lib/schema/element-like'

/**
 * A mention names a page or a person by id. The name beside it is the one that was known when it was written: a screen that
 * knows the id shows today's name instead.
 */

const KINDS = ['page', 'person'] as const
export type MentionKind = (typeof KINDS)[number]

/** Somebody or something that text speaks of. */
export interface Mention {
  readonly kind: MentionKind
  /** base64url of the page's or person's id. */
  readonly id: string
  /** On one line; '' where none was known. */
  readonly name: string
}

const MAX_NAME_LENGTH = 200

/** A name on one line, for any value that an edit may carry. */
export const mentionName = (value: unknown): string =>
  typeof value === 'string'
    ? value
        .replace(/[\s\p{C}\p{Zl}\p{Zp}]+/gu, ' ')
        .slice(0, MAX_NAME_LENGTH)
        .trim()
    : ''

/** The mention that these attributes say, or `undefined` for any values that say none. */
export function mentionFrom(attributes: Readonly<Record<string, unknown>>): Mention | undefined {
  const kind = KINDS.find((one) => one === attributes.kind)
  const { id } = attributes
  if (!kind || typeof id !== 'string' || !/^[\w-]{10,64}$/.test(id)) return undefined
  return { kind, id, name: mentionName(attributes.name) }
}

/** As it stands in a text: a person with their sign. */
export const mentionText = ({ kind, name }: Pick<Mention, 'kind' | 'name'>): string =>
  kind === 'person' ? `@${name || '…'}` : name || 'Untitled'

const textOf = ({ attrs }: Node): string => {
  const mention = mentionFrom(attrs)
  return mention ? mentionText(mention) : mentionName(attrs.name)
}

const elementOf = (node: Node): DOMOutputSpec => {
  const mention = mentionFrom(node.attrs)
  const facts = mention ? { 'data-mention': mention.kind, 'data-id': mention.id, 'data-name': mention.name } : {}
  return ['span', { class: 'mention', ...facts }, textOf(node)]
}

export const mentionNode: NodeSpec = {
  attrs: { kind: { default: 'page' }, id: { default: '' }, name: { default: '' } },
  inline: true,
  group: 'inline',
  atom: true,
  draggable: true,
  parseDOM: [
    {
      tag: 'span[data-mention]',
      getAttrs: (element: ElementLike) =>
        mentionFrom({
          kind: element.getAttribute('data-mention'),
          id: element.getAttribute('data-id'),
          name: element.getAttribute('data-name'),
        }) ?? false,
    },
  ],
  toDOM: elementOf,
  leafText: textOf,
}
