import { describe, expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import type { DeviceId } from '#lib/base/ids'
import type { EnterMailbox } from '#lib/host/enter-mailbox'
import { keepKit, readKit } from '#lib/host/kit-record'
import { createLinkMailboxes } from '#lib/host/link-mailboxes'
import { createLinkPost } from '#lib/host/link-post'
import { type DeviceLink, keepLink, readLinks } from '#lib/host/link-record'
import { createOwnLinks } from '#lib/host/own-links'
import { createPlaceOffers } from '#lib/host/place-offers'
import { createTakePlaces } from '#lib/host/take-places'
import { createMemoryDisk, openMemoryKeyStore, openMemoryStorage } from '#lib/storage/memory-storage'
import { createMailboxClient } from '#lib/sync/mailbox-client'
import { createInvited, type Invited, rootOf } from '#lib/testing/invited'
import { quickStretch } from '#lib/testing/quick-stretch'
import { openVault, type Vault } from '#lib/vault/vault'
import { isDeviceAddSigned } from '#lib/workspace/add-device'
import { sealAnswer } from '#lib/workspace/admission-answer'
import { type LinkSecret, type LinkSide, linkMailboxKey, sealLinkMessage } from '#lib/workspace/device-link'
import { type KitSecret, kitKeys, publicHalves } from '#lib/workspace/kit'
import type { MembershipState } from '#lib/workspace/membership-state'
import type { RequestedDevice } from '#lib/workspace/pairing-message'
import { createRelayWorld, ORIGIN, type RelayWorld } from '#relay/testing/relay-world'

const secret = new Uint8Array(32).fill(5) as LinkSecret
const stateOf = ({ log }: Invited): MembershipState => {
  const state = log.current()
  if (!state) throw new Error('no state')
  return state
}

function vaultOf({ crypto, random }: RelayWorld): Promise<Vault> {
  const disk = createMemoryDisk()
  const openStorage = async () => ({ ok: true, value: openMemoryStorage(disk) }) as const
  return unwrap(openVault({ crypto, random, keys: openMemoryKeyStore(disk), stretch: quickStretch, openStorage }))
}

/** alice's phone and laptop, linked in one workspace; the phone has another one. */
async function createScene() {
  const world = await createRelayWorld()
  const { clock, crypto, random } = world
  await clock.advance(1000)
  const { mailboxes } = world.founder.client()
  const [desk, diary] = [await createInvited(1), await createInvited(2)]
  const enter: EnterMailbox = async (options) =>
    createMailboxClient({ connect: world.connect, clock, random: random.fork(), ...options, origin: ORIGIN })
  const post = createLinkPost({ crypto, clock, random, enter })
  const added: RequestedDevice[] = []
  const linked = (side: LinkSide, device: DeviceId): DeviceLink => ({
    ...{ secret, side, name: 'Laptop', isOut: false, toldKit: undefined },
    places: [{ workspaceId: desk.workspaceId, device }],
  })

  const phoneVault = await vaultOf(world)
  const phone = phoneVault.storage
  await keepLink(phone, linked('giver', desk.bob.keys.device))
  const store = await unwrap(phone.workspace('diary'))
  /** The phone's leader of the workspace that the laptop lacks. */
  const offer = () =>
    createPlaceOffers({
      ...{ workspaceId: diary.workspaceId, device: diary.alice.keys.device, store, profile: phone },
      ...{ crypto, clock, random, mailboxes, post },
      async addDevice(device) {
        const person = rootOf(diary.alice)
        expect(await isDeviceAddSigned(crypto, diary.workspaceId, { ...device, person })).toBe(true)
        added.push(device)
        const { genesis, firstSecret, relayPlace, invite } = diary
        const answer = { admit: invite, genesis, epochSecrets: [firstSecret], relays: [relayPlace] }
        const message = sealAnswer(answer, device.keys, random)
        return message.type === 'answer'
          ? { ok: true, value: message.box }
          : { ok: false, error: { type: 'not-allowed' } }
      },
    })
  const attend = async (offers: ReturnType<typeof offer>) => offers.attend(await readLinks(phone), stateOf(diary))

  const laptop = await vaultOf(world)
  await unwrap(laptop.updateProfile((now) => ({ ...now, workspaces: [{ id: desk.workspaceId, name: 'Desk' }] })))
  await keepLink(laptop.storage, linked('asker', desk.alice.keys.device))
  let came = 0
  const take = () =>
    createTakePlaces({
      ...{ vault: laptop, crypto, random, enter },
      onProfile: async () => {
        came++
      },
    })
  /** The laptop's leader of the workspace that both are in. */
  async function listen(places: ReturnType<typeof take>) {
    const listening = createLinkMailboxes({
      ...{ workspaceId: desk.workspaceId, crypto, clock, mailboxes },
      take: async (link, message) => message.type === 'place' && places.take(link, message),
    })
    await listening.attend(await readLinks(laptop.storage))
    return listening
  }
  /** Everything that a leader of the shared workspace does for the linkings of one of the two. */
  async function leader(vault: Vault) {
    const { device } = vault === laptop ? desk.bob.keys : desk.alice.keys
    const disk = await unwrap(vault.storage.workspace('desk'))
    const replica = { membership: { current: () => stateOf(desk) }, keys: { workspaceId: desk.workspaceId } } as never
    const links = await createOwnLinks({
      ...{ replica, device, vault, store: disk, crypto, clock, random, mailboxes, enter },
      addDevice: async () => ({ ok: false, error: { type: 'not-allowed' } }),
      onProfile: async () => {},
      onChange() {},
    })
    links.attend()
    return links
  }
  return {
    ...{
      world,
      clock,
      crypto,
      desk,
      diary,
      phone,
      phoneVault,
      laptop,
      offer,
      attend,
      take,
      listen,
      leader,
      added,
      post,
    },
    came: () => came,
  }
}

async function unwrap<T>(result: Promise<{ ok: true; value: T } | { ok: false; error: unknown }>): Promise<T> {
  const outcome = await result
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.error))
  return outcome.value
}

const workspacesOf = async (vault: Vault) => (await unwrap(vault.profile())).workspaces.map(({ name }) => name)
const placesOf = async (storage: Vault['storage']) =>
  (await readLinks(storage)).flatMap(({ places }) => places.map(({ device }) => toHex(device)))

describe('linked browsers', () => {
  it('V6 a workspace made on one comes to the other, with keys of its own', async () => {
    const scene = await createScene()
    const { clock, laptop, phone, diary } = scene
    await scene.listen(scene.take())
    void scene.attend(scene.offer())
    await clock.advance(10_000)
    expect([await workspacesOf(laptop), scene.came()]).toEqual([['Desk', ''], 1])
    const keys = await unwrap(laptop.loadWorkspaceKeys(diary.workspaceId))
    expect([scene.added.length, keys?.device.publicKey, keys?.root]).toEqual([
      1,
      scene.added[0]?.keys.device,
      undefined,
    ])
    expect(await unwrap(laptop.pendingPlaces())).toEqual([])
    expect((await placesOf(phone)).at(-1)).toBe(toHex(scene.added[0]?.keys.device ?? secret))
    expect((await placesOf(laptop.storage)).at(-1)).toBe(toHex(diary.alice.keys.device))
  })

  it('V6 comes though the two are never there at once, as one device', async () => {
    const scene = await createScene()
    const { clock, laptop } = scene
    const early = await scene.listen(scene.take())
    early.close()
    const offers = scene.offer()
    void scene.attend(offers)
    await clock.advance(30_000)
    offers.close()
    const places = scene.take()
    await scene.listen(places)
    await clock.advance(5000)
    places.close()
    expect([await workspacesOf(laptop), (await unwrap(laptop.pendingPlaces())).length]).toEqual([['Desk'], 1])
    void scene.attend(scene.offer())
    await clock.advance(5000)
    await scene.take().resume()
    await clock.advance(5000)
    expect(await workspacesOf(laptop)).toEqual(['Desk', ''])
    expect(new Set(scene.added.map((device) => toHex(device.keys.device))).size).toBe(1)
  })

  it('V6 tells of a kit, also later when the relay was away, and uses none without its person’s word', async () => {
    const scene = await createScene()
    const { clock, laptop, phoneVault, world } = scene
    const kit = publicHalves(await kitKeys(scene.crypto, new Uint8Array(32).fill(7) as KitSecret))
    const there = await scene.leader(laptop)
    await clock.advance(1000)
    await keepKit(phoneVault.storage, { kit, slots: [], taken: [] })
    world.isUp = false
    world.cutAll()
    const here = await scene.leader(phoneVault)
    await clock.advance(30_000)
    world.isUp = true
    await clock.advance(120_000)
    const key = toHex(kit.exchangeKey)
    expect(there.kitNews.facts()).toEqual([{ type: 'kit-elsewhere', key, who: 'Laptop' }])
    expect([await readKit(laptop.storage), here.kitNews.facts()]).toEqual([undefined, []])
    await there.kitNews.dismissed(`kit-elsewhere/${key}`)
    expect(there.kitNews.facts()).toEqual([])
    for (const links of [here, there]) links.close()
  })

  it('attack 53 V6 offers and gives nothing more to a browser that was revoked in any workspace', async () => {
    const scene = await createScene()
    const { clock, desk, phone, laptop } = scene
    await scene.listen(scene.take())
    const gone = desk.bob.keys.device
    const record = { device: gone, active: false } as never
    const state = stateOf(desk)
    const revoked = { ...state, devices: new Map([...state.devices, [toHex(gone), record]]) } as MembershipState
    const store = await unwrap(phone.workspace('desk'))
    const { crypto, post } = scene
    const { mailboxes } = scene.world.founder.client()
    const ofDesk = createPlaceOffers({
      ...{ workspaceId: desk.workspaceId, device: desk.alice.keys.device, store, profile: phone, crypto, clock },
      ...{
        random: scene.world.random,
        mailboxes,
        post,
        addDevice: async () => ({ ok: false, error: { type: 'not-allowed' } }),
      },
    })
    await ofDesk.attend(await readLinks(phone), revoked)
    expect((await readLinks(phone)).map(({ isOut }) => isOut)).toEqual([true])
    void scene.attend(scene.offer())
    await clock.advance(30_000)
    expect([await workspacesOf(laptop), scene.added.length]).toEqual([['Desk'], 0])
    expect(await unwrap(laptop.pendingPlaces())).toEqual([])
  })

  it('attack 52 V6 takes nothing from whoever has the mailbox and not the secret', async () => {
    const scene = await createScene()
    const { clock, crypto, diary, laptop, world } = scene
    await scene.listen(scene.take())
    const key = await linkMailboxKey(crypto, secret, scene.desk.workspaceId)
    const client = world.joiner(key, () => {})
    const place = { workspaceId: diary.workspaceId, person: rootOf(diary.alice), device: diary.alice.keys.device }
    const message = {
      type: 'place',
      from: 'giver',
      ...place,
      name: 'Trap',
      secret: new Uint8Array(16) as never,
    } as const
    void client.deposit(sealLinkMessage(message, new Uint8Array(32).fill(6) as LinkSecret, world.random))
    await clock.advance(5000)
    expect(await unwrap(laptop.pendingPlaces())).toEqual([])
    void client.deposit(sealLinkMessage(message, secret, world.random))
    await clock.advance(5000)
    expect((await unwrap(laptop.pendingPlaces())).map(({ name }) => name)).toEqual(['Trap'])
    client.close()
  })
})
