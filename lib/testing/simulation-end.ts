/**
 * The end of a simulated history: everybody comes together over good roads, and must then hold and show the same, count
 * what E3 says, and have every saved word once.
 */

import type * as Y from 'yjs'
import { sameBytes, toHex } from '#lib/base/bytes'
import type { ChannelName, TagKey } from '#lib/base/ids'
import { canonicalState } from '#lib/document/encode-state'
import { applyAcceptedV2, createQuietDoc } from '#lib/document/quiet-doc'
import { channelTag } from '#lib/protocol/derive'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import type { Replica } from '#lib/replica/replica'
import { countedOfEndedLives, viewOf } from '#lib/testing/late-model'
import type { SimulatedDevice } from '#lib/testing/simulation-device'
import { countedEntries } from '#lib/testing/simulation-forks'
import type { SimulationOracle, WrittenEntry } from '#lib/testing/simulation-oracle'
import { wordsOn } from '#lib/testing/simulation-tab'

export interface EndWorld {
  readonly tagKey: TagKey
  readonly channels: readonly ChannelName[]
  readonly oracle: SimulationOracle
  /** The device whose keys wrote an entry, by name, and its person. */
  deviceOf(item: WrittenEntry): string
  /** Words that somebody took away. */
  readonly deleted: ReadonlySet<number>
  onSaw(behaviour: string): void
}

async function docOf(device: SimulatedDevice, name: ChannelName): Promise<Y.Doc> {
  const opened = await device.replica().open(name)
  if (!opened.ok) throw new Error('not opened')
  opened.value.release()
  const doc = createQuietDoc()
  applyAcceptedV2(doc, opened.value.state)
  return doc
}

const heldBy = (device: SimulatedDevice): string =>
  [...device.replica().heads(), ...device.replica().judgedHeads()]
    .map(({ chain, seq, id }) => `${toHex(chain)} ${seq} ${toHex(id)}`)
    .sort()
    .join()

/** Whether all have saved what was typed, hold the same entries, have judged the same of them, and show the same. */
export async function hasConverged(
  devices: readonly SimulatedDevice[],
  channels: readonly ChannelName[],
): Promise<boolean> {
  if (devices.some(({ tabs }) => tabs.some((tab) => tab.pending() > 0))) return false
  if (new Set(devices.map(heldBy)).size > 1) return false
  for (const name of channels) {
    const states = await Promise.all(devices.map(async (device) => toHex(canonicalState(await docOf(device, name)))))
    if (new Set(states).size > 1) return false
  }
  return true
}

/** Throws where something is not as it must be in the end. */
export async function checkEnd(world: EndWorld, devices: readonly SimulatedDevice[]): Promise<void> {
  const counted = checkForks(world, devices)
  const [page] = world.channels
  if (page) for (const device of devices) await checkWords(world, devices, device, counted, page)
  const states = devices.map((device) => plainOf(device.replica().membership.current()))
  if (new Set(states).size > 1) throw new Error('membership differs')
}

/** What everybody counts is what E3 and W1 say, read literally; returns it. */
function checkForks(world: EndWorld, devices: readonly SimulatedDevice[]): Set<string> {
  const { oracle, deviceOf } = world
  const all = new Set<string>()
  const replicas = devices.map((device) => device.replica())
  for (const name of world.channels) {
    const channel = channelTag(world.tagKey, name)
    const entries = oracle.held(replicas, channel)
    const counted = countedEntries(entries, (item) => deviceOf(item).split(' ')[0] ?? '', deviceOf)
    if (counted.size < entries.length) world.onSaw('held back')
    const [replica] = replicas
    const late = replica ? lateEntries(replica, entries, counted) : new Set<string>()
    if (late.size > 0) world.onSaw('late')
    for (const id of late) counted.delete(id)
    for (const id of counted) all.add(id)
    for (const replica of replicas) {
      const judged = [...oracle.judged(replica, channel).keys()]
      if (judged.length !== counted.size || judged.some((id) => !counted.has(id)))
        throw new Error('other entries count than E3 and W1 say')
    }
  }
  return all
}

/** What of the entries that E3 counts is held back by W1. */
function lateEntries(
  replica: Replica,
  entries: readonly WrittenEntry[],
  counted: ReadonlySet<string>,
): ReadonlySet<string> {
  const sealed = entries.map(({ entry }) => entry)
  const newest = countedOfEndedLives(viewOf(replica), sealed, ({ id }) => counted.has(toHex(id)))
  const isLate = ({ header }: SealedEntry): boolean =>
    header.seq > (newest.get(toHex(header.chain)) ?? Number.POSITIVE_INFINITY)
  return new Set(sealed.filter((entry) => counted.has(toHex(entry.id)) && isLate(entry)).map(({ id }) => toHex(id)))
}

/** Every word that was said to be saved and counts stands exactly once on the page, unless somebody took it away. */
async function checkWords(
  { deleted }: EndWorld,
  devices: readonly SimulatedDevice[],
  device: SimulatedDevice,
  counted: ReadonlySet<string>,
  page: ChannelName,
): Promise<void> {
  const expected = devices
    .flatMap(({ saved }) => saved)
    .filter(({ word, entry }) => !deleted.has(word) && counted.has(toHex(entry.id)))
  const doc = await docOf(device, page)
  const standing = wordsOn(doc)
  for (const { word } of expected) {
    const times = standing.filter((other) => other === word).length
    if (times !== 1) throw new Error(`${device.name}: word ${word} stands ${times} times on the page`)
  }
  for (const tab of device.tabs) {
    if (!sameBytes(tab.name, page)) continue
    if (!sameBytes(canonicalState(tab.doc()), canonicalState(doc))) throw new Error(`${device.name}: a tab differs`)
  }
}

const plainOf = (value: unknown): string =>
  JSON.stringify(value, (_, item: unknown) => {
    if (item instanceof Uint8Array) return toHex(item)
    return item instanceof Map ? [...item] : item
  })
