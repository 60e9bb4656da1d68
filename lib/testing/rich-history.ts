import * as Y from 'yjs'
import { type ContentIndex, createContentIndex } from '#lib/document/content-index'
import { type ContentVerdict, checkContent } from '#lib/document/content-rule'
import { BODY_ROOT, writeFirstBody } from '#lib/document/first-structure'
import { rootsOf } from '#lib/document/roots'
import { changeAtRandom } from '#lib/testing/change-at-random'
import { type ContentJudge, type ContentWriter, createContentWriter } from '#lib/testing/content-writer'
import type { SeededRandom } from '#lib/testing/seeded-random'

/** One entry of a made-up history. */
export interface HistoryEntry {
  readonly writer: ContentWriter
  readonly seq: number
  readonly update: Uint8Array
}

export interface RichHistory {
  /** In the order of writing, so each after what it builds on. */
  readonly entries: readonly HistoryEntry[]
  /** What each person's screen shows in the end. */
  readonly documents: readonly Y.Doc[]
  /** What was judged void: nothing, as everybody is honest. */
  readonly voids: readonly ContentVerdict[]
}

/** Somebody who writes, undoes, and judges what others wrote before taking it in. */
interface Person {
  readonly writer: ContentWriter
  readonly index: ContentIndex
  readonly undo: Y.UndoManager
  readonly sent: HistoryEntry[]
  /** How many of a person's entries were taken in. */
  readonly seen: Map<Person, number>
}

function createPerson(number: number): Person {
  const writer = createContentWriter(number)
  const undo = new Y.UndoManager(writer.doc.getXmlFragment(BODY_ROOT), { captureTimeout: 0 })
  return { writer, index: createContentIndex(), undo, sent: [], seen: new Map() }
}

function act({ writer, undo }: Person, random: SeededRandom): void {
  const choice = random.below(20)
  if (choice === 0) undo.undo()
  else if (choice === 1) undo.redo()
  else {
    writer.doc.transact(() => {
      for (let changes = choice < 6 ? 3 : 1; changes > 0; changes--) changeAtRandom(writer.doc, random)
    })
  }
}

/**
 * Edits of several people at once, with undo and batches, delivered in any order that E7 lets through; in the end
 * everybody has everything.
 */
export function writeRichHistory(random: SeededRandom, options: { people?: number; steps?: number } = {}): RichHistory {
  const people = Array.from({ length: options.people ?? 3 }, (_, i) => createPerson(i + 1))
  const entries: HistoryEntry[] = []
  const voids: ContentVerdict[] = []

  /** Whether the next entry of `from` was taken in by `to`. */
  function takeIn(to: Person, from: Person): boolean {
    const entry = from.sent[to.seen.get(from) ?? 0]
    if (!entry) return false
    const { update, seq } = entry
    const verdict = checkContent({ update, slots: from.writer.slots, index: to.index, roots: rootsOf('body') })
    if (verdict.type === 'void') voids.push(verdict)
    if (verdict.type !== 'accepted') return false
    to.index.add({ chain: from.writer.chain, seq }, verdict)
    if (to !== from) to.writer.receive(update)
    to.seen.set(from, seq)
    return true
  }

  function send(person: Person): void {
    const update = person.writer.take()
    if (!update) return
    const entry = { writer: person.writer, seq: person.sent.length + 1, update }
    person.sent.push(entry)
    entries.push(entry)
    takeIn(person, person)
  }

  const pairs = people.flatMap((to) => people.filter((from) => from !== to).map((from) => ({ to, from })))
  const deliverAll = (): void => {
    while (pairs.filter(({ to, from }) => takeIn(to, from)).length > 0);
  }

  const [first] = people
  if (first) {
    writeFirstBody(first.writer.doc)
    send(first)
  }
  deliverAll()
  for (let step = 0; step < (options.steps ?? 60); step++) {
    const person = random.pick(people)
    act(person, random)
    if (random.chance(0.6)) send(person)
    for (const { to, from } of random.shuffle(pairs)) if (random.chance(0.2)) takeIn(to, from)
  }
  for (const person of people) send(person)
  deliverAll()
  return { entries, documents: people.map(({ writer }) => writer.doc), voids }
}

/** Has `judge` take in all `entries` in an order that only its verdicts limit. */
export function deliverInAnyOrder(entries: readonly HistoryEntry[], judge: ContentJudge, random: SeededRandom): void {
  const queues = [...new Set(entries.map(({ writer }) => writer))].map((writer) =>
    entries.filter((entry) => entry.writer === writer),
  )
  for (let left = entries.length; left > 0; ) {
    const queue = random.pick(queues.filter(({ length }) => length > 0))
    const [next] = queue
    if (!next || judge.judge(next.writer, next.update).type !== 'accepted') continue
    queue.shift()
    left--
  }
}
