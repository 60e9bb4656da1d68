/** A document through the replica and the store of the product, written once and opened cold. */

import { firstBody, fragmentText, replayTrace } from '#bench/pages/trace-text'
import { createBrowserCrypto } from '#lib/crypto/browser-crypto'
import { systemRandom } from '#lib/crypto/system-random'
import { applyAcceptedV2, createQuietDoc } from '#lib/document/quiet-doc'
import { foundWorkspace } from '#lib/host/found-workspace'
import { bodyChannelName, logChannelName } from '#lib/protocol/channel-name'
import { entryKind } from '#lib/protocol/entry-kind'
import { createKeyRing } from '#lib/replica/key-ring'
import { openReplica, type Replica } from '#lib/replica/replica'
import { openIndexedDbKeyStore, openIndexedDbStorage } from '#lib/storage/indexeddb-storage'
import { createMemoryDisk, openMemoryStorage } from '#lib/storage/memory-storage'
import type { WorkspaceStore } from '#lib/storage/storage'
import { quickStretch } from '#lib/testing/quick-stretch'
import { createDeviceKeys } from '#lib/vault/device-keys'
import { openVault, type Vault } from '#lib/vault/vault'
import type { WorkspaceKeys } from '#lib/vault/workspace-keys'
import { createAdmit } from '#lib/workspace/admission'
import { createInvite } from '#lib/workspace/invitation'
import { createJoin } from '#lib/workspace/join'
import { encodeOperation } from '#lib/workspace/operation-format'

const crypto = createBrowserCrypto()
const clock = { now: () => Date.now(), after: () => () => {} }
const page = bodyChannelName(new Uint8Array(16).fill(7) as never)
const RUN_BYTES = 24_576

/** The value, or the end of the measurement. */
function must<T>(result: { ok: true; value: T } | { ok: false; error: unknown }): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error))
  return result.value
}

const openOwnVault = async (): Promise<Vault> =>
  must(
    await openVault({
      crypto,
      random: systemRandom,
      keys: must(await openIndexedDbKeyStore()),
      stretch: quickStretch,
      openStorage: (storageKey) => openIndexedDbStorage({ storageKey }),
    }),
  )

const replicaOf = (keys: WorkspaceKeys, store: WorkspaceStore): Promise<Replica> =>
  openReplica(
    {
      crypto,
      clock,
      random: systemRandom,
      store,
      keys: createKeyRing(keys.workspaceId, keys.tagKey, keys.epochs),
      device: keys.device,
    },
    {
      onStored() {},
      onAccepted() {},
      onMembership() {},
      onRebuilt() {},
      onRefused: ({ reason }) => console.error('refused', reason),
      onStorageError: ({ type }) => console.error(type),
      onCovered() {},
      onFolded() {},
    },
  )

async function moveEntries(from: Replica, to: Replica, moved: Map<string, number>): Promise<void> {
  for (const { chain, seq } of from.heads()) {
    const key = chain.join()
    for (let next = (moved.get(key) ?? 0) + 1; next <= seq; ) {
      const run = await from.read(chain, next, RUN_BYTES)
      const reception = await to.receive(run)
      if (reception.type !== 'taken' || run.length === 0) throw new Error(`not taken: ${JSON.stringify(reception)}`)
      next += run.length
      moved.set(key, next - 1)
    }
  }
}

/**
 * Alice writes the trace, an entry for every edit; Bob, whose profile this is, receives it in runs as from a link,
 * keeps a checkpoint and then the last `tail` entries. Of more than one member the others have come by a link. Resolves to the name of the workspace.
 */
async function write({ edits, tail, members = 1 }: { edits: number; tail: number; members?: number }): Promise<string> {
  const alice = await foundWorkspace({ crypto, random: systemRandom, clock })
  const writer = await replicaOf(alice, must(await openMemoryStorage(createMemoryDisk()).workspace('alice')))
  must(
    await writer.append({
      channel: logChannelName,
      kind: entryKind.genesis,
      payload: alice.genesis ?? new Uint8Array(),
    }),
  )
  await admitMore(alice, writer, members - 1)
  const { genesis: _, ...shared } = alice
  const bob: WorkspaceKeys = { ...shared, ...(await createDeviceKeys(crypto)) }
  const vault = await openOwnVault()
  must(await vault.saveWorkspaceKeys(bob))
  const id = Array.from(bob.workspaceId, (byte) => byte.toString(16).padStart(2, '0')).join('')
  const reader = await replicaOf(bob, must(await vault.storage.workspace(id)))

  const moved = new Map<string, number>()
  const doc = createQuietDoc()
  doc.clientID = must(await writer.open(page)).slots[0] ?? 0
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  const put = async () => {
    for (const payload of updates.splice(0))
      must(await writer.append({ channel: page, kind: entryKind.update, payload }))
  }
  firstBody(doc)
  await put()
  let written = 0
  for (const edit of await replayTrace(doc, edits)) {
    if (written === edits - tail) {
      await moveEntries(writer, reader, moved)
      await reader.tidy('end')
    }
    edit()
    await put()
    written++
  }
  await moveEntries(writer, reader, moved)
  vault.close()
  return id
}

async function admitMore(alice: WorkspaceKeys, replica: Replica, count: number): Promise<void> {
  const { workspaceId } = alice
  const operate = async (operation: Parameters<typeof encodeOperation>[0]) =>
    must(await replica.append({ channel: logChannelName, ...encodeOperation(operation) })).id
  const terms = { role: 'editor', maxUses: 0, expiresAtSeconds: 1_900_000_000, needsApproval: false } as const
  const { operation, keys } = await createInvite(crypto, { workspaceId, ...terms }, systemRandom)
  const invite = count > 0 ? await operate(operation) : undefined
  for (let i = 0; invite && i < count; i++) {
    const [root, { device, exchange, relay }] = [await crypto.signingKey(), await createDeviceKeys(crypto)]
    const plan = {
      ...{ workspaceId, invite, name: `Member ${i}`, paper: undefined },
      ...{ exchangeKey: exchange.publicKey as never, relayKey: relay.publicKey as never },
    }
    const join = await createJoin(plan, { root, device, proofKey: keys.proofKey })
    const state = replica.membership.current()
    if (state)
      await operate(
        await createAdmit(
          state,
          join,
          alice.relay,
          alice.epochs.map(({ secret }) => secret),
        ),
      )
  }
}

async function openOwnReplica(vault: Vault, id: string): Promise<Replica> {
  const bytes = Uint8Array.from(id.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
  const keys = must(await vault.loadWorkspaceKeys(bytes as never))
  if (!keys) throw new Error('no keys')
  return replicaOf(keys, must(await vault.storage.workspace(id)))
}

/** Nothing comes for a while, and the device does what it does then. */
async function pause(id: string): Promise<void> {
  const replica = await openOwnReplica(await openOwnVault(), id)
  must(await replica.open(page))
  await replica.tidy('quiet')
}

/** Milliseconds from nothing to a document that an editor could be bound to, and its text. */
async function open(id: string): Promise<{ ms: number; length: number }> {
  const startedAt = performance.now()
  const vault = await openOwnVault()
  const replica = await openOwnReplica(vault, id)
  const doc = createQuietDoc()
  must(applyAcceptedV2(doc, must(await replica.open(page)).state))
  return { ms: performance.now() - startedAt, length: fragmentText(doc).length }
}

Object.assign(globalThis, { write, pause, open })
