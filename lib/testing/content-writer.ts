import type * as Y from 'yjs'
import type { ChainTag } from '#lib/base/ids'
import { type ContentIndex, createContentIndex } from '#lib/document/content-index'
import { type ContentVerdict, checkContent } from '#lib/document/content-rule'
import { foldV1 } from '#lib/document/fold'
import { applyAccepted, createQuietDoc, ENTRY_ORIGIN } from '#lib/document/quiet-doc'
import type { ChannelRoots } from '#lib/document/roots'

/** Somebody who edits a document under one client id: the document, and what was not sent yet. */
export interface ContentWriter {
  readonly doc: Y.Doc
  readonly client: number
  readonly chain: ChainTag
  readonly slots: ReadonlySet<number>
  /** Everything edited since the last call as one update; `undefined` when nothing was. */
  take(): Uint8Array | undefined
  /** Edits and takes. */
  edit(change: (doc: Y.Doc) => void): Uint8Array
  receive(update: Uint8Array): void
}

/** A chain tag that only tests use. */
export const chainNumber = (number: number): ChainTag => new Uint8Array(16).fill(number) as ChainTag

export function createContentWriter(number: number, client = 2 ** 52 + number): ContentWriter {
  const doc = createQuietDoc()
  doc.clientID = client
  let updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin !== ENTRY_ORIGIN) updates.push(update)
  })
  const take = (): Uint8Array | undefined => {
    const taken = updates
    updates = []
    return taken.length > 1 ? foldV1(taken) : taken[0]
  }
  return {
    doc,
    client,
    chain: chainNumber(number),
    slots: new Set([client]),
    take,
    edit(change) {
      doc.transact(() => change(doc))
      const update = take()
      if (!update) throw new Error('the edit changed nothing')
      return update
    },
    receive(update) {
      const result = applyAccepted(doc, update)
      if (!result.ok) throw new Error(result.error.type)
    },
  }
}

/** Somebody who judges entries by E7 and records them, as a replica does. */
export interface ContentJudge {
  readonly index: ContentIndex
  readonly doc: Y.Doc
  /** The verdict on the next entry of `author`; an accepted one is applied, a held one changes nothing. */
  judge(author: Pick<ContentWriter, 'chain' | 'slots'>, update: Uint8Array): ContentVerdict
}

export function createContentJudge(roots: ChannelRoots): ContentJudge {
  const index = createContentIndex()
  const doc = createQuietDoc()
  const lengths = new Map<ChainTag, number>()
  return {
    index,
    doc,
    judge(author, update) {
      const verdict = checkContent({ update, slots: author.slots, index, roots })
      if (verdict.type === 'held') return verdict
      const seq = (lengths.get(author.chain) ?? 0) + 1
      lengths.set(author.chain, seq)
      if (verdict.type === 'accepted') {
        index.add({ chain: author.chain, seq }, verdict)
        const applied = applyAccepted(doc, update)
        if (!applied.ok) throw new Error(`accepted, yet ${applied.error.type}`)
      }
      return verdict
    },
  }
}
