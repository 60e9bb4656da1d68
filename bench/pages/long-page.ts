import type { Node } from 'prosemirror-model'
import { Selection } from 'prosemirror-state'
import type { EditorView } from 'prosemirror-view'
import {
  type Awareness,
  applyAwarenessUpdate,
  encodeAwarenessUpdate,
  Awareness as Presence,
} from 'y-protocols/awareness'
import * as Y from 'yjs'

/** One side's way of putting an editor on a page that is there already. */
export type ShowPage = (mount: HTMLElement, doc: Y.Doc, awareness: Awareness) => EditorView

/** Gives the page the two acts of the measurement, the same for both sides. */
export function exposeLongPage(showPage: ShowPage): void {
  let view: EditorView | undefined
  const doc = new Y.Doc()
  const other = new Y.Doc()
  const awareness = new Presence(doc)
  const presence = new Presence(other)

  /** Milliseconds from the bytes of a page to the first frame that shows it. */
  async function open(): Promise<number> {
    const mount = document.querySelector<HTMLElement>('#editor')
    if (!mount) throw new Error('There is no place for the editor')
    const state = new Uint8Array(await (await fetch('state')).arrayBuffer())
    const startedAt = performance.now()
    Y.applyUpdateV2(doc, state)
    view = showPage(mount, doc, awareness)
    await painted()
    const ms = performance.now() - startedAt
    Y.applyUpdateV2(other, state)
    return ms
  }

  const theirText = (): Y.XmlText => {
    let type: Y.XmlFragment = other.getXmlFragment('body')
    for (let beside = 5; ; ) {
      const hasRoom = type.length > 2 * beside
      const child = type.get(middle(type.length) + (hasRoom ? beside : 0))
      if (child instanceof Y.XmlText) return child
      if (hasRoom) beside = 0
      type = child as Y.XmlElement
    }
  }

  /** Puts the cursor at the end of the middle block, or cell of the one table, and somebody else's a screen away from it. */
  function settle(): void {
    if (!view) throw new Error('There is no editor')
    const at = Y.createRelativePositionFromTypeIndex(theirText(), 4)
    presence.setLocalState({ user: { name: 'Ben', color: '#336699', colour: 3 }, cursor: { anchor: at, head: at } })
    applyAwarenessUpdate(awareness, encodeAwarenessUpdate(presence, [presence.clientID]), 'other')
    const { doc: page, tr } = view.state
    view.dispatch(tr.setSelection(Selection.near(page.resolve(middleOf(page)), -1)).scrollIntoView())
    view.focus()
  }

  /** Milliseconds that the thread works on each of so many letters of somebody else, without what is painted later. */
  async function receive(letters: number): Promise<readonly number[]> {
    const text = theirText()
    const times: number[] = []
    for (let letter = 0; letter < letters; letter++) {
      const before = Y.encodeStateVector(other)
      text.insert(4 + letter, 'x')
      const update = Y.encodeStateAsUpdateV2(other, before)
      await painted()
      const startedAt = performance.now()
      Y.applyUpdateV2(doc, update, 'other')
      times.push(performance.now() - startedAt)
    }
    return times
  }

  Object.assign(globalThis, { open, settle, receive, viewOf: () => view })
}

const middle = (length: number): number => Math.floor(length / 2)

/** The end of the text in the middle of a page. */
function middleOf(page: Node): number {
  let at = -1
  let node = page
  while (!node.isTextblock) {
    const index = middle(node.childCount)
    for (let before = 0; before < index; before++) at += node.child(before).nodeSize
    at++
    node = node.child(index)
  }
  return at + 1 + node.content.size
}

/** Resolves behind the next frame. */
const painted = (): Promise<void> =>
  new Promise((resolve) => {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => resolve()
      port2.postMessage(undefined)
    })
  })
