/** The same document in y-indexeddb, plaintext: one snapshot and the last edits as rows of their own. */
import { IndexeddbPersistence } from 'y-indexeddb'
import * as Y from 'yjs'
import { firstBody, fragmentText, replayTrace } from '#bench/pages/trace-text'

async function write({ edits, tail }: { edits: number; tail: number }): Promise<string> {
  const doc = new Y.Doc()
  firstBody(doc)
  let written = 0
  let store: IndexeddbPersistence | undefined
  for (const edit of await replayTrace(doc, edits)) {
    if (written++ === edits - tail) {
      store = new IndexeddbPersistence('bench', doc)
      await store.whenSynced
    }
    edit()
  }
  await new Promise((resolve) => setTimeout(resolve, 3000))
  await store?.destroy()
  return ''
}

async function open(): Promise<{ ms: number; length: number }> {
  const startedAt = performance.now()
  const doc = new Y.Doc()
  await new IndexeddbPersistence('bench', doc).whenSynced
  return { ms: performance.now() - startedAt, length: fragmentText(doc).length }
}

Object.assign(globalThis, { write, open })
