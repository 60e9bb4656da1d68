/** Replicas of one workspace without a network, for what segments do between them (S0). */
import * as Y from 'yjs'
import { toHex } from '#lib/base/bytes'
import type { ChainTag, DocumentId } from '#lib/base/ids'
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
import type { Refusal } from '#lib/replica/replica-events'
import { createMemoryDisk, type MemoryDisk, openMemoryStorage } from '#lib/storage/memory-storage'
import { createDeviceKeys } from '#lib/vault/device-keys'
import type { WorkspaceKeys } from '#lib/vault/workspace-keys'

const crypto = createNodeCrypto()
/** Time stands still but for what a test adds. */
export const foldedClock = { ms: 1_700_000_000_000 }
const clock = { now: () => foldedClock.ms, after: () => () => {} }
export const foldedPage = bodyChannelName(systemRandom.bytes(16) as DocumentId)

export interface FoldedDevice {
  readonly replica: Replica
  /** Public half of its signing key. */
  readonly key: Uint8Array
  readonly disk: MemoryDisk
  readonly refused: readonly Refusal[]
  /** Whoever spreads what this device has; set it before. */
  readonly hooks: {
    stored?(run: readonly SealedEntry[]): void
    covered?(chain: ChainTag): void
    folded?(chain: ChainTag): void
  }
  /** The document as it stands. */
  doc(): Promise<Y.Doc>
  text(): Promise<string>
  /** Edits as this device's tab, one entry for each call of `edit`. */
  write(edits: readonly ((text: Y.XmlText) => void)[]): Promise<void>
  /** Makes all segments that can be made. */
  fold(): Promise<void>
  /** The same disk, opened again. */
  restart(): Promise<FoldedDevice>
}

/** Alice, who founds the workspace, and a way to add devices that hold its secrets. */
export async function foldedWorkspace(settings: FoldSettings) {
  const keys = await foundWorkspace({ crypto, random: systemRandom, clock })
  const { genesis: _, ...shared } = keys
  const alice = await openDevice(keys, createMemoryDisk(), settings)
  return {
    alice,
    keys,
    async device(): Promise<FoldedDevice> {
      const own: WorkspaceKeys = { ...shared, ...(await createDeviceKeys(crypto)) }
      return openDevice(own, createMemoryDisk(), settings)
    },
    /** Another copy of Alice's profile, as it stands. */
    copyOf: (disk: MemoryDisk): Promise<FoldedDevice> => openDevice(keys, disk, settings),
  }
}

async function openDevice(keys: WorkspaceKeys, disk: MemoryDisk, settings: FoldSettings): Promise<FoldedDevice> {
  const store = await openMemoryStorage(disk).workspace('w')
  if (!store.ok) throw new Error('no store')
  const refused: Refusal[] = []
  const hooks: FoldedDevice['hooks'] = {}
  const ring = createKeyRing(keys.workspaceId, keys.tagKey, keys.epochs)
  const replica = await openReplica(
    { crypto, clock, random: systemRandom, store: store.value, keys: ring, device: keys.device },
    {
      onStored: (run) => hooks.stored?.(run),
      onAccepted() {},
      onMembership() {},
      onRebuilt() {},
      onRefused: (refusal) => refused.push(refusal),
      onStorageError: ({ type }) => {
        throw new Error(type)
      },
      onCovered: (chain) => hooks.covered?.(chain),
      onFolded: (chain) => hooks.folded?.(chain),
    },
    settings,
  )
  if (replica.membership.size === 0 && keys.genesis) {
    await replica.append({ channel: logChannelName, kind: entryKind.genesis, payload: keys.genesis })
  }
  async function doc(): Promise<Y.Doc> {
    const opened = await replica.open(foldedPage)
    if (!opened.ok) throw new Error(opened.error.type)
    opened.value.release()
    const shown = createQuietDoc()
    shown.clientID = opened.value.slots[0] ?? 0
    applyAcceptedV2(shown, opened.value.state)
    return shown
  }
  return {
    replica,
    key: keys.device.publicKey,
    disk,
    refused,
    hooks,
    doc,
    text: async () => textOf(await doc())?.toString() ?? '',
    async write(edits) {
      const mine = await doc()
      const updates: Uint8Array[] = []
      mine.on('update', (update: Uint8Array) => updates.push(update))
      if (!textOf(mine)) firstBody(mine)
      for (const edit of edits) mine.transact(() => edit(textOf(mine) as Y.XmlText))
      for (const payload of updates) {
        const done = await replica.append({ channel: foldedPage, kind: entryKind.update, payload })
        if (!done.ok) throw new Error(done.error.type)
      }
    },
    async fold() {
      while (await replica.fold()) {}
    },
    restart: () => openDevice(keys, disk, settings),
  }
}

const textOf = (doc: Y.Doc): Y.XmlText | undefined => {
  const paragraph = doc.getXmlFragment('body').get(0)
  return paragraph instanceof Y.XmlElement ? (paragraph.get(0) as Y.XmlText) : undefined
}

function firstBody(doc: Y.Doc): void {
  doc.transact(() => {
    const paragraph = new Y.XmlElement('paragraph')
    doc.getXmlFragment('body').insert(0, [paragraph])
    paragraph.insert(0, [new Y.XmlText()])
  })
}

/** What went from one device to another. */
export interface Carried {
  segments: number
  entries: number
  bytes: number
}

const RUN_BYTES = 24_576

/** Brings `to` what `from` holds and it lacks, as an answer to WANT would; `originals` without segments. */
export async function carry(
  from: FoldedDevice,
  to: FoldedDevice,
  { originals = false, chain, start }: { originals?: boolean; chain?: ChainTag; start?: number } = {},
): Promise<Carried> {
  const carried = { segments: 0, entries: 0, bytes: 0 }
  for (const head of from.replica.heads()) {
    if (chain && toHex(head.chain) !== toHex(chain)) continue
    for (let next = start ?? (to.replica.head(head.chain)?.seq ?? 0) + 1; next <= head.seq; ) {
      const piece = originals
        ? ({ type: 'run', run: await from.replica.read(head.chain, next, RUN_BYTES) } as const)
        : await from.replica.readFolded(head.chain, next, RUN_BYTES)
      if (piece.type === 'segment') {
        const reception = await to.replica.receiveSegment(piece.bytes)
        if (reception.type === 'bad') throw new Error(reception.reason)
        carried.segments++
        carried.bytes += piece.bytes.length
        next = piece.to + 1
        continue
      }
      const [first] = piece.run
      if (!first) break
      const reception = await to.replica.receive(piece.run)
      if (reception.type === 'bad') throw new Error(reception.reason)
      carried.entries += piece.run.length
      for (const { box } of piece.run) carried.bytes += box.length + 8
      next = first.header.seq + piece.run.length
    }
  }
  return carried
}
