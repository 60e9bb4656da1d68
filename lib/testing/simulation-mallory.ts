/**
 * A member's device with other software: writes what no honest device would, properly signed. What it writes must be kept
 * and forwarded by everybody, and change nothing but what E3 says.
 */
import * as Y from 'yjs'
import { toHex } from '#lib/base/bytes'
import type { ChannelName, ChannelTag, DeviceId, EntryId } from '#lib/base/ids'
import { BODY_ROOT } from '#lib/document/first-structure'
import { sealEntry, signEntry } from '#lib/log/seal-entry'
import { chainTag, channelTag, slotClients } from '#lib/protocol/derive'
import { entryKind } from '#lib/protocol/entry-kind'
import { channelNameTail } from '#lib/protocol/entry-tail'
import { NO_ENTRY, SUITE, VERSION } from '#lib/protocol/outer-header'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import type { SeededRandom } from '#lib/testing/seeded-random'
import { type CastDevice, keyRingOf } from '#lib/testing/simulation-cast'
import type { SimulatedDevice } from '#lib/testing/simulation-device'
import type { SimulationOracle } from '#lib/testing/simulation-oracle'
import { roleOfDevice } from '#lib/workspace/authorize'

export interface Mallory {
  readonly cast: CastDevice
  /** Hands an entry to somebody who is awake. */
  write(to: SimulatedDevice): Promise<void>
}

export function createMallory(
  world: {
    readonly random: SeededRandom
    readonly oracle: SimulationOracle
    onSaw(behaviour: string): void
  },
  cast: CastDevice,
  channels: readonly ChannelName[],
): Mallory {
  const { random, oracle } = world
  const { keys } = cast
  const device = keys.device.publicKey as DeviceId
  const ring = keyRingOf(keys)
  /** Newest entries, by channel (hex), and whether the log that the life cites lets mallory only read. */
  const chains = new Map<string, { seq: number; id: EntryId; isReader: boolean }>()

  function isReaderIn(channel: ChannelTag, to: SimulatedDevice): boolean {
    const state = to.replica().membership.current()
    return chains.get(toHex(channel))?.isReader ?? (state !== undefined && roleOfDevice(state, device) === 'viewer')
  }

  /** A reader's sound edit, in a slot of their own, which only their role forbids; a writer's that says nothing. */
  function forbidden(channel: ChannelTag, to: SimulatedDevice): Uint8Array {
    const admission = to.replica().membership.current()?.devices.get(toHex(device))?.admission
    if (!isReaderIn(channel, to) || !admission) return random.bytes(40)
    const doc = new Y.Doc()
    doc.clientID = slotClients(device, admission, channel, 0)[0] ?? 0
    doc.getXmlFragment(BODY_ROOT).insert(0, [new Y.XmlElement('paragraph')])
    return Y.encodeStateAsUpdate(doc)
  }

  async function forge(name: ChannelName, to: SimulatedDevice, isVoid: boolean): Promise<SealedEntry> {
    const channel = channelTag(keys.tagKey, name)
    const [epoch] = keys.epochs
    const { seq, id } = chains.get(toHex(channel)) ?? { seq: 0, id: NO_ENTRY }
    const channelKeys = epoch && ring.channelKeys(epoch.tag, channel)
    if (!epoch || !channelKeys) throw new Error('no keys')
    const header = {
      version: VERSION,
      suite: SUITE,
      lane: 'content' as const,
      epoch: epoch.tag,
      channel,
      chain: chainTag(keys.tagKey, device, 0, channel),
      seq: seq + 1,
      prev: id,
    }
    const body = {
      kind: isVoid ? entryKind.update : entryKind.merge,
      payload: isVoid ? forbidden(channel, to) : new Uint8Array(0),
      ...(seq === 0 ? { membershipHeads: to.replica().membership.heads().slice(0, 8) } : {}),
      dependencies: [],
      seconds: 0,
      tail: seq === 0 ? [channelNameTail(name)] : [],
    }
    return signEntry(sealEntry(header, body, channelKeys, random), keys.device)
  }

  async function hand(entry: SealedEntry, to: SimulatedDevice, nature: 'hostile' | 'void'): Promise<void> {
    oracle.wrote(cast.name, entry, nature)
    const reception = await to.replica().receive([entry])
    if (reception.type === 'bad') oracle.complain(`${to.name} drops what is authentic: ${reception.reason}`)
  }

  return {
    cast,
    async write(to) {
      if (to.replica().membership.size === 0) return
      const name = random.pick(channels)
      const channel = channelTag(keys.tagKey, name)
      const isReader = isReaderIn(channel, to)
      const isVoid = random.chance(0.5)
      const entry = await forge(name, to, isVoid)
      const other = isVoid ? undefined : await forge(name, to, false)
      chains.set(toHex(channel), { seq: entry.header.seq, id: entry.id, isReader })
      world.onSaw(other ? 'a forked chain' : isReader ? 'a reader writes' : 'a void entry')
      await hand(entry, to, isVoid ? 'void' : 'hostile')
      if (other) await hand(other, to, 'hostile')
    },
  }
}
