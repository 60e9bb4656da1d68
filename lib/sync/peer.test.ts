import { describe, expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import type { DeviceId } from '#lib/base/ids'
import { decodeRun, encodeRun } from '#lib/protocol/entry-run'
import { PROTOCOL_VERSION } from '#lib/protocol/frame-hello'
import { decodeFrame, encodeFrame, type Frame } from '#lib/protocol/frames'
import { createLaneTable } from '#lib/protocol/lane-table'
import { MAX_FRAME_BYTES } from '#lib/protocol/limits'
import type { Lane } from '#lib/protocol/outer-header'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { createMemoryLinkPair } from '#lib/testing/memory-link'
import { createSyncNetwork, type SyncDevice, type SyncNetwork } from '#lib/testing/sync-network'

const HELLO: Frame = {
  type: 'hello',
  lowestVersion: 1,
  highestVersion: PROTOCOL_VERSION,
  features: 0,
  maxFrameBytes: MAX_FRAME_BYTES,
  maxObjectBytes: MAX_FRAME_BYTES,
  tail: [],
}

/** Talks to a device frame by frame; `got` are its answers without greeting and roots of everything. */
function talkTo(
  net: SyncNetwork,
  device: SyncDevice,
  { trusted = true, hello = HELLO }: { trusted?: boolean; hello?: Frame } = {},
) {
  const { a, b } = createMemoryLinkPair(net.clock)
  const [sent, received] = [createLaneTable(), createLaneTable()]
  const got: Frame[] = []
  /** Of every run that came. */
  const lanes: Lane[] = []
  const ends: string[] = []
  b.onFrame = (bytes) => {
    const frame = decodeFrame(bytes)
    if (!frame.ok || frame.value.type === 'unknown') throw new Error('expected a frame')
    const isRoutine = frame.value.type === 'hello' || (frame.value.type === 'have-root' && frame.value.scope === 'all')
    if (!isRoutine) got.push(frame.value)
    for (const bytes of frame.value.type === 'data' ? frame.value.runs : []) {
      const run = decodeRun(bytes, { lanes: received, idAt: (chain, seq) => device.shelf.idAt(chain, seq) })
      if (run.ok && run.value[0]) lanes.push(run.value[0].header.lane)
    }
  }
  b.onClose = (reason) => ends.push(reason)
  const peer = device.engine.connect(a, { trusted, name: 'tester' })
  const say = async (...frames: Frame[]) => {
    for (const frame of frames) b.send(encodeFrame(frame))
    await net.clock.advance(10)
  }
  const pushRun = (run: readonly SealedEntry[], receiverHoldsPrevious = false) =>
    say({ type: 'data', answer: false, runs: [encodeRun(run, { lanes: sent, receiverHoldsPrevious })] })
  const push = (...run: SealedEntry[]) => pushRun(run)
  b.send(encodeFrame(hello))
  return { push, pushRun, lanes, say, sayBytes: (bytes: Uint8Array) => b.send(bytes), got, ends, peer }
}

describe('peer', () => {
  it('R2 tells of a link that breaks at the first word, and leaves no timer behind', async () => {
    const net = createSyncNetwork(31)
    const device = net.device()
    const before = net.clock.waiting
    const links = createMemoryLinkPair(net.clock, { breaksNext: () => true })
    const ends: string[] = []
    device.engine.connect(links.a, { trusted: true, name: 'b' }).onClose = (reason) => ends.push(reason)
    await net.clock.advance(100)
    expect(ends).toEqual(['broken'])
    expect(net.clock.waiting).toBe(before)
  })

  it('R2 greets before anything else, whatever is sent the moment a link is there', async () => {
    const net = createSyncNetwork(30)
    const [a, b] = [net.device(), net.device()]
    await net.write(b, await net.writer(), 2)
    const links = createMemoryLinkPair(net.clock)
    const ends: string[] = []
    a.engine.connect(links.a, { trusted: true, name: 'b' }).onClose = (reason) => ends.push(reason)
    const fromB = b.engine.connect(links.b, { trusted: true, name: 'a' })
    a.engine.sendPresence(new Uint8Array(100))
    fromB.sendReceipt(new Uint8Array(100))
    await net.clock.advance(1000)
    expect(ends).toEqual([])
    expect(net.converged(a, b)).toBe(true)
  })

  it('R2 outlives a link that breaks with the first frame', async () => {
    const net = createSyncNetwork(31)
    const device = net.device()
    const links = createMemoryLinkPair(net.clock, { breaksNext: () => true })
    const ends: string[] = []
    device.engine.connect(links.a, { trusted: true, name: 'b' }).onClose = (reason) => ends.push(reason)
    await net.clock.advance(1000)
    expect(ends).toEqual(['broken'])
  })

  it('E2 asks for what is missing before an entry', async () => {
    const net = createSyncNetwork(1)
    const device = net.device()
    const chain = await net.writer()
    const [, , third] = [await chain.write(), await chain.write(), await chain.write()]
    const { push, got } = talkTo(net, device)
    await push(third)
    expect(got).toEqual([{ type: 'want', wants: [{ chain: chain.chain, from: 1 }] }])
  })

  it('E8 asks for the log when it does not know whose chain it is', async () => {
    const net = createSyncNetwork(2)
    const device = net.device({ knows: new Map<string, DeviceId>() })
    const { push, got } = talkTo(net, device)
    await push(await (await net.writer()).write())
    expect(got).toMatchObject([{ type: 'have-root', scope: 'log' }])
  })

  it('P5 asks for an entry whose elided prev it does not hold, and blames nobody', async () => {
    const net = createSyncNetwork(3)
    const device = net.device()
    const chain = await net.writer()
    await net.write(device, chain)
    const { pushRun, got } = talkTo(net, device)
    await chain.write()
    await pushRun([await chain.write()], true)
    expect(got).toEqual([{ type: 'want', wants: [{ chain: chain.chain, from: 2 }] }])
    expect(device.blamed).toEqual([])
  })

  it('R1 answers with the log before content', async () => {
    const net = createSyncNetwork(4)
    const device = net.device()
    const [content, log] = [await net.writer('content'), await net.writer('log')]
    for (const chain of [content, log]) await net.write(device, chain, 3, 30_000)
    const { say, lanes } = talkTo(net, device)
    await say({ type: 'want', wants: [content, log].map(({ chain }) => ({ chain, from: 1 })) })
    expect(lanes).toEqual(['log', 'log', 'log', 'content', 'content', 'content'])
  })

  it('R1 sends an unknown device no content, nor news of it, nor more than 1 MiB of log', async () => {
    const net = createSyncNetwork(5)
    const device = net.device()
    const [content, log] = [await net.writer('content'), await net.writer('log')]
    await net.write(device, log, 50, 30_000)
    const { say, got, lanes } = talkTo(net, device, { trusted: false })
    await net.write(device, content, 3)
    await say({ type: 'prune' }, { type: 'want', wants: [content, log].map(({ chain }) => ({ chain, from: 1 })) })
    await net.write(device, content, 3)
    let taken = 0
    for (let waitedMs = 0; waitedMs < 8000; waitedMs += 100) {
      taken = got.reduce((sum, frame) => sum + (frame.type === 'data' ? encodeFrame(frame).length : 0), 0)
      await say({ type: 'ack', bytes: taken })
      await net.clock.advance(90)
    }
    expect(taken).toBeGreaterThan(900_000)
    expect(taken).toBeLessThanOrEqual(1_048_576)
    expect(new Set(lanes)).toEqual(new Set(['log']))
    expect(got.some((frame) => frame.type === 'ihave' && frame.lane === 'content')).toBe(false)
  })

  it('R1 takes no content from an unknown device, and no more than 1 MiB of log', async () => {
    const net = createSyncNetwork(6)
    const device = net.device()
    const [content, log] = [await net.writer('content'), await net.writer('log')]
    const { push } = talkTo(net, device, { trusted: false })
    await push(await content.write())
    for (let n = 0; n < 50; n++) await push(await log.write(30_000))
    await net.clock.advance(1000)
    expect(device.shelf.head(content.chain)).toBeUndefined()
    expect(device.shelf.head(log.chain)?.seq).toBe(34)
    expect(device.blamed).toEqual([])
  })

  it('R2 prunes a link that pushes what another one pushed first, and pushes again after GRAFT', async () => {
    const net = createSyncNetwork(7)
    const device = net.device()
    const chain = await net.writer()
    const [first, second] = [talkTo(net, device), talkTo(net, device)]
    const entry = await chain.write()
    await first.push(entry)
    await second.push(entry)
    expect([first.got, second.got.map(({ type }) => type)]).toEqual([[], ['data', 'prune']])

    const own = await net.writer()
    await net.write(device, own)
    await net.clock.advance(10)
    expect([first.got.length, second.got.length]).toEqual([1, 2])
    await second.say({ type: 'graft', wants: [] })
    await net.write(device, own)
    await net.clock.advance(10)
    expect(second.got.at(-1)?.type).toBe('data')
  })

  it('R2 asks by GRAFT for news whose entry did not come within 150 ms', async () => {
    const net = createSyncNetwork(8)
    const device = net.device()
    const chain = await net.writer()
    const entry = await chain.write()
    const { say, got } = talkTo(net, device)
    await say({
      type: 'ihave',
      lane: 'content',
      heads: [{ chain: chain.chain, seq: 1, idPrefix: entry.id.slice(0, 8) }],
    })
    await net.clock.advance(130)
    expect(got).toEqual([])
    await net.clock.advance(20)
    expect(got).toEqual([{ type: 'graft', wants: [{ chain: chain.chain, from: 1 }] }])
  })

  it('R2 closes a link that does not greet first, greets twice or speaks another version', async () => {
    const net = createSyncNetwork(9)
    const device = net.device()
    const later: Frame = { ...HELLO, lowestVersion: 2, highestVersion: 9 }
    const demanding: Frame = { ...HELLO, tail: [{ type: 3, value: new Uint8Array() }] }
    const polite: Frame = { ...HELLO, highestVersion: 9, features: 5, tail: [{ type: 2, value: new Uint8Array() }] }
    for (const hello of [{ type: 'prune' } as const, later, demanding, polite]) talkTo(net, device, { hello })
    const twice = talkTo(net, device)
    await twice.say(HELLO)
    const faults = device.blamed.map(({ type }) => type)
    expect(faults).toEqual(['misplaced-hello', 'unsupported-version', 'unsupported-version', 'misplaced-hello'])
  })

  it('R2 skips frames that it does not know, and closes for one that it cannot read', async () => {
    const net = createSyncNetwork(10)
    const device = net.device()
    const { sayBytes, ends } = talkTo(net, device)
    sayBytes(Uint8Array.of(200, 1, 2, 3))
    await net.clock.advance(10)
    expect(ends).toEqual([])
    sayBytes(Uint8Array.of(4, 9))
    await net.clock.advance(10)
    expect(ends).toEqual(['malformed'])
    expect(device.blamed).toMatchObject([{ type: 'malformed' }])
  })

  it('R2 blames nobody who says goodbye', async () => {
    const net = createSyncNetwork(11)
    const device = net.device()
    const { say, peer, ends } = talkTo(net, device)
    const reasons: string[] = []
    peer.onClose = (reason) => reasons.push(reason)
    await say({ type: 'bye', reason: 'going' })
    expect([reasons, ends, device.blamed]).toEqual([['bye: going'], ['bye: going'], []])
  })

  it('E9 cuts off a device that sends further ahead than it may', async () => {
    const net = createSyncNetwork(12)
    const device = net.device()
    device.shelf.receive = () => new Promise(() => {})
    const chain = await net.writer()
    const { push } = talkTo(net, device)
    for (let n = 0; n < 150; n++) await push(await chain.write(30_000))
    expect(device.blamed).toEqual([{ type: 'flooding' }])
  })

  it('closes a link whose entries cannot be stored, and blames nobody', async () => {
    const net = createSyncNetwork(13)
    const device = net.device()
    device.shelf.receive = () => Promise.reject(new Error('disk'))
    const { push, ends } = talkTo(net, device)
    await push(await (await net.writer()).write())
    expect([ends, device.blamed]).toEqual([['source-failed'], []])
  })

  it('attack 9 takes no chain from whoever re-signs it', async () => {
    const net = createSyncNetwork(14)
    const device = net.device()
    const [alice, mallory] = [await net.writer(), await net.writer()]
    const [entry, forged] = [await alice.write(), await mallory.write()]
    const { push } = talkTo(net, device)
    await push({ ...entry, signature: forged.signature })
    expect(device.blamed).toEqual([{ type: 'bad-entry', reason: 'signature' }])
    expect(toHex(device.shelf.head(alice.chain)?.id ?? new Uint8Array())).toBe('')
  })
})
