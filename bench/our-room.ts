import * as Y from 'yjs'
import { countedRtcPlatform } from '#bench/counted-webrtc'
import { lettersOf, type RoomOfPeers, sharedText } from '#bench/room-of-peers'
import { sameBytes } from '#lib/base/bytes'
import type { ChannelName, DeviceId } from '#lib/base/ids'
import { createBrowserCrypto } from '#lib/crypto/browser-crypto'
import { systemRandom } from '#lib/crypto/system-random'
import { applyAccepted, applyAcceptedV2, createQuietDoc } from '#lib/document/quiet-doc'
import type { Platform } from '#lib/host/browser-platform'
import { createHostDelivery } from '#lib/host/host-delivery'
import { createHostPeers } from '#lib/host/host-peers'
import { createHostPresence } from '#lib/host/host-presence'
import { entryKind } from '#lib/protocol/entry-kind'
import { openReplica } from '#lib/replica/replica'
import { copyMemoryDisk, type MemoryDisk } from '#lib/storage/memory-storage'
import { createSyncEngine } from '#lib/sync/sync-engine'
import { freshWebrtcProvider } from '#lib/testing/node-webrtc'
import { createOfflineTeam } from '#lib/testing/offline-team'
import { keyRingOf, storeOn } from '#lib/testing/simulation-cast'
import type { WorkspaceKeys } from '#lib/vault/workspace-keys'
import { createNodeClock } from '#relay/node-clock'

interface Seat {
  readonly keys: WorkspaceKeys
  readonly disk: MemoryDisk
}

/** A workspace of so many people, each with all that was written so far. */
async function seats(size: number): Promise<{ readonly page: ChannelName; readonly seats: readonly Seat[] }> {
  const team = await createOfflineTeam()
  const alice = await team.start('alice')
  const members: Awaited<ReturnType<typeof team.admit>>[] = [alice]
  while (members.length < size) members.push(await team.admit(alice, `member ${members.length}`))
  await team.carry(alice, ...members.slice(1))
  return { page: team.page, seats: members }
}

/**
 * What the leading tab of a browser runs for its direct links, over a disk in memory: replica, engine, mesh, receipts, presence.
 * No relay, and nobody but the tab that types.
 */
async function sit({ keys, disk }: Seat, page: ChannelName, signaling: string, onSend: (message: unknown) => void) {
  const device = keys.device.publicKey as DeviceId
  const clock = createNodeClock()
  const random = systemRandom
  const crypto = createBrowserCrypto()
  const webrtc = {
    platform: countedRtcPlatform(onSend),
    provider: await freshWebrtcProvider(`ours ${random.bytes(8).join()}`),
  }
  const platform = { crypto, clock, random, webrtc } as unknown as Platform
  const store = await storeOn(copyMemoryDisk(disk), keys)
  const doc = createQuietDoc()

  let started: (() => Awaited<ReturnType<typeof start>>) | undefined
  const replica = await openReplica(
    { crypto, clock, random, store, keys: keyRingOf(keys), device: keys.device },
    {
      onStored(run) {
        started?.().engine.committed(run)
        started?.().delivery.stored()
      },
      onAccepted({ device: author, update }) {
        const isForeign = !sameBytes(author, device)
        if (isForeign) applyAccepted(doc, update)
        started?.().delivery.judged(isForeign)
      },
      onMembership() {},
      onRebuilt() {},
      onRefused: ({ reason }) => console.error(`refused: ${reason}`),
      onStorageError() {},
      onCovered() {},
      onFolded() {},
    },
  )
  const opened = await replica.open(page)
  if (!opened.ok) throw new Error('The page does not open')
  applyAcceptedV2(doc, opened.value.state)
  doc.clientID = opened.value.slots[0] ?? 0

  async function start() {
    const engine = createSyncEngine({ source: replica, clock, random })
    const peers = await createHostPeers({
      ...{ replica, keys, store, platform, engine, relayOnly: false },
      late: () => [],
      onReceipt: (sealed) => delivery.heard(sealed),
      onPresence: (sealed, from) => presence.heard(sealed, from),
      onMet() {
        delivery.greet()
        presence.greet()
      },
      onLost: (other) => presence.lost(other),
      onChange() {},
    })
    const delivery = await createHostDelivery({
      ...{ replica, keys, store, platform },
      send: peers.sendReceipt,
      keep() {},
      acknowledged: () => 0,
      relayHolds: () => false,
      blocked: () => 0,
      filesWaiting: () => false,
      storage: () => ({ full: false, kept: true, begunMs: clock.now(), backupMs: undefined }),
      onChange() {},
    })
    const presence = createHostPresence({
      ...{ replica, keys, platform },
      send: (sealed) => engine.sendPresence(sealed),
      sendOverRelay() {},
      direct: peers.direct,
      onChange() {},
      onRelayListener() {},
    })
    return { engine, peers, delivery, presence }
  }

  const running = await start()
  started = () => running
  running.presence.show('0123456789abcdef', opened.value.channel, undefined)
  running.peers.join({ origin: '', sync: '', signaling, iceServers: [] })
  return {
    doc,
    degree: () => running.peers.direct().size,
    async type() {
      const updates: Uint8Array[] = []
      const keep = (update: Uint8Array) => updates.push(update)
      doc.on('update', keep)
      const text = sharedText(doc)
      text.insert(text.length, 'a')
      doc.off('update', keep)
      const done = await replica.append({ channel: page, kind: entryKind.update, payload: Y.mergeUpdates(updates) })
      if (!done.ok) throw new Error(done.error.type)
    },
  }
}

export async function openOurRoom(
  size: number,
  signaling: string,
  onSend: (message: unknown) => void,
): Promise<RoomOfPeers> {
  const team = await seats(size)
  const people: Awaited<ReturnType<typeof sit>>[] = []
  for (const seat of team.seats) people.push(await sit(seat, team.page, signaling, onSend))
  return {
    type: async (at) => people[at]?.type(),
    letters: () => people.map(({ doc }) => lettersOf(doc)),
    degrees: () => people.map(({ degree }) => degree()),
  }
}
