import * as Y from 'yjs'
import { BODY_ROOT } from '#lib/document/first-structure'
import type { SeededRandom } from '#lib/testing/seeded-random'

const elementsIn = (parent: Y.XmlFragment): Y.XmlElement[] =>
  parent.toArray().flatMap((child) => (child instanceof Y.XmlElement ? [child, ...elementsIn(child)] : []))

const textsIn = (element: Y.XmlElement): Y.XmlText[] =>
  element.toArray().flatMap((child) => (child instanceof Y.XmlText ? [child] : []))

const holdsBlocks = (element: Y.XmlElement): boolean => ['list', 'blockquote'].includes(element.nodeName)

function newBlock(random: SeededRandom): Y.XmlElement {
  const block = new Y.XmlElement(random.pick(['paragraph', 'paragraph', 'heading', 'list', 'blockquote']))
  if (block.nodeName === 'heading') block.setAttribute('level', `${1 + random.below(4)}`)
  if (holdsBlocks(block)) block.insert(0, [new Y.XmlElement('paragraph')])
  else if (random.chance(0.7)) block.insert(0, [new Y.XmlText(random.pick(['a', 'waxwing', 'Grüße', '你好']))])
  return block
}

function changeText(text: Y.XmlText, random: SeededRandom): void {
  const at = random.below(text.length + 1)
  const length = Math.min(1 + random.below(4), text.length - at)
  const act = random.below(7)
  if (act < 3 || length === 0) text.insert(at, random.pick(['x', 'word ', 'é']))
  else if (act < 5) text.delete(at, length)
  else if (act === 5) text.format(at, length, { link: random.chance(0.7) ? { href: 'https://a.example' } : null })
  else text.format(at, length, { [random.pick(['bold', 'italic'])]: random.chance(0.7) ? {} : null })
}

/**
 * One change of the kind that an editor makes to a page: a block in or out, an attribute, text in or out, a mark.
 * Characters outside the basic plane are left out: Yjs spoils one that a change cuts in two, and editors never do.
 */
export function changeAtRandom(doc: Y.Doc, random: SeededRandom): void {
  const body = doc.getXmlFragment(BODY_ROOT)
  const elements = elementsIn(body)
  const texts = elements.flatMap(textsIn)
  const holder = random.pick([body, ...elements.filter(holdsBlocks)])
  const act = random.below(10)
  if (act < 2 || texts.length === 0) holder.insert(random.below(holder.length + 1), [newBlock(random)])
  else if (act === 2 && holder.length > 1) holder.delete(random.below(holder.length), 1)
  else if (act === 3 && elements.length > 0) {
    const element = random.pick(elements)
    if (random.chance(0.3)) element.removeAttribute('level')
    else element.setAttribute('level', `${random.below(5)}`)
  } else changeText(random.pick(texts), random)
}
