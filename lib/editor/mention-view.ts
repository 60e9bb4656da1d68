import type { Node } from 'prosemirror-model'
import type { NodeView } from 'prosemirror-view'
import type { MentionNames } from '#lib/editor/mention-names'
import { mentionFrom, mentionName, mentionText } from '#lib/schema/mention-node'

/** A mention on screen: it follows its page's title or its person's name, and a page is a link. */
export function createMentionView(node: Node, names: MentionNames): NodeView {
  const mention = mentionFrom(node.attrs)
  const dom = document.createElement(mention?.kind === 'page' ? 'a' : 'span')
  dom.className = 'mention'
  // A direction of its own, or it would decide that of the paragraph (dir=auto).
  const words = document.createElement('bdi')
  dom.append(words)
  if (mention) dom.dataset.mention = mention.kind

  function showName(): void {
    const text = mention ? mentionText(names.named(mention)) : mentionName(node.attrs.name)
    if (words.textContent !== text) words.textContent = text
    const address = mention && names.addressOf(mention)
    if (address === undefined) dom.removeAttribute('href')
    else dom.setAttribute('href', address)
  }

  showName()
  const unsubscribe = names.subscribe(showName)
  return { dom, ignoreMutation: () => true, destroy: unsubscribe }
}
