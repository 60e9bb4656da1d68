/**
 * Two people who really wrote at the same time (lib/testing/traces), each with a device of the simulation, over roads that
 * break: whatever the network did, both end with what plain Yjs makes of the same edits.
 */
import { beforeAll, expect, it } from 'vitest'
import * as Y from 'yjs'
import { canonicalState } from '#lib/document/encode-state'
import { BODY_ROOT } from '#lib/document/first-structure'
import { applyAcceptedV2, createQuietDoc } from '#lib/document/quiet-doc'
import { bodyChannelName } from '#lib/protocol/channel-name'
import { entryKind } from '#lib/protocol/entry-kind'
import { copyMemoryDisk } from '#lib/storage/memory-storage'
import { type ContentWriter, createContentWriter } from '#lib/testing/content-writer'
import { type Patch, type Trace, traceSets } from '#lib/testing/load-trace'
import { replayTrace } from '#lib/testing/replay-trace'
import { createSimulatedWorld } from '#lib/testing/simulated-world'
import { type Cast, createCast } from '#lib/testing/simulation-cast'
import { createSimulatedDevice, type SimulatedDevice } from '#lib/testing/simulation-device'

const KEY_MS = 100
const PATIENCE_MS = 300_000

interface Writer {
  readonly device: SimulatedDevice
  /** What this person had on screen when they typed; the replica may know more by then. */
  readonly screen: ContentWriter
}

/** The one text of a page. */
function textOf(doc: Y.Doc): Y.XmlText {
  const [block] = doc.getXmlFragment(BODY_ROOT).toArray()
  const [text] = block instanceof Y.XmlElement ? block.toArray() : []
  if (!(text instanceof Y.XmlText)) throw new Error('a page without a text')
  return text
}

const apply = (patches: readonly Patch[]) => (doc: Y.Doc) => {
  for (const [at, deleted, inserted] of patches) {
    if (deleted > 0) textOf(doc).delete(at, deleted)
    if (inserted) textOf(doc).insert(at, inserted)
  }
}

async function liveThrough(cast: Cast, seed: number, trace: Trace) {
  const [page] = cast.pages.map(bodyChannelName)
  const [alice, bob] = cast.devices
  if (!page || !alice || !bob) throw new Error('an empty cast')
  const { random, clock, saw, onSaw, oracle, network, world } = createSimulatedWorld(cast, seed)
  const writers: Writer[] = []
  const plain = createQuietDoc()
  for (const one of [alice, bob]) {
    const device = createSimulatedDevice(world, one, copyMemoryDisk(one.disk))
    await device.start()
    const opened = await device.replica().open(page)
    if (!opened.ok) throw new Error('not opened')
    const screen = createContentWriter(writers.length + 1, opened.value.slots[0])
    applyAcceptedV2(screen.doc, opened.value.state)
    if (writers.length === 0) applyAcceptedV2(plain, opened.value.state)
    writers.push({ device, screen })
  }
  const join = () => {
    const [a, b] = writers
    if (a && b) network.join(a.device, random.chance(0.3) ? 'relay' : b.device)
    if (b) network.join(b.device, 'relay')
  }

  /** Hands an edit to its replica, as soon as what it builds on has arrived there. */
  const append = async ({ device }: Writer, payload: Uint8Array): Promise<void> => {
    for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += KEY_MS) {
      const done = await device.replica().append({ channel: page, kind: entryKind.update, payload })
      if (done.ok) return
      if (done.error.type !== 'too-early') throw new Error(JSON.stringify(done.error))
      onSaw('waits for the other')
      join()
      await clock.advance(KEY_MS)
    }
    throw new Error('what an edit builds on never came')
  }

  const made: Uint8Array[] = []
  const [first] = writers
  const begin = first?.screen.edit((doc) => {
    const [block] = doc.getXmlFragment(BODY_ROOT).toArray()
    if (block instanceof Y.XmlElement && block.length === 0) block.insert(0, [new Y.XmlText()])
  })
  if (!first || !begin) throw new Error('no writer')
  await append(first, begin)
  Y.applyUpdate(plain, begin)
  for (const writer of writers.slice(1)) writer.screen.receive(begin)

  for (const { transaction, agent, followed } of replayTrace(trace)) {
    const writer = writers[agent]
    if (!writer) throw new Error('a third writer')
    for (const parent of followed) {
      const update = made[parent]
      if (update) writer.screen.receive(update)
    }
    const update = writer.screen.edit(apply(transaction.patches))
    made.push(update)
    Y.applyUpdate(plain, update)
    if (random.chance(0.05)) join()
    if (random.chance(0.01)) network.disturb()
    await append(writer, update)
    await clock.advance(random.below(KEY_MS))
  }

  network.heal()
  const stateOf = async ({ device }: Writer): Promise<Uint8Array> => {
    const opened = await device.replica().open(page)
    if (!opened.ok) throw new Error('not opened')
    const doc = createQuietDoc()
    applyAcceptedV2(doc, opened.value.state)
    return canonicalState(doc)
  }
  const expected = canonicalState(plain)
  let states: readonly Uint8Array[] = []
  for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += 5000) {
    join()
    await clock.advance(5000)
    states = await Promise.all(writers.map(stateOf))
    if (states.every((state) => String(state) === String(expected))) break
  }
  oracle.verdict()
  for (const { device } of writers) device.kill()
  return { saw, expected, states, plain }
}

let cast: Cast
beforeAll(async () => {
  cast = await createCast()
})

for (const { name, present, read } of traceSets('friendsforever')) {
  it.skipIf(!present)(
    `R2 E7 ${name} of friendsforever, two writers over a bad network, ends as plain Yjs ends`,
    {
      timeout: 3_600_000,
    },
    async () => {
      const { saw, expected, states } = await liveThrough(cast, 1, read())
      for (const state of states) expect(state).toEqual(expected)
      for (const behaviour of ['cut', 'silence', 'loss', 'duplication', 'waits for the other'])
        expect(saw).toContain(behaviour)
    },
  )
}
