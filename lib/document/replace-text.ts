import type * as Y from 'yjs'

/** Replaces what differs and no more, so that two people's changes at once keep both their words. Never splits a letter. */
export function replaceText(text: Y.Text, next: string): void {
  const [before, after] = [[...text.toString()], [...next]]
  let head = 0
  while (head < before.length && head < after.length && before[head] === after[head]) head++
  let tail = 0
  const most = Math.min(before.length, after.length) - head
  while (tail < most && before.at(-1 - tail) === after.at(-1 - tail)) tail++
  const at = before.slice(0, head).join('').length
  const edit = () => {
    text.delete(at, before.slice(head, before.length - tail).join('').length)
    text.insert(at, after.slice(head, after.length - tail).join(''))
  }
  if (text.doc) text.doc.transact(edit)
  else edit()
}
