import * as Y from 'yjs'
import type { Trace } from '#lib/testing/load-trace'
import { replayTrace } from '#lib/testing/replay-trace'

/** What one writer types in a round. */
export interface Turn {
  readonly agent: number
  /** Where in the text of the round before they put the caret first; undefined where it stays. */
  readonly at: number | undefined
  readonly keys: readonly string[]
}

/** What is typed at the same time, and the plain Yjs text once everything of it has arrived. */
export interface Round {
  readonly turns: readonly Turn[]
  readonly text: string
}

/** A transaction as somebody at a keyboard makes it. */
interface Typed {
  readonly index: number
  readonly agent: number
  /** Where the caret was put, if it did not stand there already. */
  readonly place: Y.RelativePosition | undefined
  readonly keys: readonly string[]
  readonly update: Uint8Array
  /** Whether something of the other writer had come since the change before. */
  readonly tookIn: boolean
  /** What its writer had on screen, by the indices of transactions. */
  readonly seen: ReadonlySet<number>
}

const TEXT = 'text'
/** A caret belongs to the letter before it: what others write there comes after it. */
const AFTER_LETTER = -1

/**
 * The trace as rounds of keys. Whenever a writer had taken in something new or moves the caret, a round ends with what they
 * had on screen; what they had not is typed in the next round, at the same time as theirs, as it was. Throws on a change
 * that no key makes.
 */
export function roundsOf(trace: Trace): readonly Round[] {
  const rounds: Round[] = []
  const shared = new Y.Doc()
  let open: readonly Typed[] = []
  function close(members: readonly Typed[]): void {
    if (members.length === 0) return
    const turns = [...new Set(members.map(({ agent }) => agent))].map((agent): Turn => {
      const own = members.filter((typed) => typed.agent === agent)
      const place = own[0]?.place
      return { agent, at: place && indexOf(place, shared), keys: own.flatMap(({ keys }) => keys) }
    })
    for (const { update } of members) Y.applyUpdate(shared, update)
    rounds.push({ turns, text: shared.getText(TEXT).toString() })
  }
  for (const typed of typeOut(trace)) {
    if (typed.place || typed.tookIn) {
      close(open.filter(({ index }) => typed.seen.has(index)))
      open = open.filter(({ index }) => !typed.seen.has(index))
    }
    open = [...open, typed]
  }
  close(open)
  return rounds
}

/** Replays the trace in plain Yjs, a document for each writer, and notes the keys. */
function* typeOut(trace: Trace): Generator<Typed> {
  const writers = new Map<number, { doc: Y.Doc; caret: Y.RelativePosition; seen: Set<number> }>()
  const updates: Uint8Array[] = []
  for (const [index, { transaction, agent, followed }] of [...replayTrace(trace)].entries()) {
    const doc = writers.get(agent)?.doc ?? new Y.Doc()
    const text = doc.getText(TEXT)
    const { caret = caretAt(text, 0), seen = new Set<number>() } = writers.get(agent) ?? {}
    for (const parent of followed) {
      Y.applyUpdate(doc, updates[parent] ?? new Uint8Array())
      seen.add(parent)
    }
    const [[at, deleted, inserted] = [0, 0, ''], ...more] = transaction.patches
    if (more.length > 0) throw new Error('a change in two places')
    const isThere = indexOf(caret, doc) === at + deleted
    const place = isThere ? undefined : caretAt(text, at + deleted)
    const before = Y.encodeStateVector(doc)
    doc.transact(() => {
      text.delete(at, deleted)
      text.insert(at, inserted)
    })
    const update = Y.encodeStateAsUpdate(doc, before)
    updates.push(update)
    const keys = [
      ...Array(deleted).fill('Backspace'),
      ...[...inserted].map((letter) => (letter === '\n' ? 'Enter' : letter)),
    ]
    yield { index, agent, place, keys, update, tookIn: followed.length > 0, seen: new Set(seen) }
    seen.add(index)
    writers.set(agent, { doc, caret: caretAt(text, at + inserted.length), seen })
  }
}

const caretAt = (text: Y.Text, index: number) => Y.createRelativePositionFromTypeIndex(text, index, AFTER_LETTER)

const indexOf = (place: Y.RelativePosition, doc: Y.Doc): number | undefined =>
  Y.createAbsolutePositionFromRelativePosition(place, doc)?.index
