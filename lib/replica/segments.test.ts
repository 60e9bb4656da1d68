import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { toHex } from '#lib/base/bytes'
import type { ChainTag } from '#lib/base/ids'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { systemRandom } from '#lib/crypto/system-random'
import { canonicalState } from '#lib/document/encode-state'
import { openSegment, sealSegment } from '#lib/document/seal-segment'
import { buildSegment, type Segment } from '#lib/document/segment'
import { openEntry, sealEntry, signEntry } from '#lib/log/seal-entry'
import { type ChannelKeys, channelTag } from '#lib/protocol/derive'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { decodeSealedSegment, encodeSealedSegment, type SealedSegment } from '#lib/protocol/sealed-segment'
import { copyMemoryDisk } from '#lib/storage/memory-storage'
import { carry, type FoldedDevice, foldedClock, foldedPage, foldedWorkspace } from '#lib/testing/folded-workspace'
import { emptyBody } from '#lib/testing/test-chain'
import type { WorkspaceKeys } from '#lib/vault/workspace-keys'

const small = { entries: 50, fewest: 8 }
const typed = (count: number, word = 'x') =>
  Array.from({ length: count }, (_, i) => (text: Y.XmlText) => {
    if (i % 7 === 6) text.delete(0, 1)
    else text.insert(text.length, `${word}${i} `)
  })

describe('S0 segments between devices', () => {
  it('S0 a newcomer opens from segments what others open from entries', async () => {
    const { alice, device } = await foldedWorkspace(small)
    await alice.write(typed(220))
    await alice.fold()
    const [bob, carol] = [await device(), await device()]
    const folded = await carry(alice, bob)
    const single = await carry(alice, carol, { originals: true })
    expect(folded.segments).toBe(4)
    expect(folded.entries).toBeLessThan(30)
    expect(folded.bytes * 4).toBeLessThan(single.bytes)
    expect(canonicalState(await bob.doc())).toEqual(canonicalState(await alice.doc()))
    expect(canonicalState(await carol.doc())).toEqual(canonicalState(await alice.doc()))
    expect(bob.replica.heads()).toEqual(carol.replica.heads())
    expect(bob.replica.judgedHeads()).toEqual(carol.replica.judgedHeads())
    expect([...bob.refused, ...carol.refused]).toEqual([])
  })

  it('S0 counts as unchecked what segments stand for, until the entries are there', async () => {
    const { alice, device } = await foldedWorkspace(small)
    await alice.write(typed(120))
    await alice.fold()
    const bob = await device()
    expect((await carry(alice, bob)).segments).toBe(2)
    expect([alice.replica.unchecked(), bob.replica.unchecked()]).toEqual([0, 100])
    expect((await bob.restart()).replica.unchecked()).toBe(100)
    for (const _ of [1, 2]) {
      const [place] = bob.replica.covered()
      if (place) await carry(alice, bob, { originals: true, chain: place.chain, start: place.from })
    }
    expect(bob.replica.unchecked()).toBe(0)
  })

  it('S0 goes on after a segment as after its entries, across restarts and checkpoints', async () => {
    const { alice, device } = await foldedWorkspace(small)
    await alice.write(typed(120))
    await alice.fold()
    const bob = await device()
    await carry(alice, bob)
    await alice.write(typed(30, 'y'))
    const again = await bob.restart()
    expect(await again.text()).toBe(await bob.text())
    await carry(alice, again)
    await again.replica.tidy('end')
    const last = await again.restart()
    await alice.write(typed(80, 'z'))
    await alice.fold()
    await carry(alice, last)
    expect(await last.text()).toBe(await alice.text())
  })

  it('S0 puts the entries beside their segment when they come, and nothing changes', async () => {
    const { alice, device } = await foldedWorkspace(small)
    await alice.write(typed(130))
    await alice.fold()
    const bob = await device()
    await carry(alice, bob)
    const before = canonicalState(await bob.doc())
    for (let places = bob.replica.covered(); places.length > 0; places = bob.replica.covered()) {
      const [place] = places
      if (place) await carry(alice, bob, { originals: true, chain: place.chain, start: place.from })
      expect(bob.replica.covered()).not.toEqual(places)
    }
    expect(canonicalState(await bob.doc())).toEqual(before)
    const carol = await device()
    await carry(bob, carol, { originals: true })
    expect(canonicalState(await carol.doc())).toEqual(before)
    expect(canonicalState(await (await bob.restart()).doc())).toEqual(before)
    expect(bob.refused).toEqual([])
  })

  it('S0 hands segments on to the next newcomer, and again when it holds the entries too', async () => {
    const { alice, device } = await foldedWorkspace(small)
    await alice.write(typed(130))
    await alice.fold()
    const [bob, carol, dave] = [await device(), await device(), await device()]
    await carry(alice, bob)
    expect((await carry(bob, carol)).segments).toBe(2)
    expect(await carol.text()).toBe(await alice.text())
    await carry(alice, carol, { originals: true, chain: pageOf(alice), start: 2 })
    expect((await carry(carol, dave)).segments).toBe(2)
    expect(await dave.text()).toBe(await alice.text())
  })

  it('S0 prefers entries where they come first, also in the middle of what a segment folds', async () => {
    const { alice, device } = await foldedWorkspace(small)
    await alice.write(typed(70))
    const [bob, carol] = [await device(), await device()]
    await carry(alice, bob)
    await alice.fold()
    const { chain, segments } = await ownSegments(alice)
    expect(segments).toHaveLength(1)
    expect(await bob.replica.receiveSegment(segments[0] as Uint8Array)).toEqual({ type: 'known' })
    // as a relay hands it out: the segment first, then a blob that reaches into it
    await carry(alice, carol, { originals: true, chain: logOf(alice) })
    expect(await carol.replica.receiveSegment(segments[0] as Uint8Array)).toEqual({ type: 'waiting' })
    await carol.replica.receive((await alice.replica.read(chain, 1, 24_576)).slice(0, 9))
    expect(carol.replica.covered()).toEqual([{ chain, from: 2 }])
    await carry(alice, carol)
    expect(await carol.text()).toBe(await alice.text())
  })
})

describe('S0 entries that are not worth a segment', () => {
  it('S0 are examined once, not at every start', async () => {
    const { alice } = await foldedWorkspace({ entries: 30, fewest: 40 })
    await alice.write(typed(100))
    await alice.fold()
    const again = await alice.restart()
    expect(await again.replica.fold()).toBe(false)
    await again.write(typed(60))
    expect(await again.replica.fold()).toBe(true)
  })
})

describe('S0 hostile segments', () => {
  it('S0 refuses a segment signed by somebody else or of another chain', async () => {
    const { alice, device, change } = await hostile()
    const bob = await device()
    await bob.replica.receive(await alice.replica.read(logOf(alice), 1, 24_576))
    await bob.replica.receive((await alice.replica.read(pageOf(alice), 1, 1)).slice(0, 1))
    const stranger = await createNodeCrypto().signingKey()
    const forged = await change({}, { key: stranger })
    expect(await bob.replica.receiveSegment(forged)).toEqual({ type: 'bad', reason: 'signature' })
    const moved = await change({}, { header: { seq: 3 } })
    expect((await bob.replica.receiveSegment(moved)).type).toBe('waiting')
    expect(
      await bob.replica.receiveSegment(await change({}, { header: { prev: new Uint8Array(32).fill(3) as never } })),
    ).toMatchObject({ type: 'refused' })
    expect(bob.replica.head(pageOf(alice))?.seq).toBe(1)
  })

  it('S0 finds a fold that is not its entries as soon as they come, and believes that chain no more', async () => {
    for (const lie of [{ payload: 'other' as const }, { seconds: 60_000 }, { lastId: 'other' as const }]) {
      const { alice, device, change } = await hostile()
      const [bob, carol] = [await device(), await device()]
      await carry(alice, carol, { originals: true })
      await bob.replica.receive(await alice.replica.read(logOf(alice), 1, 24_576))
      await bob.replica.receive((await alice.replica.read(pageOf(alice), 1, 1)).slice(0, 1))
      expect(await bob.replica.receiveSegment(await change(lie))).toEqual({ type: 'taken' })
      await carry(alice, bob, { originals: true, chain: pageOf(alice), start: 2 })
      foldedClock.ms += 61_000
      await carry(alice, bob, { originals: true, chain: pageOf(alice), start: 2 })
      await carry(alice, bob, { originals: true, chain: pageOf(alice) })
      expect(canonicalState(await bob.doc())).toEqual(canonicalState(await carol.doc()))
      expect(bob.replica.covered()).toEqual([])
      expect(await bob.replica.receiveSegment(await change(lie))).not.toEqual({ type: 'taken' })
      const again = await bob.restart()
      expect(canonicalState(await again.doc())).toEqual(canonicalState(await carol.doc()))
    }
  })

  it('S0 E7 refuses a fold that no entry might say, and takes the entries', async () => {
    const { alice, device, change } = await hostile()
    const bob = await device()
    await carry(alice, bob, { originals: true, chain: logOf(alice) })
    await bob.replica.receive((await alice.replica.read(pageOf(alice), 1, 1)).slice(0, 1))
    const foreign = new Y.Doc()
    foreign.clientID = 5
    foreign.getXmlFragment('body').insert(0, [new Y.XmlElement('paragraph')])
    const bent = await change({ payload: Y.encodeStateAsUpdate(foreign) })
    expect(await bob.replica.receiveSegment(bent)).toMatchObject({ type: 'refused' })
    expect(
      await bob.replica.receiveSegment(await change({ heads: [new Uint8Array(32).fill(9) as never] })),
    ).toMatchObject({ type: 'waiting' })
    await carry(alice, bob, { originals: true })
    expect(canonicalState(await bob.doc())).toEqual(canonicalState(await alice.doc()))
  })

  it('S0 E8 finds a void entry in a fold that is otherwise right', async () => {
    const { alice, device, keys } = await foldedWorkspace(small)
    await alice.write(typed(254))
    const chain = pageOf(alice)
    const secrets = secretsOf(alice, keys)
    const run = await alice.replica.read(chain, 1, 1_000_000)
    const before = run.at(-1) as SealedEntry
    const doc = await alice.doc()
    const updates: Uint8Array[] = []
    doc.on('update', (update: Uint8Array) => updates.push(update))
    ;((doc.getXmlFragment('body').get(0) as Y.XmlElement).get(0) as Y.XmlText).insert(0, 'void')
    // E4: an entry whose number is a multiple of 256 names its membership heads
    const body = { ...emptyBody, payload: updates[0] ?? new Uint8Array() }
    const header = { ...before.header, seq: 256, prev: before.id }
    const last = await signEntry(sealEntry(header, body, secrets, systemRandom), keys.device)
    const foldable = [...run.slice(1), last].map((entry) => {
      const opened = openEntry(entry, secrets)
      if (!opened.ok) throw new Error(opened.error.type)
      return { header: entry.header, id: entry.id, body: opened.value }
    })
    const heads = alice.replica.membership.heads()
    const segment = buildSegment(foldable, heads)
    if (!segment.ok) throw new Error(segment.error.type)
    const sealed = await sealSegment(run[1]?.header ?? header, segment.value, secrets, keys.device, systemRandom)

    const [bob, carol] = [await device(), await device()]
    for (const one of [bob, carol]) await carry(alice, one, { originals: true, chain: logOf(alice) })
    await carol.replica.receive([...run, last])
    await bob.replica.receive(run.slice(0, 1))
    expect(await bob.replica.receiveSegment(encodeSealedSegment(sealed))).toEqual({ type: 'taken' })
    expect(await bob.text()).toContain('void')
    await bob.replica.receive([...run, last])
    expect(await bob.text()).toBe(await carol.text())
    expect(await carol.text()).not.toContain('void')
    expect(bob.refused.map(({ reason }) => reason)).toContain('segment-differs')
  })

  it('S0 takes none that overlaps what is held, and none twice', async () => {
    const { alice, device, change } = await hostile()
    const bob = await device()
    await carry(alice, bob)
    expect(await bob.replica.receiveSegment(await change({}))).toEqual({ type: 'known' })
    const longer = await change({ count: 500 }, { count: 500 })
    expect(await bob.replica.receiveSegment(longer)).toMatchObject({ type: 'refused' })
    expect(await bob.text()).toBe(await alice.text())
  })

  it('S0 E3 goes back to the entries where a chain parts under a segment', async () => {
    const { alice, device, copyOf } = await foldedWorkspace(small)
    await alice.write(typed(20))
    const copied = copyMemoryDisk(alice.disk)
    await alice.write(typed(100, 'main'))
    await alice.fold()
    const [bob, carol] = [await device(), await device()]
    await carry(alice, bob)
    expect(bob.replica.covered()).toHaveLength(1)
    const twin = await copyOf(copied)
    await twin.write(typed(60, 'twin'))
    await carry(alice, carol, { originals: true })
    for (let round = 0; round < 4; round++) {
      for (const one of [bob, carol]) {
        for (const other of [alice, twin]) {
          for (const chain of other.replica.heads().map((head) => head.chain)) {
            await carry(other, one, { originals: true, chain, start: 1 })
          }
        }
      }
    }
    expect(canonicalState(await bob.doc())).toEqual(canonicalState(await carol.doc()))
    expect(new Set(bob.replica.heads().map(({ id }) => toHex(id)))).toEqual(
      new Set(carol.replica.heads().map(({ id }) => toHex(id))),
    )
  })

  it('S0 E3 asks for the entries where a segment leads to another end than what is held', async () => {
    const { alice, device, copyOf } = await foldedWorkspace(small)
    await alice.write(typed(1))
    const twin = await copyOf(copyMemoryDisk(alice.disk))
    const bob = await device()
    await twin.write(typed(90, 'twin'))
    await carry(twin, bob)
    await alice.write(typed(60, 'main'))
    await alice.fold()
    const { chain, segments } = await ownSegments(alice)
    expect(segments).toHaveLength(1)
    for (const one of [await bob.restart(), twin]) {
      expect(await one.replica.receiveSegment(segments[0] as Uint8Array)).toEqual({ type: 'refused', chain, from: 2 })
      await carry(alice, one, { originals: true, chain, start: 2 })
      expect(one.replica.heads().filter((head) => head.lane === 'content')).toHaveLength(3)
      expect(await one.replica.receiveSegment(segments[0] as Uint8Array)).toEqual({ type: 'known' })
    }
  })
})

const logOf = ({ replica }: FoldedDevice): ChainTag =>
  replica.heads().find(({ lane }) => lane === 'log')?.chain as ChainTag
const pageOf = ({ replica }: FoldedDevice): ChainTag =>
  replica.heads().find(({ lane }) => lane === 'content')?.chain as ChainTag

function secretsOf({ replica }: FoldedDevice, { tagKey }: WorkspaceKeys): ChannelKeys {
  const [epoch] = replica.keys.epochs()
  const secrets = epoch && replica.keys.channelKeys(epoch.tag, channelTag(tagKey, foldedPage))
  if (!secrets) throw new Error('no secret')
  return secrets
}

/** Everything that a device made of its page. */
async function ownSegments(device: FoldedDevice) {
  const chain = pageOf(device)
  const segments: Uint8Array[] = []
  for (let next = 2, to = device.replica.head(chain)?.seq ?? 0; next <= to; ) {
    const piece = await device.replica.readFolded(chain, next, 1)
    if (piece.type === 'segment') segments.push(piece.bytes)
    next = piece.type === 'segment' ? piece.to + 1 : next + piece.run.length
  }
  return { chain, segments }
}

/** Alice with one segment, and that segment as she might have signed it otherwise. */
async function hostile() {
  const workspace = await foldedWorkspace(small)
  const { alice, keys } = workspace
  await alice.write(typed(60))
  await alice.fold()
  const { segments } = await ownSegments(alice)
  const sealed = decodeSealedSegment(segments[0] as Uint8Array)
  const secrets = secretsOf(alice, keys)
  if (!sealed.ok) throw new Error('no segment')
  const opened = openSegment(sealed.value, secrets)
  if (!opened.ok) throw new Error(opened.error.type)
  const honest = opened.value
  return {
    ...workspace,
    async change(
      lie: Partial<Omit<Segment, 'payload' | 'lastId'>> & {
        payload?: Uint8Array | 'other'
        lastId?: 'other'
      },
      {
        header = {},
        key = keys.device,
      }: { header?: Partial<SealedSegment['header']>; key?: typeof keys.device; count?: number } = {},
    ): Promise<Uint8Array> {
      const { payload, lastId, ...rest } = lie
      const bent = Y.decodeUpdate(honest.payload)
      const text = bent.structs.find((struct) => struct instanceof Y.Item && struct.content instanceof Y.ContentString)
      const segment: Segment = {
        ...honest,
        ...rest,
        ...(payload instanceof Uint8Array ? { payload } : {}),
        ...(payload === 'other' && text ? { payload: withOtherText(honest.payload) } : {}),
        ...(lastId ? { lastId: new Uint8Array(32).fill(1) as never } : {}),
      }
      return encodeSealedSegment(
        await sealSegment({ ...sealed.value.header, ...header }, segment, secrets, key, systemRandom),
      )
    },
  }
}

/** The same fold with another letter in it. */
function withOtherText(payload: Uint8Array): Uint8Array {
  const at = payload.indexOf('x'.charCodeAt(0))
  const bent = payload.slice()
  bent[at] = 'q'.charCodeAt(0)
  return bent
}
