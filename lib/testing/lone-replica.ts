/** One replica over a disk in memory, without tabs and links, and somebody who types into it. */
import * as Y from 'yjs'
import { toHex } from '#lib/base/bytes'
import type { Clock } from '#lib/base/clock'
import type { ChainTag, DocumentId } from '#lib/base/ids'
import type { Crypto } from '#lib/crypto/crypto'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { systemRandom } from '#lib/crypto/system-random'
import { applyAcceptedV2, createQuietDoc } from '#lib/document/quiet-doc'
import { foundWorkspace } from '#lib/host/found-workspace'
import { bodyChannelName, logChannelName } from '#lib/protocol/channel-name'
import { entryKind } from '#lib/protocol/entry-kind'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import type { FoldSettings } from '#lib/replica/fold-own'
import { createKeyRing } from '#lib/replica/key-ring'
import { openReplica, type Replica } from '#lib/replica/replica'
import { createMemoryDisk, openMemoryStorage } from '#lib/storage/memory-storage'
import type { WorkspaceStore } from '#lib/storage/storage'
import type { WorkspaceKeys } from '#lib/vault/workspace-keys'

/** Time that stands still. */
const stillClock: Clock = { now: () => 1_700_000_000_000, after: () => () => {} }
const nodeCrypto = createNodeCrypto()
export const page = bodyChannelName(systemRandom.bytes(16) as DocumentId)

/** Keys of a new workspace, whose founder is this device. */
export const found = () => foundWorkspace({ crypto: nodeCrypto, random: systemRandom, clock: stillClock })

/** An empty disk. */
export async function storeOf(): Promise<WorkspaceStore> {
  const opened = await openMemoryStorage(createMemoryDisk()).workspace('w')
  if (!opened.ok) throw new Error('no store')
  return opened.value
}

/** Whoever spreads what a replica has. */
export interface ReplicaHooks {
  stored?(run: readonly SealedEntry[]): void
  folded?(chain: ChainTag): void
}

/** A replica, with all that it has stored, shown and refused since. Writes the genesis where the log is empty and `keys` have one. */
export async function replicaOf(
  keys: WorkspaceKeys,
  store: WorkspaceStore,
  folding?: FoldSettings,
  crypto: Crypto = nodeCrypto,
  editsAnewAtOnce?: number,
  clock = stillClock,
) {
  const stored: (readonly SealedEntry[])[] = []
  const refused: string[] = []
  const shown: Uint8Array[] = []
  /** Channels (hex), as often as each was. */
  const rebuilt: string[] = []
  const hooks: ReplicaHooks = {}
  const replica = await openReplica(
    {
      crypto,
      clock,
      random: systemRandom,
      store,
      keys: createKeyRing(keys.workspaceId, keys.tagKey, keys.epochs),
      device: keys.device,
    },
    {
      onStored(run) {
        stored.push(run)
        hooks.stored?.(run)
      },
      onAccepted: ({ update }) => shown.push(update),
      onMembership() {},
      onRebuilt: (channel) => rebuilt.push(toHex(channel)),
      onRefused: (refusal) => refused.push(refusal.reason),
      onStorageError() {},
      onCovered() {},
      onFolded: (chain) => hooks.folded?.(chain),
    },
    folding,
    editsAnewAtOnce,
  )
  if (replica.membership.size === 0 && keys.genesis) {
    const begun = await replica.append({ channel: logChannelName, kind: entryKind.genesis, payload: keys.genesis })
    if (!begun.ok) throw new Error(begun.error.type)
  }
  return { replica, stored, refused, shown, rebuilt, hooks }
}

/** A tab's document: what it types becomes updates under its slot. */
export async function typist(replica: Replica, slot = 0, channel = page) {
  const opened = await replica.open(channel)
  if (!opened.ok) throw new Error('not opened')
  const doc = createQuietDoc()
  applyAcceptedV2(doc, opened.value.state)
  doc.clientID = opened.value.slots[slot] ?? 0
  return {
    doc,
    async type(words: string) {
      const updates: Uint8Array[] = []
      const keep = (update: Uint8Array) => updates.push(update)
      doc.on('update', keep)
      const body = doc.getXmlFragment('body')
      if (body.length === 0) body.insert(0, [new Y.XmlElement('paragraph')])
      const paragraph = body.get(0) as Y.XmlElement
      if (paragraph.length === 0) paragraph.insert(0, [new Y.XmlText()])
      const text = paragraph.get(0) as Y.XmlText
      text.insert(text.length, words)
      doc.off('update', keep)
      return replica.append({ channel, kind: entryKind.update, payload: Y.mergeUpdates(updates) })
    },
  }
}

export const textOf = async (replica: Replica): Promise<string> => {
  const opened = await replica.open(page)
  const doc = createQuietDoc()
  if (opened.ok) applyAcceptedV2(doc, opened.value.state)
  return doc.getXmlFragment('body').toString()
}
