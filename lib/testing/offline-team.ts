/** The cast as replicas over disks in memory, without links: what one has reaches another when a test carries it. */

import * as Y from 'yjs'
import { toHex } from '#lib/base/bytes'
import type { ChannelName, DeviceId, DocumentId, PersonId } from '#lib/base/ids'
import { canonicalState } from '#lib/document/encode-state'
import { applyAcceptedV2, createQuietDoc } from '#lib/document/quiet-doc'
import { setTitle, titleOf } from '#lib/document/workspace-index'
import { bodyChannelName, indexChannelName, logChannelName } from '#lib/protocol/channel-name'
import { entryKind } from '#lib/protocol/entry-kind'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import type { Replica } from '#lib/replica/replica'
import type { AppendRequest } from '#lib/replica/write-entry'
import { copyMemoryDisk, type MemoryDisk } from '#lib/storage/memory-storage'
import { replicaOf } from '#lib/testing/lone-replica'
import { type Cast, createCast, storeOn } from '#lib/testing/simulation-cast'
import type { KnownOperation } from '#lib/workspace/operation'
import { encodeOperation } from '#lib/workspace/operation-format'

interface Holder {
  readonly replica: Replica
}

/** alice founds; bob, carol and dave edit, vera reads. Everybody holds the same before the first `start`. */
export async function createOfflineTeam(cast?: Cast) {
  const { devices, pages } = cast ?? (await createCast())
  const page = bodyChannelName(pages[0] as never)

  async function start(name: string, disk?: MemoryDisk) {
    const found = devices.find((one) => one.name === name)
    if (!found) throw new Error('nobody')
    const own = disk ?? copyMemoryDisk(found.disk)
    const { replica, refused, rebuilt } = await replicaOf(found.keys, await storeOn(own, found.keys))

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

    async function edit(channel: ChannelName, change: (doc: Y.Doc) => void): Promise<SealedEntry> {
      const doc = await docOf(channel)
      const updates: Uint8Array[] = []
      doc.on('update', (update: Uint8Array) => updates.push(update))
      doc.transact(() => change(doc))
      return append({ channel, kind: entryKind.update, payload: Y.mergeUpdates(updates) })
    }

    return {
      name,
      keys: found.keys,
      disk: own,
      device: found.keys.device.publicKey as DeviceId,
      replica,
      refused,
      rebuilt,
      person: (): PersonId => {
        const person = replica.membership.current()?.devices.get(toHex(found.keys.device.publicKey))?.person
        if (!person) throw new Error('no person')
        return person
      },
      operate: (operation: KnownOperation) => append({ channel: logChannelName, ...encodeOperation(operation) }),
      append,
      /** One edit: a paragraph after the last. */
      type: (words: string, channel = page): Promise<SealedEntry> =>
        edit(channel, (doc) => {
          const paragraph = new Y.XmlElement('paragraph')
          paragraph.insert(0, [new Y.XmlText(words)])
          doc.getXmlFragment('body').push([paragraph])
        }),
      /** Gives the first page another title. */
      rename: (title: string): Promise<SealedEntry> =>
        edit(indexChannelName, (doc) => setTitle(doc, pages[0] as DocumentId, title)),
      title: async (): Promise<string> =>
        titleOf(await docOf(indexChannelName), pages[0] as DocumentId)?.toString() ?? '',
      /** The words of all paragraphs, in their order. */
      async text(channel = page): Promise<string> {
        const all = (await docOf(channel)).getXmlFragment('body').toArray()
        return all
          .map((paragraph) => String(paragraph).replace(/<[^>]*>/g, ''))
          .filter(Boolean)
          .join(' ')
      },
      /** What the document is, to the byte. */
      state: async (channel = page): Promise<string> => toHex(canonicalState(await docOf(channel))),
    }
  }

  /** Everything that one holds, as it stands on their lines. */
  async function runsOf({ replica }: Holder): Promise<(readonly SealedEntry[])[]> {
    const runs: (readonly SealedEntry[])[] = []
    for (const { chain, seq, from = 1 } of replica.heads()) {
      for (let next = from; next <= seq; ) {
        const run = await replica.read(chain, next, 1)
        runs.push(run)
        next = (run.at(-1)?.header.seq ?? seq) + 1
      }
    }
    return runs
  }

  async function carry(from: Holder, ...to: readonly Holder[]): Promise<void> {
    for (const run of await runsOf(from)) for (const member of to) await member.replica.receive(run)
  }

  return { page, pages, start, runsOf, carry }
}
