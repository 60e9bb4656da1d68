import { describe, expect, it } from 'vitest'
import { toBase64Url } from '#lib/base/base64url'
import { sameBytes, toHex } from '#lib/base/bytes'
import type { ChainTag, DeviceId, WorkspaceId } from '#lib/base/ids'
import { secretOfWords, wordsOfSecret } from '#lib/crypto/secret-words'
import { createKitMaking } from '#lib/devices/make-kit'
import { createRecovery, type FoundItem } from '#lib/devices/recover'
import { foundWorkspace } from '#lib/host/found-workspace'
import { createKitKeeper } from '#lib/host/kit-keeper'
import { keepKit } from '#lib/host/kit-record'
import { type RescuedWorkspace, rescueWorkspace } from '#lib/host/rescue-workspace'
import { writeFounding, writeOperation } from '#lib/host/write-operation'
import { encodeDoorStatement, type RelayKey } from '#lib/protocol/door'
import { entryKind } from '#lib/protocol/entry-kind'
import { createKeyRing } from '#lib/replica/key-ring'
import { openReplica, type Replica } from '#lib/replica/replica'
import { createMemoryDisk, openMemoryStorage } from '#lib/storage/memory-storage'
import { createMailboxClient } from '#lib/sync/mailbox-client'
import { createRelayClient, type RelayClient } from '#lib/sync/relay-client'
import { boxEpoch } from '#lib/workspace/epoch'
import { keyDuties } from '#lib/workspace/key-duties'
import type { ExchangePublicKey } from '#lib/workspace/keys'
import { type KitSecret, kitKeys, openKitItem, publicHalves } from '#lib/workspace/kit'
import type { Operation } from '#lib/workspace/operation'
import { decodeOperation } from '#lib/workspace/operation-format'
import { createRelayWorld, ORIGIN } from '#relay/testing/relay-world'

type World = Awaited<ReturnType<typeof createRelayWorld>>

const secret = new Uint8Array(32).fill(7) as KitSecret

/** alice's only device with a workspace at the relay, its replica and its roads. */
async function createAlice(world: World) {
  const { crypto, clock } = world
  const random = world.random.fork()
  const keys = await foundWorkspace({ crypto, clock, random })
  const decoded = decodeOperation(entryKind.genesis, keys.genesis ?? new Uint8Array())
  if (!decoded.ok || decoded.value.type !== 'genesis') throw new Error('no genesis')
  const founding = decoded.value
  const profile = openMemoryStorage(createMemoryDisk())
  const store = await profile.workspace(toHex(keys.workspaceId))
  if (!store.ok) throw new Error('no store')
  const device = keys.device.publicKey as DeviceId
  let relay: RelayClient | undefined
  const replica: Replica = await openReplica(
    {
      crypto,
      clock,
      random,
      store: store.value,
      keys: createKeyRing(keys.workspaceId, keys.tagKey, keys.epochs),
      device: keys.device,
    },
    {
      onStored: (run) => void (isOwn(run[0]?.header.chain) && relay?.committed(run)),
      onMembership: () => void relay?.doorChanged(),
      onAccepted: () => {},
      onRebuilt: () => {},
      onRefused: () => {},
      onStorageError: () => {},
      onCovered: () => {},
      onFolded: () => {},
    },
  )
  function isOwn(chain: ChainTag | undefined): boolean {
    const head = chain && replica.head(chain)
    const author = head && replica.deviceOf(head)
    return author !== undefined && sameBytes(author, device)
  }
  const append = (operation: Operation) => writeOperation(replica, device, operation)
  const place = { origin: ORIGIN, rootKey: keys.relay.publicKey as RelayKey, random: random.bytes(32) }
  await writeFounding(replica, device, keys.genesis ?? new Uint8Array(), [
    { type: 'relay.set', relays: [place] },
    { type: 'profile.set', name: 'Alice', paper: undefined },
    { type: 'workspace.rename', name: 'Harbour Desk' },
  ])
  const connect = () =>
    createRelayClient({
      connect: world.connect,
      origin: ORIGIN,
      room: place,
      relayKey: keys.relay,
      source: replica,
      isOwn,
      memory: { load: async () => undefined, save: async () => {} },
      statements: () => (replica.membership.current()?.doors ?? []).map(encodeDoorStatement),
      clock,
      random,
    })
  const keep = (mailboxes: RelayClient['mailboxes']) =>
    createKitKeeper({
      replica,
      keys,
      genesis: founding,
      store: store.value,
      profile,
      crypto,
      clock,
      random,
      mailboxes,
      append,
      onChange: () => {},
    })
  /** The leader as it starts anew. */
  async function again() {
    relay = connect()
    return { relay, keeper: keep(relay.mailboxes) }
  }
  const { relay: first, keeper } = await again()
  return { keys, replica, relay: first, profile, keeper, again, append, genesis: founding }
}

/** The kit of `secret` keeps alice's workspace, and she is gone. */
async function createLost() {
  const world = await createRelayWorld()
  await world.clock.advance(1000)
  const alice = await createAlice(world)
  await world.clock.advance(2000)
  const { crypto } = world
  await keepKit(alice.profile, { kit: publicHalves(await kitKeys(crypto, secret)), slots: [], taken: [] })
  const kept = await alice.keeper.ensure()
  await world.clock.advance(5000)
  await alice.relay.close()
  return { world, alice, kept }
}

/** `opensNot`: a workspace whose relay lets nobody in at the moment. */
function recover(world: World, opensNot?: WorkspaceId) {
  const { crypto, clock } = world
  const random = world.random.fork()
  const rescued: RescuedWorkspace[] = []
  const finished: (readonly FoundItem[])[] = []
  const recovery = createRecovery({
    crypto,
    clock,
    openMailbox: async (wish) =>
      createMailboxClient({
        connect: world.connect,
        origin: ORIGIN,
        clock,
        random: random.fork(),
        ...wish,
      }),
    async bringBack({ item }) {
      if (opensNot && sameBytes(item.workspaceId, opensNot)) return false
      const back = await rescueWorkspace(item, { crypto, clock, random, connect: world.connect })
      if (back.ok) rescued.push(back.value)
      return back.ok
    },
    async finish(_, back) {
      finished.push(back)
      return true
    },
  })
  return { recovery, rescued, finished }
}

describe('recovery from 24 words', () => {
  it('V2 goes on with what came back, tells how many did not, and finds them by the same words later', async () => {
    const { world, alice } = await createLost()
    const other = await createAlice(world)
    await world.clock.advance(2000)
    await keepKit(other.profile, { kit: publicHalves(await kitKeys(world.crypto, secret)), slots: [], taken: [] })
    await other.keeper.ensure()
    await world.clock.advance(5000)
    await other.relay.close()
    const { recovery, finished } = recover(world, alice.keys.workspaceId)
    recovery.begin(wordsOfSecret(secret).join(' '))
    await world.clock.advance(60_000)
    const workspaceId = toBase64Url(other.keys.workspaceId)
    expect(recovery.state()).toEqual({ type: 'recovered', workspaceId, back: 1, failed: 1 })
    expect(finished.flat().map(({ slot }) => slot)).toEqual([1])
    const later = recover(world)
    later.recovery.begin(wordsOfSecret(secret).join(' '))
    await world.clock.advance(60_000)
    expect(later.recovery.state()).toMatchObject({ type: 'recovered', back: 2, failed: 0 })
  })

  it('V2 brings everything back on a fresh device when every old one is gone, signed by the root', async () => {
    const { world, alice, kept } = await createLost()
    expect(kept.ok).toBe(true)
    const { recovery, rescued, finished } = recover(world)
    recovery.begin(wordsOfSecret(secret).join(' '))
    await world.clock.advance(60_000)
    expect(recovery.state()).toMatchObject({ type: 'recovered', back: 1, failed: 0 })
    expect(rescued).toMatchObject([{ name: 'Harbour Desk', personName: 'Alice' }])
    expect(finished.flat().map(({ slot }) => slot)).toEqual([0])
    const [back] = rescued
    expect(back?.epochSecrets).toEqual(alice.keys.epochs.map((epoch) => epoch.secret))
    expect(toHex(back?.keys.root.publicKey ?? new Uint8Array())).toBe(toHex(alice.keys.root?.publicKey ?? secret))
    const [place] = back?.relays ?? []
    const door = back && place && (await world.inside(back.keys.relay, place))
    expect(door?.of('opened')[0]?.level).toBe('root')
  })

  it('attack 53 V2 M1 is seen by everybody: the device that the root brought in is the person’s', async () => {
    const { world } = await createLost()
    const first = recover(world)
    first.recovery.begin(wordsOfSecret(secret).join(' '))
    await world.clock.advance(60_000)
    const second = recover(world)
    second.recovery.begin(wordsOfSecret(secret).join(' '))
    await world.clock.advance(60_000)
    expect(second.recovery.state()).toMatchObject({ type: 'recovered' })
    expect(second.rescued[0]?.devices).toBe(3)
  })

  it('V2 takes no wrong words for a kit, and finds nothing for those of no kit', async () => {
    const { world } = await createLost()
    const { recovery, rescued } = recover(world)
    const words = [...wordsOfSecret(secret)]
    const swapped = [words[1], words[0], ...words.slice(2)].join(' ')
    const problems: unknown[] = []
    for (const typed of ['', words.slice(1).join(' '), words.join(' ').replace(/\w+$/, 'waxwing'), swapped]) {
      recovery.begin(typed)
      const state = recovery.state()
      problems.push(state.type === 'asking' && state.problem?.type)
    }
    recovery.begin(wordsOfSecret(new Uint8Array(32).fill(8)).join(' '))
    await world.clock.advance(10_000)
    expect(problems.slice(0, 3)).toEqual(['wrong-count', 'wrong-count', 'no-such-word'])
    expect(['wrong-words', false]).toContain(problems[3])
    expect(recovery.state()).toEqual({ type: 'asking', problem: { type: 'nothing-found' } })
    expect(rescued).toEqual([])
  })

  it('V2 says that the relay does not answer', async () => {
    const world = await createRelayWorld()
    world.isUp = false
    const { recovery } = recover(world)
    recovery.begin(wordsOfSecret(secret).join(' '))
    await world.clock.advance(60_000)
    expect(recovery.state()).toEqual({ type: 'asking', problem: { type: 'relay-away' } })
  })

  it('V2 keeps one item a workspace, and takes the same slot again', async () => {
    const { world, alice } = await createLost()
    const size = alice.replica.membership.size
    expect((await alice.keeper.ensure()).ok).toBe(true)
    expect([alice.keeper.standing(), alice.replica.membership.size]).toEqual(['kept', size])
    expect(world.logged.join()).not.toContain('refused')
  })

  it('attack 53 V2 K2 a new kit takes the place of the old one, whose words and paper open nothing any more', async () => {
    const { world, alice } = await createLost()
    const { crypto, clock } = world
    const card = await cardOf(world, secret)
    const old = await openKitItem(crypto, card, (await kitKeys(crypto, secret)).exchange)
    if (!old.ok) throw new Error(old.error.type)
    const { workspaceId, epochs } = alice.keys
    const recipient = (await crypto.exchangeKey(old.value.paperExchangeSeed)).publicKey as ExchangePublicKey
    const boxes = epochs.map((epoch) => boxEpoch(workspaceId, epoch.secret, [recipient]))
    await alice.append({ type: 'key.share', boxes })
    const reopened = await alice.again()
    const newer = new Uint8Array(32).fill(8) as KitSecret
    await keepKit(alice.profile, { kit: publicHalves(await kitKeys(crypto, newer)), slots: [], taken: [] })
    expect((await reopened.keeper.ensure()).ok).toBe(true)
    await clock.advance(5000)
    const ofOld = recover(world)
    ofOld.recovery.begin(wordsOfSecret(secret).join(' '))
    await clock.advance(60_000)
    expect(ofOld.recovery.state()).toEqual({ type: 'asking', problem: { type: 'nothing-found' } })
    const state = alice.replica.membership.current()
    const [place] = state?.relays ?? []
    const paper = await crypto.signingKey(old.value.paperRelaySeed)
    expect((await world.inside(paper, place)).of('opened').map(({ level }) => level)).toEqual(['none'])
    const handed = alice.replica.membership.handedOut()
    expect(state && keyDuties(state, handed, () => false).due).toBe('recipient-gone')
    const ofNew = recover(world)
    ofNew.recovery.begin(wordsOfSecret(newer).join(' '))
    await clock.advance(60_000)
    expect(ofNew.recovery.state()).toMatchObject({ type: 'recovered' })
  })

  it('V2 passes over a slot where a linked browser keeps another workspace', async () => {
    const world = await createRelayWorld()
    const [alice, other] = [await createAlice(world), await createAlice(world)]
    const kit = publicHalves(await kitKeys(world.crypto, secret))
    for (const { profile, keeper } of [alice, other]) {
      await keepKit(profile, { kit, slots: [], taken: [] })
      await keeper.ensure()
      await world.clock.advance(5000)
    }
    const { recovery, rescued, finished } = recover(world)
    recovery.begin(wordsOfSecret(secret).join(' '))
    await world.clock.advance(60_000)
    expect(recovery.state()).toMatchObject({ type: 'recovered', failed: 0 })
    expect([rescued.length, finished.flat().map(({ slot }) => slot)]).toEqual([2, [0, 1]])
  })

  it('V2 has nothing to keep where the root is on another device', async () => {
    const world = await createRelayWorld()
    const alice = await createAlice(world)
    const { root: _, ...linked } = alice.keys
    await keepKit(alice.profile, { kit: publicHalves(await kitKeys(world.crypto, secret)), slots: [], taken: [] })
    const store = await alice.profile.workspace('00')
    if (!store.ok) throw new Error('no store')
    const keeper = createKitKeeper({
      ...alice,
      keys: linked,
      store: store.value,
      crypto: world.crypto,
      clock: world.clock,
      random: world.random,
      mailboxes: alice.relay.mailboxes,
      onChange: () => {},
    })
    expect([await keeper.ensure(), keeper.standing()]).toEqual([
      { ok: false, error: { type: 'not-allowed' } },
      'not-here',
    ])
  })
})

describe('making a kit', () => {
  it('V2 keeps nothing before three words were told right', async () => {
    const world = await createRelayWorld()
    const kept: unknown[] = []
    const kit = createKitMaking({
      crypto: world.crypto,
      random: world.random,
      async keep(halves) {
        kept.push(halves)
        return { kept: ['Desk'], failed: [] }
      },
    })
    const shown = kit.state()
    const words = shown.type === 'words' ? shown.words : []
    expect(words).toHaveLength(24)
    kit.test()
    kit.answer(['zoo', 'zoo', 'zoo'])
    expect([kit.state(), kept]).toMatchObject([{ type: 'test', wasWrong: true }, []])
    kit.showAgain()
    kit.test()
    const asked = kit.state()
    const places = asked.type === 'test' ? asked.places : []
    expect(new Set(places).size).toBe(3)
    kit.answer(places.map((place) => ` ${(words[place - 1] ?? '').slice(0, 4).toUpperCase()} `))
    await world.clock.advance(100)
    expect(kit.state()).toEqual({ type: 'kept', kept: ['Desk'], failed: [] })
    const made = secretOfWords(words.join(' '), 32)
    if (!made.ok) throw new Error(made.error.type)
    expect(kept).toEqual([publicHalves(await kitKeys(world.crypto, made.value as KitSecret))])
  })

  it('attack 1 V2 opens no item of another kit, nor one that was changed', async () => {
    const { world, alice } = await createLost()
    const card = await cardOf(world, secret)
    const own = await kitKeys(world.crypto, secret)
    const other = await kitKeys(world.crypto, new Uint8Array(32).fill(9) as KitSecret)
    expect(await openKitItem(world.crypto, card, own.exchange)).toMatchObject({
      ok: true,
      value: { workspaceId: alice.keys.workspaceId },
    })
    expect(await openKitItem(world.crypto, card, other.exchange)).toEqual({
      ok: false,
      error: { type: 'damaged-item' },
    })
    for (let at = 0; at < card.length; at += 7) {
      const changed = card.slice()
      changed[at] = (changed[at] ?? 0) ^ 1
      expect((await openKitItem(world.crypto, changed, own.exchange)).ok).toBe(false)
    }
  })
})

async function cardOf(world: World, of: KitSecret): Promise<Uint8Array> {
  const [mailboxKey] = (await kitKeys(world.crypto, of)).mailboxKeys
  if (!mailboxKey) throw new Error('no slot')
  const client = world.joiner(mailboxKey, () => {})
  const read = client.readCard()
  await world.clock.advance(1000)
  const card = await read
  client.close()
  return card ?? new Uint8Array()
}
