import type { DOMOutputSpec, Node, NodeSpec } from 'prosemirror-model'
import type { ElementLike } from '#lib/schema/element-like'

/** A day of the calendar in the text, the same for everybody wherever they are. */

/** As in `2026-11-26`, or `undefined` for any value that is no day. */
export function dateValue(value: unknown): string | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(value)) return undefined
  const day = new Date(`${value}T00:00:00Z`)
  return Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== value ? undefined : value
}

const textOf = ({ attrs }: Node): string => dateValue(attrs.value) ?? '…'

export const dateNode: NodeSpec = {
  attrs: { value: { default: '' } },
  inline: true,
  group: 'inline',
  atom: true,
  draggable: true,
  parseDOM: [
    {
      tag: 'time[datetime]',
      getAttrs: (element: ElementLike) => {
        const value = dateValue(element.getAttribute('datetime'))
        return value === undefined ? false : { value }
      },
    },
  ],
  toDOM: (node): DOMOutputSpec => ['time', { class: 'date', datetime: dateValue(node.attrs.value) }, textOf(node)],
  leafText: textOf,
}
