import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import WebSocket from 'ws'
import { sameBytes, toHex } from '#lib/base/bytes'
import type { ChannelTag, DeviceId } from '#lib/base/ids'
import type { SigningKey } from '#lib/crypto/crypto'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { systemRandom } from '#lib/crypto/system-random'
import { encodeDoorStatement, type RelayKey, roomName, signDoorStatement } from '#lib/protocol/door'
import { createRelayClient, type RelayClient } from '#lib/sync/relay-client'
import { createChainWriter, createEntryShelf } from '#lib/testing/entry-shelf'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { openRelayLink } from '#lib/transport/relay'
import { createNodeClock } from '#relay/node-clock'
import { startRelay } from '#relay/testing/start-relay'

const crypto = createNodeCrypto()
const authors = new Map<string, DeviceId>()

interface Member {
  readonly client: RelayClient
  readonly fingerprint: () => string
  write(count: number): Promise<void>
  readonly acknowledged: () => number
}

/** A device with its client at a real relay. */
async function createMember(
  url: string,
  room: { rootKey: Uint8Array; random: Uint8Array },
  relayKey: SigningKey,
  statements: Uint8Array[],
): Promise<Member> {
  const channel = new Uint8Array(16).fill(2) as ChannelTag
  const writer = createChainWriter(await crypto.signingKey(), createSeededRandom(authors.size), {
    lane: 'content',
    channel,
  })
  authors.set(toHex(writer.chain), writer.device)
  const shelf = createEntryShelf(crypto, authors)
  const client = createRelayClient({
    connect: () => openRelayLink(`${url.replace('http', 'ws')}/sync`, WebSocket as never),
    origin: url,
    room,
    relayKey,
    source: shelf,
    isOwn: (chain) => sameBytes(chain, writer.chain),
    memory: { load: async () => undefined, save: async () => {} },
    statements: () => statements,
    clock: createNodeClock(),
    random: systemRandom,
  })
  onTestFinished(() => client.close())
  return {
    client,
    fingerprint: shelf.fingerprint,
    acknowledged: () => client.acknowledged(writer.chain),
    async write(count) {
      for (let i = 0; i < count; i++) {
        const entry = await writer.write(120)
        shelf.append(entry)
        client.committed([entry])
      }
    },
  }
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10))
}

describe('relay over sockets', () => {
  it('R4 joins two devices through a relay that is stopped and started on the way', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'relay-'))
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
    const relay = await startRelay({ dataDir })
    const [owner, guest] = [await crypto.signingKey(), await crypto.signingKey()]
    const room = { rootKey: owner.publicKey, random: systemRandom.bytes(32) }
    const about = { room: roomName(room.rootKey, room.random), origin: relay.url, level: 'member', n: 1 } as const
    const statement = await signDoorStatement({ ...about, subject: guest.publicKey as RelayKey }, owner)
    const statements = [encodeDoorStatement(statement)]
    const alice = await createMember(relay.url, room, owner, statements)
    await alice.write(1500)
    await until(() => alice.acknowledged() === 1500)

    const bob = await createMember(relay.url, room, guest, statements)
    await until(() => bob.fingerprint() === alice.fingerprint())
    await relay.close()
    await until(() => alice.client.state() !== 'connected')
    await alice.write(20)
    await bob.write(20)
    await startRelay({ dataDir, port: Number(new URL(relay.url).port) })
    await until(() => bob.fingerprint() === alice.fingerprint() && alice.acknowledged() === 1520)
    expect(bob.acknowledged()).toBe(20)
  })
})
