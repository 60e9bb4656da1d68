import type { AttributeSpec, DOMOutputSpec, Node, NodeSpec } from 'prosemirror-model'
import type { ElementLike } from '#lib/schema/element-like'

/**
 * One list item, of any kind and depth; a list is a row of items. The shape is that of prosemirror-flat-list, so that
 * its commands and its marker clicks work, written afresh because its toDOM needs a style attribute.
 */

const LIST_KINDS = ['bullet', 'ordered', 'task', 'toggle'] as const
export type ListKind = (typeof LIST_KINDS)[number]

/** A list kind for any value that an edit may carry. */
export function listKind(value: unknown): ListKind {
  return LIST_KINDS.find((kind) => kind === value) ?? 'bullet'
}

/** The number an ordered list is set to here, or `undefined` to count on. */
export function listOrder(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}

const orderFrom = (text: string | null): number | null =>
  text !== null && /^\d{1,9}$/.test(text) ? Number.parseInt(text, 10) : null

const OWN_CHECKBOX = [
  ':scope > input[type="checkbox"]',
  ':scope > label > input[type="checkbox"]',
  ':scope > p > input[type="checkbox"]',
  ':scope > span > input[type="checkbox"]',
].join(', ')

function toDOM(node: Node): DOMOutputSpec {
  const kind = listKind(node.attrs.kind)
  const order = listOrder(node.attrs.order)
  const nested = node.firstChild?.type === node.type
  const attributes = {
    class: 'prosemirror-flat-list',
    'data-list-kind': nested ? undefined : kind,
    'data-list-order': order === undefined ? undefined : String(order),
    'data-list-checked': node.attrs.checked === true ? '' : undefined,
    'data-list-collapsed': node.attrs.collapsed === true ? '' : undefined,
    'data-list-collapsable': node.childCount >= 2 ? '' : undefined,
  }
  const content: DOMOutputSpec = ['div', { class: 'list-content' }, 0]
  if (nested || (kind !== 'task' && kind !== 'toggle')) return ['div', attributes, content]
  const marker = { class: 'list-marker list-marker-click-target', contenteditable: 'false' }
  if (kind === 'toggle') return ['div', attributes, ['div', marker, ['button', { type: 'button' }]], content]
  const box = { type: 'checkbox', checked: node.attrs.checked === true ? '' : undefined }
  return ['div', attributes, ['div', marker, ['label', ['input', box]]], content]
}

/** `splittable` is read by prosemirror-flat-list: a split item goes on as the same kind. */
const kindAttribute: AttributeSpec & { splittable: boolean } = { default: 'bullet', splittable: true }

/** See {@link listKind}, {@link listOrder}; `checked` and `collapsed` count only when `true`. */
export const listNode: NodeSpec = {
  attrs: {
    kind: kindAttribute,
    order: { default: null },
    checked: { default: false },
    collapsed: { default: false },
  },
  content: 'block+',
  group: 'flatList block',
  definingForContent: true,
  definingAsContext: false,
  parseDOM: [
    {
      tag: 'div[data-list-kind]',
      getAttrs: (element: ElementLike) => ({
        kind: listKind(element.getAttribute('data-list-kind')),
        order: orderFrom(element.getAttribute('data-list-order')),
        checked: element.hasAttribute('data-list-checked'),
        collapsed: element.hasAttribute('data-list-collapsed'),
      }),
    },
    {
      tag: 'ul > li',
      getAttrs: (element: ElementLike) => {
        const checkbox = element.querySelector(OWN_CHECKBOX)
        return checkbox ? { kind: 'task', checked: checkbox.hasAttribute('checked') } : { kind: 'bullet' }
      },
    },
    {
      tag: 'ol > li',
      getAttrs: (element: ElementLike) => ({ kind: 'ordered', order: orderFrom(element.getAttribute('value')) }),
    },
    // Word processors nest a list beside its item instead of inside it.
    { tag: ':is(ul, ol) > :is(ul, ol)', getAttrs: () => ({ kind: 'bullet' }) },
  ],
  toDOM,
}
