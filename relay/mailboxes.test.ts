import { describe, expect, it } from 'vitest'
import type { SigningKey } from '#lib/crypto/crypto'
import { HELLO } from '#lib/protocol/frame-hello'
import { mailboxName, mailboxProof } from '#lib/protocol/relay-proof'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { createMemoryLogStore } from '#relay/memory-log-store'
import { createRelayWorld, ORIGIN, type RelayWorld } from '#relay/testing/relay-world'

const card = Uint8Array.of(1, 2, 3)

/** Alice is in her room and has opened a mailbox for an hour. */
async function opened(nodes = 1) {
  const world = await createRelayWorld(1, {}, nodes)
  const key = await world.key()
  await world.clock.advance(1000)
  const expiresAtSeconds = Math.floor(world.clock.now() / 1000) + 3600
  world.founder.client().mailboxes.open({ key: key.publicKey, expiresAtSeconds, card })
  await world.clock.advance(100)
  return { world, key, alice: world.founder.client().mailboxes }
}

/** A link that has entered the mailbox. */
async function entered(world: RelayWorld, key: SigningKey, as = key) {
  const link = world.hand()
  await world.clock.advance(100)
  const nonce = link.of('challenge')[0]?.nonce ?? new Uint8Array(32)
  const signature = await as.sign(mailboxProof(ORIGIN, nonce, mailboxName(key.publicKey)))
  link.send(HELLO)
  link.send({ type: 'enter-mailbox', origin: ORIGIN, publicKey: key.publicKey, signature })
  await world.clock.advance(100)
  return link
}

describe('mailboxes', () => {
  it('I1 shows the card to whoever holds the key', async () => {
    const { world, key } = await opened()
    const joiner = world.joiner(key, () => {})
    const read = joiner.readCard()
    await world.clock.advance(200)
    expect(await read).toEqual(card)
    joiner.close()
  })

  it('I1 brings a deposit to members, and the answer back, both live', async () => {
    const { world, key, alice } = await opened()
    const answers: Uint8Array[] = []
    alice.listen(key.publicKey, (bytes, number) => alice.answer(key.publicKey, Uint8Array.of(...bytes, 9), number))
    const joiner = world.joiner(key, (bytes) => answers.push(bytes))
    const deposited = joiner.deposit(Uint8Array.of(7))
    await world.clock.advance(500)
    expect(await deposited).toEqual({ ok: true, value: undefined })
    expect(answers).toEqual([Uint8Array.of(7, 9)])
  })

  it.each([1, 2])('I10 tells the other members which deposit was answered, and no joiner: %i nodes', async (nodes) => {
    const { world, key, alice } = await opened(nodes)
    const name = mailboxName(key.publicKey)
    const others = await Promise.all(
      [...Array(nodes).keys()].map((node) => world.inside(world.founder.relayKey, undefined, node)),
    )
    for (const other of others) other.send({ type: 'listen-mailbox', name })
    await world.clock.advance(100)
    alice.listen(key.publicKey, (bytes, number) => alice.answer(key.publicKey, bytes, number))
    const joiner = await entered(world, key)
    joiner.send({ type: 'deposit', bytes: Uint8Array.of(7) })
    await world.clock.advance(500)
    for (const other of others) {
      const [found] = other.of('deposit-found')
      expect(other.of('answered')).toEqual([{ type: 'answered', name, number: found?.number, outcome: 'done' }])
    }
    expect(joiner.of('answered')).toEqual([])
  })

  it('I2 lets both be there at different times', async () => {
    const { world, key } = await opened()
    await world.founder.client().close()
    const joiner = world.joiner(key, () => {})
    void joiner.deposit(Uint8Array.of(7))
    await world.clock.advance(500)
    joiner.close()
    await world.founder.restart()
    const { mailboxes } = world.founder.client()
    mailboxes.listen(key.publicKey, (_, number) => mailboxes.answer(key.publicKey, Uint8Array.of(5), number))
    await world.clock.advance(500)
    await world.founder.client().close()
    const answers: Uint8Array[] = []
    world.joiner(key, (bytes) => answers.push(bytes))
    await world.clock.advance(500)
    expect(answers).toEqual([Uint8Array.of(5)])
  })

  it('I2 hears of deposits at a mailbox that it asked for before it was opened', async () => {
    const world = await createRelayWorld()
    const key = await world.key()
    await world.clock.advance(1000)
    const { mailboxes } = world.founder.client()
    const found: number[] = []
    mailboxes.listen(key.publicKey, (bytes) => found.push(bytes[0] ?? 0))
    await world.clock.advance(500)
    mailboxes.open({ key: key.publicKey, expiresAtSeconds: Math.floor(world.clock.now() / 1000) + 3600, card })
    const joiner = world.joiner(key, () => {})
    await world.clock.advance(3000)
    void joiner.deposit(Uint8Array.of(7))
    await world.clock.advance(500)
    expect(found).toEqual([7])
    joiner.close()
  })

  it('I1 keeps up to 8 deposits, and has room again when one is answered', async () => {
    const { world, key, alice } = await opened()
    const joiner = world.joiner(key, () => {})
    const outcomes = Promise.all(Array.from({ length: 9 }, (_, i) => joiner.deposit(Uint8Array.of(i))))
    await world.clock.advance(500)
    expect((await outcomes).map(({ ok }) => ok)).toEqual([...Array.from({ length: 8 }, () => true), false])
    alice.answer(key.publicKey, Uint8Array.of(1), 3)
    await world.clock.advance(500)
    const later = joiner.deposit(Uint8Array.of(99))
    await world.clock.advance(500)
    expect((await later).ok).toBe(true)
  })

  it('R4 I1 keeps to 8 deposits when many bring one at the same moment', async () => {
    const { world, key } = await opened()
    world.road.delayMs = () => 5
    const links = []
    for (let i = 0; i < 12; i++) links.push(await entered(world, key))
    for (const [i, link] of links.entries()) link.send({ type: 'deposit', bytes: Uint8Array.of(i) })
    await world.clock.advance(500)
    const outcomes = links.flatMap((link) => link.of('deposited').map(({ outcome }) => outcome))
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(8)
    expect(outcomes.filter((outcome) => outcome === 'full')).toHaveLength(4)
    expect(await world.store.deposits(mailboxName(key.publicKey))).toHaveLength(8)
  })

  it('I1 survives a relay that restarts, and one that lost everything', async () => {
    const { world, key, alice } = await opened()
    const found: number[] = []
    alice.listen(key.publicKey, (bytes) => found.push(bytes[0] ?? 0))
    const joiner = world.joiner(key, () => {})
    void joiner.deposit(Uint8Array.of(7))
    await world.clock.advance(500)
    await world.restartRelay()
    await world.clock.advance(5000)
    expect(found).toEqual([7, 7])
    await world.restartRelay(createMemoryLogStore(createSeededRandom(4)))
    await world.clock.advance(200_000)
    joiner.wake()
    await world.clock.advance(5000)
    expect(found).toEqual([7, 7, 7])
  })

  it('I5 is gone at its end', async () => {
    const { world, key } = await opened()
    await world.clock.advance(3_700_000)
    const joiner = world.joiner(key, () => {})
    const read = joiner.readCard()
    await world.clock.advance(500)
    expect([await read, joiner.state()]).toEqual([undefined, 'refused'])
  })

  it('attack 55 opens to its key only', async () => {
    const { world, key } = await opened()
    const link = await entered(world, key, await world.key())
    expect(link.of('bye').map(({ reason }) => reason)).toEqual(['bad-proof'])
  })

  it('attack 55 gives a joiner nothing but its mailbox', async () => {
    const { world, key } = await opened()
    for (const frame of [{ type: 'subscribe' }, { type: 'read-door' }] as const) {
      const link = await entered(world, key)
      link.send(frame)
      await world.clock.advance(100)
      expect(link.of('bye').map(({ reason }) => reason)).toEqual(['unexpected-frame'])
    }
  })

  it('attack 55 keeps another room’s members out', async () => {
    const { world, key } = await opened()
    const mallory = await world.key()
    const link = await world.inside(mallory, { rootKey: mallory.publicKey, random: world.random.bytes(32) })
    const name = mailboxName(key.publicKey)
    link.send({ type: 'open-mailbox', publicKey: key.publicKey, expiresAt: 2 ** 40, card })
    link.send({ type: 'listen-mailbox', name })
    link.send({ type: 'answer', name, number: 1, bytes: card })
    await world.clock.advance(100)
    expect(link.of('opened')[0]?.level).toBe('root')
    expect(link.of('mailbox-opened').map(({ outcome }) => outcome)).toEqual(['not-allowed', 'no-mailbox'])
    expect(link.of('answered').map(({ outcome }) => outcome)).toEqual(['no-mailbox'])
  })
})
