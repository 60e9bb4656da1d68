import { expect, it } from 'vitest'
import { concat } from '#lib/base/bytes'
import type { WorkspaceId } from '#lib/base/ids'
import type { SigningKey } from '#lib/crypto/crypto'
import { hash } from '#lib/crypto/hash'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { createVirtualClock } from '#lib/testing/virtual-clock'
import { type ConnectionFacts, createHandshake, type Handshake, meshStatement } from '#lib/transport/peer-handshake'

const crypto = createNodeCrypto()
const WORKSPACE = new Uint8Array(32).fill(1) as WorkspaceId
const OTHER_WORKSPACE = new Uint8Array(32).fill(2) as WorkspaceId
const key = (seed: number): Promise<SigningKey> => crypto.signingKey(new Uint8Array(32).fill(seed))

const certificate = (name: number) => Uint8Array.of(name, name, name)
const print = (name: number) => hash(certificate(name))
const sdpOf = (...names: number[]) =>
  names
    .map((name) => [...print(name)].map((byte) => byte.toString(16).padStart(2, '0')).join(':'))
    .map((hex) => `a=fingerprint:sha-256 ${hex}\r\n`)
    .join('')

interface Side {
  device: SigningKey
  initiator: boolean
  local?: string
  remote?: string
  workspaceId?: WorkspaceId
  certificate?: Uint8Array
  seed?: number
}

const ALICE = 1
const BOB = 2
const MALLORY = 3

function side({ device, initiator, local = '', remote = '', workspaceId = WORKSPACE, certificate, seed = 7 }: Side) {
  const facts: ConnectionFacts = {
    descriptions: () => ({ localSdp: local, remoteSdp: remote, initiator }),
    remoteCertificate: () => certificate,
  }
  const sent: Uint8Array[] = []
  const start = (send: (message: Uint8Array) => void): Handshake =>
    createHandshake({
      workspaceId,
      device,
      crypto,
      random: createSeededRandom(seed + (initiator ? 1 : 2)),
      facts,
      send: (message) => {
        sent.push(message)
        send(message)
      },
    })
  return { start, sent }
}

/** Runs both sides against each other, each message through `carry`; `waiting`: a side that never came to a verdict. */
async function meet(
  alice: ReturnType<typeof side>,
  bob: ReturnType<typeof side>,
  carry: (message: Uint8Array) => Uint8Array = (message) => message,
): Promise<string[]> {
  const clock = createVirtualClock()
  const sides: Handshake[] = []
  const to = (other: number) => (message: Uint8Array) => void clock.after(1, () => sides[other]?.hear(carry(message)))
  sides.push(alice.start(to(1)), bob.start(to(0)))
  const verdicts = ['waiting', 'waiting']
  for (const [i, { outcome }] of sides.entries())
    void outcome.then((result) => {
      verdicts[i] = verdict(result)
    })
  await clock.advance(10)
  return verdicts
}

const verdict = (outcome: Awaited<Handshake['outcome']>) =>
  outcome.ok ? `${outcome.value.initiator ? 'initiator' : 'responder'} ${outcome.value.device[0]}` : outcome.error.type

const honest = async (change: Partial<Record<'alice' | 'bob', Partial<Side>>> = {}) => {
  const [alice, bob] = await Promise.all([key(ALICE), key(BOB)])
  return [
    side({ device: alice, initiator: true, local: sdpOf(ALICE), remote: sdpOf(BOB), ...change.alice }),
    side({ device: bob, initiator: false, local: sdpOf(BOB), remote: sdpOf(ALICE), ...change.bob }),
  ] as const
}

it('R1 two members know each other and their roles afterwards', async () => {
  const [alice, bob] = await honest({ alice: { certificate: certificate(BOB) } })
  const [keyA, keyB] = await Promise.all([key(ALICE), key(BOB)])
  expect(await meet(alice, bob)).toEqual([`initiator ${keyB.publicKey[0]}`, `responder ${keyA.publicKey[0]}`])
})

it('attack 56: fingerprints swapped by whoever carries the offers are refused', async () => {
  const [alice, bob] = await honest({ alice: { remote: sdpOf(MALLORY) }, bob: { remote: sdpOf(MALLORY) } })
  expect(await meet(alice, bob)).toEqual(['false-proof', 'false-proof'])
})

it('attack 56: a fingerprint swapped on one side alone is refused', async () => {
  expect(await meet(...(await honest({ bob: { remote: sdpOf(MALLORY) } })))).toEqual(['false-proof', 'false-proof'])
})

it('attack 56: a second fingerprint beside the true one is refused', async () => {
  expect(await meet(...(await honest({ bob: { remote: sdpOf(ALICE, MALLORY) } })))).toEqual([
    'waiting',
    'ambiguous-fingerprint',
  ])
})

it('attack 56: a certificate that is not the announced one is refused', async () => {
  expect(await meet(...(await honest({ bob: { certificate: certificate(MALLORY) } })))).toContain('other-certificate')
})

it('attack 56: a member of another workspace is refused', async () => {
  expect(await meet(...(await honest({ bob: { workspaceId: OTHER_WORKSPACE } })))).toEqual([
    'false-proof',
    'false-proof',
  ])
})

it('attack 56: a proof of an earlier connection, with its nonce, is refused', async () => {
  const [alice, bob] = await honest()
  await meet(alice, bob)
  const [later] = await honest({ alice: { seed: 99 } })
  const replayed = later.start(() => {})
  for (const message of bob.sent) replayed.hear(message)
  expect(verdict(await replayed.outcome)).toBe('false-proof')
})

it('attack 56: own messages reflected are refused, with the own device or under another', async () => {
  for (const [device, expected] of [
    [undefined, 'own-device'],
    [await key(MALLORY), 'false-proof'],
  ] as const) {
    const [alice] = await honest()
    const handshake: Handshake = alice.start((message) => {
      const isHello = message[1] === 1
      const mirrored =
        isHello && device ? concat(message.subarray(0, 2), device.publicKey, message.subarray(34)) : message
      queueMicrotask(() => handshake.hear(mirrored))
    })
    expect(verdict(await handshake.outcome)).toBe(expected)
  }
})

it('attack 56: a signature reflected under a fresh nonce is refused', async () => {
  const [alice] = await honest()
  const mallory = await key(MALLORY)
  const handshake: Handshake = alice.start((message) => {
    const hello = concat(message.subarray(0, 2), mallory.publicKey, new Uint8Array(32))
    queueMicrotask(() => handshake.hear(message[1] === 1 ? hello : message))
  })
  expect(verdict(await handshake.outcome)).toBe('false-proof')
})

it('attack 56: a proof in the other role is refused', async () => {
  const [alice] = await honest()
  const mallory = await key(MALLORY)
  const nonce = new Uint8Array(32).fill(5)
  const handshake: Handshake = alice.start(async (message) => {
    if (message[1] !== 1) return
    await Promise.resolve()
    handshake.hear(concat(Uint8Array.of(1, 1), mallory.publicKey, nonce))
    const initiator = { device: message.slice(2, 34), nonce: message.slice(34), fingerprint: print(ALICE) }
    const responder = { device: mallory.publicKey, nonce, fingerprint: print(BOB) }
    const asInitiator = meshStatement(WORKSPACE, true, initiator, responder)
    handshake.hear(concat(Uint8Array.of(1, 2), await mallory.sign(asInitiator)))
  })
  expect(verdict(await handshake.outcome)).toBe('false-proof')
})

it('R1 fingerprints that change during the handshake are refused', async () => {
  const [, bob] = await honest()
  const device = await key(ALICE)
  let remote = sdpOf(BOB)
  const facts: ConnectionFacts = {
    descriptions: () => ({ localSdp: sdpOf(ALICE), remoteSdp: remote, initiator: true }),
    remoteCertificate: () => undefined,
  }
  const start = (send: (message: Uint8Array) => void) =>
    createHandshake({
      workspaceId: WORKSPACE,
      device,
      crypto,
      random: createSeededRandom(1),
      facts,
      send: (message) => {
        if (message[1] === 2) remote = sdpOf(MALLORY)
        send(message)
      },
    })
  expect(await meet({ start, sent: [] }, bob)).toContain('ambiguous-fingerprint')
})

it('R1 any flipped byte of either message is refused', async () => {
  for (const [kind, at] of [1, 2].flatMap((kind) => [0, 1, 2, 20, 40, 65].map((at) => [kind, at] as const))) {
    const carry = (message: Uint8Array) =>
      message[1] === kind ? message.map((byte, i) => (i === at ? byte ^ 1 : byte)) : message
    for (const verdict of await meet(...(await honest()), carry))
      expect(['false-proof', 'malformed-handshake', 'newer-handshake', 'waiting']).toContain(verdict)
  }
})

it('R1 messages of a wrong length are refused', async () => {
  for (const cut of [
    (m: Uint8Array) => m.subarray(0, -1),
    (m: Uint8Array) => concat(m, Uint8Array.of(0)),
    () => new Uint8Array(0),
  ])
    expect(await meet(...(await honest()), cut)).toEqual(['malformed-handshake', 'malformed-handshake'])
})
