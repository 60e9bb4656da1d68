import * as Y from 'yjs'
import { readVersion, writeFirstMeta } from '#lib/document/first-structure'
import { mentionsAsValue, mentionsFrom } from '#lib/document/remark-mentions'
import { replaceText } from '#lib/document/replace-text'
import type { Mention } from '#lib/schema/mention-node'

/**
 * Comments on a page (E7, discussion). Root list `threads`: maps of what a thread is about (`from` and `to`, places in the
 * body; `quote`, its words) and the list `remarks`, to which anybody appends: remarks (`text`, and in
 * `mentions` whose the names in it are), reactions to one, that the thread
 * is resolved or open again, and where its words stand since their block was made anew. Who wrote something follows from the client id of its struct, never from a field. Any value is
 * tolerated: what cannot be read is passed over.
 */

/** Name of the root list. */
const THREADS_ROOT = 'threads'
const MAX_QUOTE_LENGTH = 300
/** Longest remark that is shown or written, in UTF-16 units. */
export const MAX_REMARK_LENGTH = 10_000

/** So many last places of a passage are looked at. */
export const MAX_MOVES = 8

/** What people answer a remark with without words. */
export const REACTIONS = ['👍', '❤️', '😄', '🎉', '👀', '✅'] as const
export type Reaction = (typeof REACTIONS)[number]

/** `client` and `clock` of a struct: the same on every device, and nobody can choose somebody else's. */
export type StructName = string

/** Two places in the body, as JSON of Yjs' relative positions. */
export interface Place {
  readonly from: unknown
  readonly to: unknown
}

/** What a thread is about: where it stood when the thread began, and its words. */
export interface Passage extends Place {
  readonly quote: string
}

export interface Thread extends Passage {
  readonly id: StructName
  /** Where the words were said to stand later, the newest first, at most {@link MAX_MOVES}. */
  readonly moved: readonly Place[]
  readonly resolved: boolean
  /** At least one. */
  readonly remarks: readonly Remark[]
}

export interface Remark {
  readonly id: StructName
  /** The client id that it was written under. */
  readonly client: number
  /** Milliseconds since 1970 by its author's clock; 0 when unreadable. */
  readonly at: number
  readonly text: string
  /** Whose the names in the text are, in its order. */
  readonly mentions: readonly Mention[]
  readonly edited: boolean
  /** In the order of their coming; one person may stand here twice. */
  readonly reactions: readonly { readonly client: number; readonly emoji: Reaction }[]
}

const threadsOf = (doc: Y.Doc): Y.Array<unknown> => doc.getArray(THREADS_ROOT)
const nameOf = (type: Y.Map<unknown>): StructName => `${type._item?.id.client}-${type._item?.id.clock}`
const clientOf = (type: Y.Map<unknown>): number => type._item?.id.client ?? 0
const mapsIn = (list: Y.Array<unknown> | undefined): Y.Map<unknown>[] =>
  list?.toArray().filter((one) => one instanceof Y.Map) ?? []
const timeFrom = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0)

const remarksOf = (thread: Y.Map<unknown> | undefined): Y.Array<unknown> | undefined => {
  const list = thread?.get('remarks')
  return list instanceof Y.Array ? list : undefined
}

const threadOf = (doc: Y.Doc, id: StructName): Y.Map<unknown> | undefined =>
  mapsIn(threadsOf(doc)).find((thread) => nameOf(thread) === id)

const isReaction = (value: unknown): value is Reaction => REACTIONS.some((reaction) => reaction === value)

function readThread(thread: Y.Map<unknown>): Thread | undefined {
  const acts = mapsIn(remarksOf(thread))
  const reactions = acts.flatMap((act) => {
    const [about, emoji] = [act.get('about'), act.get('emoji')]
    return isReaction(emoji) ? [{ about, emoji, client: clientOf(act) }] : []
  })
  const remarks = acts.flatMap((act): Remark[] => {
    const text = act.get('text')
    if (!(text instanceof Y.Text) || text.length === 0) return []
    const id = nameOf(act)
    return [
      {
        id,
        client: clientOf(act),
        at: timeFrom(act.get('at')),
        text: text.toString().slice(0, MAX_REMARK_LENGTH),
        mentions: mentionsFrom(act.get('mentions')),
        edited: act.has('editedAt'),
        reactions: reactions.flatMap(({ about, ...reaction }) => (about === id ? [reaction] : [])),
      },
    ]
  })
  if (remarks.length === 0) return undefined
  const quote = thread.get('quote')
  return {
    id: nameOf(thread),
    from: thread.get('from'),
    to: thread.get('to'),
    quote: typeof quote === 'string' ? quote.slice(0, MAX_QUOTE_LENGTH) : '',
    moved: acts
      .flatMap((act) => (act.has('from') && act.has('to') ? [{ from: act.get('from'), to: act.get('to') }] : []))
      .slice(-MAX_MOVES)
      .reverse(),
    resolved: acts.findLast((act) => typeof act.get('resolved') === 'boolean')?.get('resolved') === true,
    remarks,
  }
}

/** Every thread that somebody's remark still stands in, in the order of their coming. */
export const listThreads = (doc: Y.Doc): readonly Thread[] =>
  mapsIn(threadsOf(doc)).flatMap((thread) => readThread(thread) ?? [])

/** Begins a thread with its first remark; `now` in milliseconds since 1970. */
export function startThread(
  doc: Y.Doc,
  { from, to, quote }: Passage,
  text: string,
  now: number,
  mentions: readonly Mention[] = [],
): StructName {
  const thread = new Y.Map<unknown>()
  doc.transact(() => {
    if (readVersion(doc) === 'empty') writeFirstMeta(doc)
    thread.set('from', from)
    thread.set('to', to)
    thread.set('quote', quote.slice(0, MAX_QUOTE_LENGTH))
    thread.set('remarks', new Y.Array())
    threadsOf(doc).push([thread])
    append(thread, remarkFields(text, now, mentions))
  })
  return nameOf(thread)
}

function append(thread: Y.Map<unknown> | undefined, fields: Readonly<Record<string, unknown>>): void {
  remarksOf(thread)?.push([new Y.Map(Object.entries(fields))])
}

const remarkFields = (text: string, now: number, mentions: readonly Mention[]) => ({
  at: now,
  text: new Y.Text(text.slice(0, MAX_REMARK_LENGTH)),
  ...(mentions.length > 0 ? { mentions: mentionsAsValue(mentions) } : {}),
})

export function addRemark(
  doc: Y.Doc,
  thread: StructName,
  text: string,
  now: number,
  mentions: readonly Mention[] = [],
): void {
  append(threadOf(doc, thread), remarkFields(text, now, mentions))
}

/** Only its author may, by the content rule. */
export function editRemark(
  doc: Y.Doc,
  thread: StructName,
  remark: StructName,
  text: string,
  now: number,
  mentions: readonly Mention[] = [],
): void {
  const act = mapsIn(remarksOf(threadOf(doc, thread))).find((one) => nameOf(one) === remark)
  const written = act?.get('text')
  if (!act || !(written instanceof Y.Text)) return
  doc.transact(() => {
    replaceText(written, text.slice(0, MAX_REMARK_LENGTH))
    act.set('editedAt', now)
    if (mentions.length > 0 || act.has('mentions')) act.set('mentions', mentionsAsValue(mentions))
  })
}

/** Only its author and editors may, by the content rule. The thread goes with its last remark. */
export const removeRemark = (doc: Y.Doc, thread: StructName, remark: StructName): void =>
  removeActs(doc, thread, (act) => nameOf(act) === remark)

/** Resolves a thread, or opens it again; the last word counts. */
export function setResolved(doc: Y.Doc, thread: StructName, resolved: boolean, now: number): void {
  append(threadOf(doc, thread), { at: now, resolved })
}

/** Says where the words of a thread stand now, which may be anybody's; whoever does not find them there looks where they were before. */
export function movePassage(doc: Y.Doc, thread: StructName, { from, to }: Place, now: number): void {
  append(threadOf(doc, thread), { at: now, from, to })
}

export function addReaction(doc: Y.Doc, thread: StructName, remark: StructName, emoji: Reaction): void {
  append(threadOf(doc, thread), { about: remark, emoji })
}

/** Takes back the reactions of the client ids that `isMine` names. */
export const removeReaction = (
  doc: Y.Doc,
  thread: StructName,
  remark: StructName,
  emoji: Reaction,
  isMine: (client: number) => boolean,
): void =>
  removeActs(doc, thread, (act) => isMine(clientOf(act)) && act.get('about') === remark && act.get('emoji') === emoji)

function removeActs(doc: Y.Doc, thread: StructName, isWanted: (act: Y.Map<unknown>) => boolean): void {
  const list = remarksOf(threadOf(doc, thread))
  if (!list) return
  doc.transact(() => {
    for (let index = list.length - 1; index >= 0; index--) {
      const act = list.get(index)
      if (act instanceof Y.Map && isWanted(act)) list.delete(index)
    }
  })
}

/** Writes into `fresh` the threads and remarks that only `before` has, as far as they were written under client ids that are `isOwn`. */
export function reenterDiscussion(before: Y.Doc, fresh: Y.Doc, isOwn: (client: number) => boolean): void {
  const known = new Map(listThreads(fresh).map((thread) => [thread.id, new Set(thread.remarks.map(({ id }) => id))]))
  for (const { id, remarks, ...passage } of listThreads(before)) {
    const own = remarks.filter((remark) => isOwn(remark.client) && !known.get(id)?.has(remark.id))
    const [first, ...rest] = own
    if (!first) continue
    const isKnown = threadOf(fresh, id) !== undefined
    const thread = isKnown ? id : startThread(fresh, passage, first.text, first.at, first.mentions)
    for (const { text, at, mentions } of isKnown ? own : rest) addRemark(fresh, thread, text, at, mentions)
  }
}
