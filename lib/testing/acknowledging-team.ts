/** The cast with segments of a few entries, and time that a test lets pass: for who acknowledges what (S1). */
import { expect } from 'vitest'
import type { ChainTag } from '#lib/base/ids'
import { encodeAcknowledgement } from '#lib/document/acknowledgement'
import { openEntry } from '#lib/log/seal-entry'
import { chainTag, channelTag } from '#lib/protocol/derive'
import { entryKind } from '#lib/protocol/entry-kind'
import { decodeSealedSegment, type SealedSegment } from '#lib/protocol/sealed-segment'
import { createOfflineTeam, type OfflineMate } from '#lib/testing/offline-team'

/** Sizes of its segments. */
export const smallSegments = { entries: 6, fewest: 3 }

export async function createAcknowledgingTeam() {
  let now = 1_700_000_000_000
  const pass = (ms: number): void => {
    now += ms
  }
  const team = await createOfflineTeam(undefined, smallSegments, undefined, { now: () => now, after: () => () => {} })

  const start = <const Names extends readonly string[]>(...names: Names) =>
    Promise.all(names.map((name) => team.start(name))) as Promise<{ [K in keyof Names]: OfflineMate }>

  const chainOf = ({ keys, device }: OfflineMate): ChainTag =>
    chainTag(keys.tagKey, device, 0, channelTag(keys.tagKey, team.page))

  /** Entries of its own in the page, and one segment of them. */
  async function writeSegment(author: OfflineMate, words = 'word') {
    for (let i = 0; i < smallSegments.entries + 1; i++) await author.type(`${words}${i}`)
    while (await author.replica.fold()) {}
    const segment = await author.replica.nextSegment(chainOf(author), 2)
    if (!segment) throw new Error('no segment')
    return segment
  }

  /** Everything that can be compared is, and what is due is written. */
  async function compare(...members: readonly OfflineMate[]): Promise<void> {
    for (const { replica } of members) {
      while (await replica.acknowledge()) {}
      pass(30_000)
      while (await replica.acknowledge()) {}
    }
  }

  /** Own entries of a kind in the page. */
  async function ownEntries(member: OfflineMate, kind: number = entryKind.acknowledge) {
    const [epoch] = member.keys.epochs
    const keys = epoch && member.replica.keys.channelKeys(epoch.tag, channelTag(member.keys.tagKey, team.page))
    const entries = await member.replica.read(chainOf(member), 1, 1_000_000)
    return entries.flatMap((entry) => {
      const opened = keys && openEntry(entry, keys)
      return opened?.ok && opened.value.kind === kind ? [{ ...opened.value, seq: entry.header.seq }] : []
    })
  }

  /** Alice wrote a segment, and everybody has its entries and it. */
  async function everybody() {
    const [alice, bob, carol, dave, vera] = await start('alice', 'bob', 'carol', 'dave', 'vera')
    const segment = await writeSegment(alice)
    const others = [bob, carol, dave, vera]
    await team.carry(alice, ...others)
    for (const { replica } of others) expect((await replica.receiveSegment(segment.bytes)).type).toBe('known')
    return { alice, bob, carol, dave, vera, segment, range: { from: 2, to: segment.to }, chain: chainOf(alice) }
  }

  return { team, pass, start, chainOf, writeSegment, compare, ownEntries, everybody }
}

/** Of honest bytes. */
export function decodedOf(bytes: Uint8Array): SealedSegment {
  const sealed = decodeSealedSegment(bytes)
  if (!sealed.ok) throw new Error('no segment')
  return sealed.value
}

/** What an entry says that acknowledges it. */
export const payloadOf = ({ header, count, id }: SealedSegment): Uint8Array =>
  encodeAcknowledgement([{ chain: header.chain, from: header.seq, count, segment: id }])
