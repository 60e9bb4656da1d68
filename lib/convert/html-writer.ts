import { DOMSerializer, type Schema } from 'prosemirror-model'

/** Writes nodes as elements that other programs read: plain lists, tasks with boxes, no attributes of an editor's own. */
export function createHtmlSerializer(schema: Schema): DOMSerializer {
  const serializer = new DOMSerializer(
    {
      ...DOMSerializer.nodesFromSchema(schema),
      list: ({ attrs }) => {
        if (attrs.kind === 'ordered') return ['ol', ['li', attrs.order === null ? {} : { value: attrs.order }, 0]]
        if (attrs.kind !== 'task') return ['ul', ['li', 0]]
        return [
          'ul',
          [
            'li',
            ['input', attrs.checked === true ? { type: 'checkbox', checked: '' } : { type: 'checkbox' }],
            ['div', 0],
          ],
        ]
      },
    },
    DOMSerializer.marksFromSchema(schema),
  )
  const serialize = serializer.serializeFragment.bind(serializer)
  serializer.serializeFragment = (fragment, options, target) => {
    const result = serialize(fragment, options, target)
    joinLists(result)
    return result
  }
  return serializer
}

/** Makes one list element of each row of items. */
function joinLists(parent: Element | DocumentFragment): void {
  for (let child = parent.firstElementChild; child; child = child.nextElementSibling) {
    if (child.tagName === 'UL' || child.tagName === 'OL') {
      for (let next = child.nextElementSibling; next?.tagName === child.tagName; next = child.nextElementSibling) {
        child.append(...next.childNodes)
        next.remove()
      }
    }
    joinLists(child)
  }
}
