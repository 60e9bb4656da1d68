/** The cast as replicas over disks in memory, without links: what one has reaches another when a test carries it. */

import * as Y from 'yjs'
import { toHex } from '#lib/base/bytes'
import type { Clock } from '#lib/base/clock'
import type { ChannelName, DeviceId, DocumentId, PersonId } from '#lib/base/ids'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { listThreads, startThread } from '#lib/document/discussion'
import { canonicalState } from '#lib/document/encode-state'
import { applyAcceptedV2, createQuietDoc } from '#lib/document/quiet-doc'
import { setTitle, titleOf } from '#lib/document/workspace-index'
import { bodyChannelName, discussionChannelName, indexChannelName, logChannelName } from '#lib/protocol/channel-name'
import { entryKind } from '#lib/protocol/entry-kind'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import type { FoldSettings } from '#lib/replica/fold-own'
import type { Replica } from '#lib/replica/replica'
import type { AppendRequest } from '#lib/replica/write-entry'
import { copyMemoryDisk, createMemoryDisk, type MemoryDisk } from '#lib/storage/memory-storage'
import type { Head } from '#lib/sync/entry-source'
import { replicaOf } from '#lib/testing/lone-replica'
import { type Cast, createCast, joinBy, newcomerKeys, rememberVerdicts, storeOn } from '#lib/testing/simulation-cast'
import type { WorkspaceKeys } from '#lib/vault/workspace-keys'
import { createAdmit } from '#lib/workspace/admission'
import type { KnownOperation } from '#lib/workspace/operation'
import { encodeOperation } from '#lib/workspace/operation-format'

interface Holder {
  readonly replica: Replica
}

export type OfflineTeam = Awaited<ReturnType<typeof createOfflineTeam>>
export type OfflineMate = Awaited<ReturnType<OfflineTeam['start']>>

/** alice founds; bob, carol and dave edit, vera reads. Everybody holds the same before the first `start`. */
export async function createOfflineTeam(cast?: Cast, folding?: FoldSettings, editsAnewAtOnce?: number, clock?: Clock) {
  const { devices, pages, links } = cast ?? (await createCast())
  const crypto = rememberVerdicts(createNodeCrypto())
  const page = bodyChannelName(pages[0] as never)
  const discussion = discussionChannelName(pages[0] as never)

  async function start(name: string, disk?: MemoryDisk) {
    const found = devices.find((one) => one.name === name)
    if (!found) throw new Error('nobody')
    return open(name, found.keys, disk ?? copyMemoryDisk(found.disk))
  }

  async function open(name: string, keys: WorkspaceKeys, own: MemoryDisk) {
    const { replica, refused, rebuilt, hooks } = await replicaOf(
      keys,
      await storeOn(own, keys),
      folding,
      crypto,
      editsAnewAtOnce,
      clock,
    )

    const append = async (request: AppendRequest): Promise<SealedEntry> => {
      const done = await replica.append(request)
      if (!done.ok) throw new Error(done.error.type)
      return done.value
    }
    async function docOf(channel: ChannelName) {
      const opened = await replica.open(channel)
      if (!opened.ok) throw new Error('not opened')
      const doc = createQuietDoc()
      applyAcceptedV2(doc, opened.value.state)
      doc.clientID = opened.value.slots[0] ?? 0
      opened.value.release()
      return doc
    }

    async function draft(channel: ChannelName, change: (doc: Y.Doc) => void): Promise<Uint8Array> {
      const doc = await docOf(channel)
      const updates: Uint8Array[] = []
      doc.on('update', (update: Uint8Array) => updates.push(update))
      doc.transact(() => change(doc))
      return Y.mergeUpdates(updates)
    }
    const edit = async (channel: ChannelName, change: (doc: Y.Doc) => void): Promise<SealedEntry> =>
      append({ channel, kind: entryKind.update, payload: await draft(channel, change) })

    return {
      name,
      keys: keys,
      disk: own,
      device: keys.device.publicKey as DeviceId,
      replica,
      refused,
      rebuilt,
      hooks,
      person: (): PersonId => {
        const person = replica.membership.current()?.devices.get(toHex(keys.device.publicKey))?.person
        if (!person) throw new Error('no person')
        return person
      },
      operate: (operation: KnownOperation) => append({ channel: logChannelName, ...encodeOperation(operation) }),
      append,
      /** One edit: a paragraph after the last. */
      type: (words: string, channel = page): Promise<SealedEntry> => edit(channel, addParagraph(words)),
      /** Another comment on the first page. */
      remark: (words: string): Promise<SealedEntry> =>
        edit(discussion, (doc) => void startThread(doc, { from: {}, to: {}, quote: '' }, words, 0)),
      /** The words of all comments, in their order. */
      remarks: async (): Promise<readonly string[]> => remarksOf(await docOf(discussion)),
      /** The same, not handed over: what a tab has typed so far. */
      draft: (words: string, channel = page): Promise<Uint8Array> => draft(channel, addParagraph(words)),
      /** Gives the first page another title. */
      rename: (title: string): Promise<SealedEntry> =>
        edit(indexChannelName, (doc) => setTitle(doc, pages[0] as DocumentId, title)),
      title: async (): Promise<string> =>
        titleOf(await docOf(indexChannelName), pages[0] as DocumentId)?.toString() ?? '',
      docOf,
      /** The words of all paragraphs, in their order. */
      text: async (channel = page): Promise<string> => paragraphsOf(await docOf(channel)).join(' '),
      /** What the document is, to the byte. */
      state: async (channel = page): Promise<string> => toHex(canonicalState(await docOf(channel))),
    }
  }

  /** Everything that one holds, as it stands on their lines, from where the `other` lacks it. */
  async function runsOf({ replica }: Holder, other?: Holder): Promise<(readonly SealedEntry[])[]> {
    const runs: (readonly SealedEntry[])[] = []
    const lacking = other && other.replica.covered().length === 0 ? other.replica : undefined
    for (const { chain, seq, from = 1 } of replica.heads()) {
      const held = lacking?.head(chain)
      const isBefore = held && replica.holds(claimOf(held)) === true
      for (let next = isBefore ? held.seq + 1 : from; next <= seq; ) {
        const run = await replica.read(chain, next, 1)
        runs.push(run)
        next = (run.at(-1)?.header.seq ?? seq) + 1
      }
    }
    return runs
  }

  /** Hands over what is waited for again, as long as anything is taken. */
  async function tell({ replica }: Holder, runs: readonly (readonly SealedEntry[])[]): Promise<void> {
    for (let left = runs, before = Infinity; left.length > 0 && left.length < before; ) {
      before = left.length
      const waiting = []
      for (const run of left) {
        const last = run.at(-1)
        const isHeld = last && replica.holds(claimOf({ ...last.header, id: last.id })) === true
        if (!isHeld && (await replica.receive(run)).type === 'waiting') waiting.push(run)
      }
      left = waiting
    }
  }

  async function carry(from: Holder, ...to: readonly Holder[]): Promise<void> {
    for (const member of to) for (const run of await runsOf(from, member)) await member.replica.receive(run)
  }

  /** The same, with segments in place of entries where there are some (S0); entries where they are refused. */
  async function carryFolded(from: Holder, to: Holder): Promise<void> {
    for (const { chain, seq, from: first = 1 } of from.replica.heads()) {
      for (let next = first; next <= seq; ) {
        const piece = await from.replica.readFolded(chain, next, 1)
        const isSegment = piece.type === 'segment'
        const reception = isSegment ? await to.replica.receiveSegment(piece.bytes) : undefined
        const run = isSegment && reception?.type !== 'refused' ? [] : await from.replica.read(chain, next, 1)
        if (run.length > 0) await to.replica.receive(run)
        next = run.length > 0 ? (run.at(-1)?.header.seq ?? seq) + 1 : (isSegment ? piece.to : seq) + 1
      }
    }
  }

  /** Lets somebody in who has a link of the owner's; they have what `by` has. */
  async function admit(by: Holder & Pick<Awaited<ReturnType<typeof open>>, 'keys' | 'operate'>, name: string) {
    const [link] = links
    const [epoch] = by.keys.epochs
    const state = by.replica.membership.current()
    if (!link || !epoch || !state) throw new Error('nobody can be let in')
    const keys = await newcomerKeys(crypto, by.keys)
    const join = await joinBy(crypto, keys, link, name)
    await by.operate(await createAdmit(state, join, by.keys.relay, [epoch.secret]))
    const member = await open(name, keys, createMemoryDisk())
    await carry(by, member)
    return member
  }

  return { page, discussion, pages, start, admit, runsOf, tell, carry, carryFolded }
}

const claimOf = ({ chain, seq, id }: Pick<Head, 'chain' | 'seq' | 'id'>) => ({ chain, seq, idPrefix: id.slice(0, 8) })

/** The words of all paragraphs that have any. */
export const paragraphsOf = (doc: Y.Doc): readonly string[] =>
  doc
    .getXmlFragment('body')
    .toArray()
    .map((paragraph) => String(paragraph).replace(/<[^>]*>/g, ''))
    .filter(Boolean)

/** The words of all comments. */
export const remarksOf = (doc: Y.Doc): readonly string[] =>
  listThreads(doc).flatMap(({ remarks }) => remarks.map(({ text }) => text))

const addParagraph = (words: string) => (doc: Y.Doc) => {
  const paragraph = new Y.XmlElement('paragraph')
  paragraph.insert(0, [new Y.XmlText(words)])
  doc.getXmlFragment('body').push([paragraph])
}
