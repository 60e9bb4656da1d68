import { expect, it } from 'vitest'
import { utf8 } from '#lib/base/bytes'
import type { WorkspaceId } from '#lib/base/ids'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { FakeDataChannel } from '#lib/testing/fake-data-channel'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { createVirtualClock } from '#lib/testing/virtual-clock'
import type { Link } from '#lib/transport/link'
import type { MeshConnection } from '#lib/transport/mesh-connection'
import { attemptPeer } from '#lib/transport/mesh-peer'

const crypto = createNodeCrypto()
const sdpOf = (byte: number) => `a=fingerprint:sha-256 ${Array(32).fill(byte.toString(16).padStart(2, '0')).join(':')}`

/** One end of a connection; `sdp` may be changed while it is in use. */
async function openEnd(clock: ReturnType<typeof createVirtualClock>, seed: number, initiator: boolean) {
  const [sync, files] = [new FakeDataChannel(), new FakeDataChannel()]
  const sdp = { local: sdpOf(seed), remote: sdpOf(3 - seed) }
  const passes = { on: false }
  let ends = 0
  const connection: MeshConnection = {
    sync: sync.asChannel(),
    files: files.asChannel(),
    facts: {
      descriptions: () => ({ localSdp: sdp.local, remoteSdp: sdp.remote, initiator }),
      remoteCertificate: () => undefined,
    },
    isPassedOn: async () => passes.on,
    onDescription: undefined,
    onQuiet: undefined,
    onClosed: undefined,
    end: () => ends++,
  }
  const reasons: string[] = []
  const ways: boolean[] = []
  const frames: Uint8Array[] = []
  const links: { sync: Link; files: Link }[] = []
  const accept = { refusal: undefined as string | undefined }
  const attempt = attemptPeer({
    connection,
    workspaceId: new Uint8Array(32) as WorkspaceId,
    device: await crypto.signingKey(new Uint8Array(32).fill(seed)),
    crypto,
    clock,
    random: createSeededRandom(seed),
    deadline: (giveUp) => clock.after(9000, giveUp),
    onProved(_peer, proved) {
      links.push(proved)
      proved.sync.onFrame = (frame) => frames.push(frame)
      return accept.refusal
    },
    onWay: () => ways.push(attempt.isPassedOn()),
    onRefused: ({ type }) => reasons.push(`refused ${type}`),
    onEnd: (reason) => reasons.push(reason),
  })
  return { passes, ways, sync, files, sdp, connection, attempt, reasons, frames, links, accept, ends: () => ends }
}

async function openPair() {
  const clock = createVirtualClock()
  const [alice, bob] = [await openEnd(clock, 1, true), await openEnd(clock, 2, false)]
  alice.sync.joinTo(bob.sync)
  alice.files.joinTo(bob.files)
  const open = async () => {
    for (const channel of [alice.sync, bob.sync, alice.files, bob.files]) channel.open()
    await clock.settle()
  }
  return { clock, alice, bob, open }
}

it('R1 links are handed out once both sides have proved themselves', async () => {
  const { clock, alice, bob, open } = await openPair()
  expect(alice.links).toEqual([])
  await open()
  expect([alice.links.length, bob.links.length]).toEqual([1, 1])
  alice.links[0]?.sync.send(utf8('hello'))
  await clock.advance(60_000)
  expect([bob.frames, bob.reasons]).toEqual([[utf8('hello')], []])
})

it('attack 56: a fingerprint that changes after the handshake ends the link', async () => {
  const { alice, open } = await openPair()
  await open()
  alice.connection.onDescription?.()
  expect(alice.reasons).toEqual([])
  alice.sdp.remote = sdpOf(9)
  alice.connection.onDescription?.()
  expect([alice.reasons, alice.ends()]).toEqual([['fingerprint-changed'], 1])
})

it('attack 56: another description that is only proposed, or a second fingerprint, ends it too', async () => {
  for (const remote of ['', `${sdpOf(2)}\r\n${sdpOf(9)}`]) {
    const { alice, open } = await openPair()
    await open()
    alice.sdp.remote = remote
    alice.connection.onDescription?.()
    expect(alice.reasons).toEqual(['fingerprint-changed'])
  }
})

it('D3 a connection that is not proved in time is given up', async () => {
  const { clock, alice } = await openPair()
  alice.sync.open()
  await clock.advance(9000)
  expect([alice.reasons, alice.ends(), alice.links]).toEqual([['not-connected-in-time'], 1, []])
})

it('D3 a link that nobody doubts carries no sign of life of its own', async () => {
  const { clock, alice, open } = await openPair()
  await open()
  const sent = alice.sync.sent.length
  await clock.advance(60_000)
  expect([alice.sync.sent.length, alice.reasons]).toEqual([sent, []])
})

it('D3 a peer that the platform no longer hears is given up sooner, unless it answers', async () => {
  const { clock, alice, bob, open } = await openPair()
  await open()
  alice.connection.onQuiet?.(true)
  await clock.advance(60_000)
  expect(alice.reasons).toEqual([])
  alice.connection.onQuiet?.(false)
  bob.sync.joinTo(new FakeDataChannel())
  alice.sync.joinTo(new FakeDataChannel())
  alice.connection.onQuiet?.(true)
  await clock.advance(4000)
  expect(alice.reasons).toEqual(['silent'])
})

it('D3 a peer that the mesh refuses gets no frame through, and counts as one that could not be reached', async () => {
  const { clock, alice, bob, open } = await openPair()
  bob.accept.refusal = 'too-many-unknown'
  await open()
  alice.links[0]?.sync.send(utf8('hello'))
  await clock.settle()
  expect([bob.reasons, bob.frames]).toEqual([['too-many-unknown'], []])
  expect([alice.attempt.peer(), bob.attempt.peer()]).toEqual([expect.anything(), undefined])
})

it('whichever way a connection ends, it ends once, with both links', async () => {
  const ways = [
    (end: Awaited<ReturnType<typeof openEnd>>) => end.connection.onClosed?.(),
    (end: Awaited<ReturnType<typeof openEnd>>) => end.links[0]?.sync.close('done'),
    (end: Awaited<ReturnType<typeof openEnd>>) => end.links[0]?.files.close('done'),
    (end: Awaited<ReturnType<typeof openEnd>>) => end.attempt.end('done'),
    (end: Awaited<ReturnType<typeof openEnd>>) => end.sync.dispatchEvent(new Event('close')),
  ]
  for (const way of ways) {
    const { clock, alice, open } = await openPair()
    await open()
    const closed: string[] = []
    for (const link of [alice.links[0]?.sync, alice.links[0]?.files])
      if (link) link.onClose = () => closed.push('closed')
    way(alice)
    way(alice)
    await clock.advance(60_000)
    expect([alice.reasons.length, alice.ends(), closed.length]).toEqual([1, 1, 2])
  }
})

it('R8 tells which way a link takes, and once more when it may have changed', async () => {
  const { clock, alice, bob, open } = await openPair()
  await open()
  alice.passes.on = true
  await clock.advance(5000)
  expect([alice.ways, bob.ways]).toEqual([
    [false, true],
    [false, false],
  ])
  await clock.advance(60_000)
  expect(alice.ways).toHaveLength(2)
})
