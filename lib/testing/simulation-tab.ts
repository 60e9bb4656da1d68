/** One tab of a simulated device: a document of one page or of the index, and a hand that types numbered words into it. */
import * as Y from 'yjs'
import { sameBytes } from '#lib/base/bytes'
import type { ChannelName, ChannelTag } from '#lib/base/ids'
import { BODY_ROOT } from '#lib/document/first-structure'
import { foldV1 } from '#lib/document/fold'
import { applyAccepted, applyAcceptedV2, createQuietDoc, ENTRY_ORIGIN } from '#lib/document/quiet-doc'
import { entryKind } from '#lib/protocol/entry-kind'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import type { Replica } from '#lib/replica/replica'
import type { AcceptedContent } from '#lib/replica/replica-events'
import type { SeededRandom } from '#lib/testing/seeded-random'

export interface SimulatedTab {
  readonly name: ChannelName
  readonly doc: () => Y.Doc
  /** Whether the device may write here at all. */
  readonly mayWrite: () => boolean
  /** How many edits are not saved yet. */
  readonly pending: () => number
  /** A person's edit; it waits in the tab until it is flushed. `words` are what it puts on the page. */
  edit(change: (doc: Y.Doc) => void, words?: readonly number[]): void
  /** Hands over what waits; resolves when it is saved, refused or has to wait longer. */
  flush(): Promise<void>
  take(content: AcceptedContent): void
  /** Starts over from the replica; what was not saved yet is gone. */
  reload(channel?: ChannelTag): Promise<void>
  close(): void
}

export interface TabEvents {
  /** On disk: `words` were said to be saved. */
  onSaved(entry: SealedEntry, words: readonly number[]): void
  onFailed(reason: string): void
  onFault(what: string): void
}

/** Words as they stand in a text, so that each can be found again: [17]. */
const wordText = (word: number): string => `[${word}]`

export async function openSimulatedTab(
  replica: Replica,
  name: ChannelName,
  slot: number,
  events: TabEvents,
): Promise<SimulatedTab> {
  let doc = createQuietDoc()
  let channel: ChannelTag | undefined
  let release = (): void => {}
  let queue: { update: Uint8Array; words: readonly number[] }[] = []
  let editing: readonly number[] | undefined
  let flushing = false
  let arriving: Uint8Array[] | undefined
  let isStale = false
  let canWrite = false
  let closed = false

  function check(): void {
    if (doc.store.pendingStructs || doc.store.pendingDs) events.onFault('a tab waits for structs')
  }

  async function reload(): Promise<void> {
    isStale = arriving !== undefined
    if (arriving) return
    arriving = []
    const opened = await replica.open(name)
    const arrived = arriving
    arriving = undefined
    if (isStale) {
      if (opened.ok) opened.value.release()
      return reload()
    }
    if (!opened.ok || closed) return
    release()
    release = opened.value.release
    channel = opened.value.channel
    const fresh = createQuietDoc()
    if (!applyAcceptedV2(fresh, opened.value.state).ok || !applyAccepted(fresh, ...arrived).ok) {
      events.onFault('a tab cannot load what the replica holds')
    }
    const client = opened.value.slots[slot]
    canWrite = client !== undefined
    if (client !== undefined) fresh.clientID = client
    queue = []
    doc.destroy()
    doc = fresh
    fresh.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin === ENTRY_ORIGIN) return
      if (editing) queue.push({ update, words: editing })
      else events.onFault('a document changed by itself')
    })
    check()
  }
  await reload()

  return {
    name,
    doc: () => doc,
    pending: () => queue.length,
    mayWrite: () => canWrite,
    edit(change, words = []) {
      if (!canWrite) return
      editing = words
      doc.transact(() => change(doc))
      editing = undefined
    },
    async flush() {
      const batch = [...queue]
      const [first] = batch
      if (flushing || !first) return
      flushing = true
      const payload = batch.length > 1 ? foldV1(batch.map(({ update }) => update)) : first.update
      const done = await replica.append({ channel: name, kind: entryKind.update, payload })
      flushing = false
      if (done.ok) {
        queue = queue.filter((item) => !batch.includes(item))
        const words = batch.flatMap((item) => item.words)
        return events.onSaved(done.value, words)
      }
      events.onFailed(done.error.type)
      const isHopeless = done.error.type === 'content-refused' || done.error.type === 'not-allowed'
      if (isHopeless && !closed) await reload()
    },
    take(content) {
      if (!channel || !sameBytes(content.channel, channel)) return
      if (arriving) arriving.push(content.update)
      else if (!applyAccepted(doc, content.update).ok) events.onFault('a tab cannot apply what was accepted')
    },
    async reload(rebuilt) {
      if (!rebuilt || (channel && sameBytes(rebuilt, channel))) await reload()
    },
    close() {
      closed = true
      release()
      doc.destroy()
    },
  }
}

const textsIn = (doc: Y.Doc): Y.XmlText[] =>
  doc
    .getXmlFragment(BODY_ROOT)
    .toArray()
    .flatMap((block) => (block instanceof Y.XmlElement ? block.toArray() : []))
    .flatMap((child) => (child instanceof Y.XmlText ? [child] : []))

const plain = (text: Y.XmlText): string =>
  text
    .toDelta()
    .reduce((all: string, { insert }: { insert: unknown }) => all + (typeof insert === 'string' ? insert : ''), '')

/** All numbered words on a page, in order. */
export const wordsOn = (doc: Y.Doc): number[] =>
  textsIn(doc).flatMap((text) => [...plain(text).matchAll(/\[(\d+)\]/g)].map(([, word]) => Number(word)))

/** Writes a word between two others, in some paragraph or a new one. */
export function typeWord(doc: Y.Doc, word: number, random: SeededRandom): void {
  const body = doc.getXmlFragment(BODY_ROOT)
  if (body.length === 0 || random.chance(0.08))
    body.insert(random.below(body.length + 1), [new Y.XmlElement('paragraph')])
  const block = random.pick(body.toArray().filter((child) => child instanceof Y.XmlElement))
  if (block.length === 0) block.insert(0, [new Y.XmlText()])
  const text = random.pick(block.toArray().filter((child) => child instanceof Y.XmlText))
  const gaps = [0, ...[...plain(text).matchAll(/\]/g)].map(({ index }) => index + 1)]
  text.insert(random.pick(gaps), wordText(word))
}

/** Takes a word away, if it still stands there whole. */
export function deleteWord(doc: Y.Doc, word: number): void {
  for (const text of textsIn(doc)) {
    const at = plain(text).indexOf(wordText(word))
    if (at >= 0) text.delete(at, wordText(word).length)
  }
}
