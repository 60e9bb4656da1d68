import { DOMSerializer, type Node } from 'prosemirror-model'
import type { EditorView, NodeView } from 'prosemirror-view'
import { listOrder } from '#lib/schema/list-node'

/**
 * A list item on screen. Its number goes to `--list-order` through the CSS object model, because a strict CSP refuses
 * style attributes, and a tick changes the box in place, so that nothing is drawn anew under a cursor.
 */
export function createListView(
  node: Node,
  view: EditorView,
  position: () => number | undefined,
  words: { readonly task: string; readonly fold: string },
): NodeView {
  const { toDOM } = node.type.spec
  if (!toDOM) throw new Error('the list node has no toDOM')
  const { dom, contentDOM } = DOMSerializer.renderSpec(document, toDOM(node))
  const item = dom as HTMLElement
  const box = item.querySelector<HTMLInputElement>(':scope > .list-marker input')
  const fold = item.querySelector<HTMLButtonElement>(':scope > .list-marker button')
  let shown = node

  function showAttributes(): void {
    const order = listOrder(shown.attrs.order)
    item.toggleAttribute('data-list-checked', shown.attrs.checked === true)
    item.toggleAttribute('data-list-collapsed', shown.attrs.collapsed === true)
    fold?.setAttribute('aria-expanded', String(shown.attrs.collapsed !== true))
    if (box) box.checked = shown.attrs.checked === true
    if (order === undefined) item.style.removeProperty('--list-order')
    else item.style.setProperty('--list-order', String(order))
  }

  if (box) {
    box.setAttribute('aria-label', words.task)
    box.tabIndex = -1
    // A tick leaves the caret where it is, and a phone's keyboard up.
    box.addEventListener('mousedown', (event) => event.preventDefault())
    box.addEventListener('click', (event) => {
      if (!view.editable) event.preventDefault()
    })
    box.addEventListener('change', () => {
      const at = position()
      if (at !== undefined)
        view.dispatch(view.state.tr.setNodeAttribute(at, 'checked', box.checked).setMeta('separate', true))
    })
  }
  if (fold) {
    fold.setAttribute('aria-label', words.fold)
    fold.tabIndex = -1
    fold.addEventListener('mousedown', (event) => event.preventDefault())
    fold.addEventListener('click', () => {
      const at = position()
      if (at === undefined || !view.editable) return
      const collapsed = shown.attrs.collapsed !== true
      view.dispatch(view.state.tr.setNodeAttribute(at, 'collapsed', collapsed).setMeta('separate', true))
    })
  }
  showAttributes()

  const marker = item.querySelector(':scope > .list-marker')
  return {
    dom: item,
    ...(contentDOM ? { contentDOM } : {}),
    update(next) {
      if (next.type !== shown.type || !sameShape(next, shown)) return false
      shown = next
      showAttributes()
      return true
    },
    stopEvent: (event) => marker !== null && event.target instanceof globalThis.Node && marker.contains(event.target),
    ignoreMutation: (mutation) => mutation.type !== 'selection' && !contentDOM?.contains(mutation.target),
  }
}

/** Whether both have the same elements around their content. */
function sameShape(a: Node, b: Node): boolean {
  const nested = (node: Node) => node.firstChild?.type === node.type
  return (
    a.attrs.kind === b.attrs.kind &&
    a.attrs.order === b.attrs.order &&
    nested(a) === nested(b) &&
    a.childCount > 1 === b.childCount > 1
  )
}
