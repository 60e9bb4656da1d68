import type { Node } from 'prosemirror-model'

/** Words of a document; remembers what it counted, so that a count after an edit looks at the changed blocks only. */
export function createWordCount(): (doc: Node) => number {
  const counts = new WeakMap<Node, number>()
  const count = (node: Node): number => {
    const known = counts.get(node)
    if (known !== undefined) return known
    let words = 0
    if (node.isTextblock) words = countWords(node.textBetween(0, node.content.size, ' ', ' '))
    else
      node.forEach((child) => {
        words += count(child)
      })
    counts.set(node, words)
    return words
  }
  return count
}

/** Runs of letters and digits; each Chinese, Japanese or Thai character counts as one, since no spaces part words there. */
export function countWords(text: string): number {
  return text.match(WORD)?.length ?? 0
}

const WORD =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]|[\p{L}\p{N}\p{M}]+(?:['’.,_-](?=[\p{L}\p{N}])[\p{L}\p{N}\p{M}]+)*/gu
