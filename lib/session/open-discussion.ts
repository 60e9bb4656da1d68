import type { Clock } from '#lib/base/clock'
import type { ChannelName } from '#lib/base/ids'
import {
  addReaction,
  addRemark,
  editRemark,
  listThreads,
  movePassage,
  type Passage,
  type Place,
  type Reaction,
  type Remark,
  removeReaction,
  removeRemark,
  setResolved,
  startThread,
  type Thread,
} from '#lib/document/discussion'
import { readVersion } from '#lib/document/first-structure'
import type { HostClient } from '#lib/host/host-protocol'
import type { Mention } from '#lib/schema/mention-node'
import type { ChannelDoc } from '#lib/session/channel-doc'
import type { UsedChannel } from '#lib/session/open-channels'

export { type Passage, REACTIONS } from '#lib/document/discussion'
export { splitRemark } from '#lib/document/remark-mentions'

export interface ThreadView extends Passage {
  readonly id: string
  /** Where its words were said to stand since, the newest first. */
  readonly moved: readonly Place[]
  readonly resolved: boolean
  /** At least one. */
  readonly remarks: readonly RemarkView[]
}

export interface RemarkView {
  readonly id: string
  /** Id of the person; `undefined` while it is being found out. */
  readonly by: string | undefined
  readonly mine: boolean
  /** Milliseconds since 1970, by its author's clock. */
  readonly at: number
  readonly text: string
  /** Whose the names in the text are, in its order. */
  readonly mentions: readonly Mention[]
  readonly edited: boolean
  /** One line for each sign; each person once. */
  readonly reactions: readonly {
    readonly emoji: Reaction
    readonly people: readonly string[]
    readonly mine: boolean
  }[]
}

/** The comments on one page. The same objects until something changed. */
export interface OpenDiscussion {
  threads(): readonly ThreadView[]
  /** Whether this person may say something here. */
  mayComment(): boolean
  /** Whether this person may clear away what others wrote. */
  mayRemoveAll(): boolean
  /** Calls `changed` after every change of threads() or mayComment(); returns its end. */
  subscribe(changed: () => void): () => void
  /** Each of these does nothing where mayComment() is false, or what it is about is gone. `start` resolves to the thread's id. */
  start(passage: Passage, text: string, mentions?: readonly Mention[]): string | undefined
  reply(thread: string, text: string, mentions?: readonly Mention[]): void
  /** One's own alone. */
  edit(thread: string, remark: string, text: string, mentions?: readonly Mention[]): void
  remove(thread: string, remark: string): void
  resolve(thread: string, resolved: boolean): void
  /** Says where the words of a thread stand now. */
  move(thread: string, place: Place): void
  /** Puts one's sign there, or takes it back. */
  react(thread: string, remark: string, emoji: Reaction): void
  close(): void
}

export interface DiscussionParts {
  readonly name: ChannelName
  readonly channel: Omit<UsedChannel, 'doc'> & { readonly doc: Pick<ChannelDoc, 'doc' | 'readOnly' | 'userEdit'> }
  readonly host: Pick<HostClient, 'authors'>
  readonly clock: Pick<Clock, 'now'>
  /** Id of the person at this tab. */
  me(): string
  mayRemoveAll(): boolean
  /** Runs an edit by hand. */
  edit<T>(edit: () => T): T
}

export function openDiscussion(parts: DiscussionParts): OpenDiscussion {
  const { channel, clock } = parts
  const listeners = new Set<() => void>()
  let authors: ReadonlyMap<number, string> = new Map()
  let watched = channel.doc.doc()
  let views: readonly ThreadView[] = []
  let isAsking = false
  let closed = false

  const doc = () => channel.doc.doc()
  const mayComment = (): boolean => channel.doc.readOnly() === false && readVersion(doc()) !== 'newer'
  const personOf = (client: number): string | undefined =>
    authors.get(client) ?? (client === doc().clientID ? parts.me() : undefined)

  function reactionsOf(remark: Remark): RemarkView['reactions'] {
    const byEmoji = new Map<Reaction, Set<string>>()
    for (const { emoji, client } of remark.reactions) {
      const person = personOf(client)
      if (person !== undefined) byEmoji.set(emoji, (byEmoji.get(emoji) ?? new Set()).add(person))
    }
    return [...byEmoji].map(([emoji, people]) => ({ emoji, people: [...people], mine: people.has(parts.me()) }))
  }

  const viewOf = (thread: Thread): ThreadView => ({
    ...thread,
    remarks: thread.remarks.map((remark) => {
      const { client, reactions, ...rest } = remark
      const by = personOf(client)
      return { ...rest, by, mine: by === parts.me(), reactions: reactionsOf(remark) }
    }),
  })

  function look(): void {
    const threads = listThreads(doc())
    views = threads.map(viewOf)
    for (const listener of [...listeners]) listener()
    const clients = threads.flatMap(({ remarks }) =>
      remarks.flatMap((remark) => [remark.client, ...remark.reactions.map((one) => one.client)]),
    )
    if (clients.some((client) => personOf(client) === undefined)) void ask()
  }

  /** A struct says under which client id it was written; only the leader knows whose that is. */
  async function ask(): Promise<void> {
    if (isAsking) return
    isAsking = true
    const told = new Map(await parts.host.authors(parts.name))
    isAsking = false
    if (closed || told.size === authors.size) return
    authors = told
    look()
  }

  function watch(): void {
    watched.off('afterTransaction', look)
    watched = doc()
    watched.on('afterTransaction', look)
    look()
  }

  function edit<T>(change: () => T): T | undefined {
    return mayComment() ? parts.edit(() => channel.doc.userEdit(change)) : undefined
  }

  channel.onReplaced.add(watch)
  watch()

  return {
    threads: () => views,
    mayComment,
    mayRemoveAll: parts.mayRemoveAll,
    subscribe(changed) {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
    start: (passage, text, mentions) => edit(() => startThread(doc(), passage, text, clock.now(), mentions)),
    reply: (thread, text, mentions) => edit(() => addRemark(doc(), thread, text, clock.now(), mentions)),
    edit: (thread, remark, text, mentions) =>
      edit(() => editRemark(doc(), thread, remark, text, clock.now(), mentions)),
    remove: (thread, remark) => edit(() => removeRemark(doc(), thread, remark)),
    resolve: (thread, resolved) => edit(() => setResolved(doc(), thread, resolved, clock.now())),
    move: (thread, place) => edit(() => movePassage(doc(), thread, place, clock.now())),
    react(thread, remark, emoji) {
      const shown = views.find(({ id }) => id === thread)?.remarks.find(({ id }) => id === remark)
      const isOn = shown?.reactions.some((reaction) => reaction.emoji === emoji && reaction.mine)
      const isMine = (client: number) => personOf(client) === parts.me()
      edit(() =>
        isOn ? removeReaction(doc(), thread, remark, emoji, isMine) : addReaction(doc(), thread, remark, emoji),
      )
    },
    close() {
      closed = true
      watched.off('afterTransaction', look)
      channel.onReplaced.delete(watch)
      channel.release()
    },
  }
}
