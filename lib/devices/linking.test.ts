import { describe, expect, it } from 'vitest'
import { sameBytes, toHex } from '#lib/base/bytes'
import type { DeviceId, WorkspaceId } from '#lib/base/ids'
import { secretOfWords } from '#lib/crypto/secret-words'
import { type AskingOptions, createAsking } from '#lib/devices/ask-link'
import { createGiving, type LinkableWorkspace, type LinkedPlace } from '#lib/devices/give-link'
import { createPairingDesk } from '#lib/host/pairing-desk'
import { createMailboxClient } from '#lib/sync/mailbox-client'
import { createInvited, rootOf } from '#lib/testing/invited'
import { isDeviceAddSigned } from '#lib/workspace/add-device'
import type { AdmissionAnswer } from '#lib/workspace/admission-answer'
import { sealAnswer } from '#lib/workspace/admission-answer'
import type { ExchangePublicKey } from '#lib/workspace/keys'
import { PAIRING_SECONDS, type PairingSecret, pairingKeys } from '#lib/workspace/pairing'
import { type RequestedDevice, sealPairing } from '#lib/workspace/pairing-message'
import { createRelayWorld, ORIGIN } from '#relay/testing/relay-world'

/** alice's laptop with two workspaces at one relay, and what a new device makes of it. */
async function createScene() {
  const world = await createRelayWorld()
  const { clock, crypto } = world
  await clock.advance(1000)
  const spaces = [await createInvited(1), await createInvited(2)]
  const added: RequestedDevice[] = []
  const kept = new Map<string, AdmissionAnswer>()
  let finished: string | undefined
  /** What each of the two keeps of it. */
  const links: { secret: Uint8Array; name: string; places: readonly LinkedPlace[] }[] = []
  const desk = createPairingDesk(world.founder.client().mailboxes)

  const workspaces = spaces.map(
    ({ workspaceId, alice, genesis, firstSecret, relayPlace, invite }, i): LinkableWorkspace => ({
      workspaceId,
      person: rootOf(alice),
      device: alice.keys.device,
      name: `Workspace ${i + 1}`,
      async addDevice(device) {
        added.push(device)
        const isSigned = await isDeviceAddSigned(crypto, workspaceId, addOf(device, rootOf(alice)))
        expect(isSigned).toBe(sameBytes(device.workspaceId, workspaceId))
        const answer = { admit: invite, genesis, epochSecrets: [firstSecret], relays: [relayPlace] }
        const message = sealAnswer(answer, device.keys, world.random)
        return message.type === 'answer' ? { ok: true, value: message.box } : { ok: false, error: { type: 'none' } }
      },
    }),
  )

  const give = (words: string, of: readonly LinkableWorkspace[] = workspaces) =>
    createGiving({
      words,
      crypto,
      clock,
      random: world.random.fork(),
      personName: 'Alice',
      isReady: true,
      workspaces: async () => of,
      attend: async (wish) => desk.attend(wish),
      async keepLink(secret, name, places) {
        links.push({ secret, name, places })
      },
      onEnd: () => {},
    })
  const ask = (options: Partial<AskingOptions> = {}) =>
    createAsking({
      crypto,
      clock,
      random: world.random.fork(),
      deviceName: 'Firefox on Linux',
      openMailbox: async (wish) =>
        createMailboxClient({ connect: world.connect, origin: ORIGIN, clock, random: world.random.fork(), ...wish }),
      ownKeys: async () => undefined,
      async createKeys() {
        const [device, exchange, relay] = await Promise.all([
          crypto.signingKey(),
          crypto.exchangeKey(),
          crypto.signingKey(),
        ])
        return { device, exchange, relay }
      },
      async keep({ workspaceId }, _, answer) {
        kept.set(toHex(workspaceId), answer)
        return true
      },
      async finish({ personName, secret, places }) {
        finished = personName
        links.push({ secret, name: '', places })
        return true
      },
      ...options,
    })
  return { world, clock, spaces, workspaces, added, kept, links, give, ask, finished: () => finished }
}

const addOf = (device: RequestedDevice, person: ReturnType<typeof rootOf>) =>
  ({ type: 'device.add', ...device, person, doors: [], boxes: [] }) as const

type Scene = Awaited<ReturnType<typeof createScene>>
const wordsOf = (asking: ReturnType<Scene['ask']>): string => {
  const state = asking.state()
  return state.type === 'showing' ? state.words.join(' ') : ''
}
const codeOf = (asking: ReturnType<Scene['ask']>): string => {
  const state = asking.state()
  return state.type === 'confirm' ? state.code : ''
}

/** Both have met: the new one shows a code. */
async function meet(scene: Scene, options: Partial<AskingOptions> = {}) {
  const asking = scene.ask(options)
  await scene.clock.advance(100)
  const words = wordsOf(asking)
  const giving = scene.give(words)
  await scene.clock.advance(5000)
  return { asking, giving, words }
}

describe('linking a device', () => {
  it('V1 gives a new device a place of its own in every workspace, once the code was typed', async () => {
    const scene = await createScene()
    const { asking, giving } = await meet(scene)
    expect(giving.state()).toEqual({ type: 'confirm', deviceName: 'Firefox on Linux', wrongCodes: 0 })
    expect(scene.added).toEqual([])
    giving.confirm(`${codeOf(asking).slice(0, 3)} ${codeOf(asking).slice(3)}`)
    await scene.clock.advance(5000)
    expect(giving.state()).toMatchObject({ type: 'linked', linked: ['Workspace 1', 'Workspace 2'], failed: [] })
    expect(asking.state()).toMatchObject({ type: 'linked' })
    expect(scene.finished()).toBe('Alice')
    expect(scene.spaces.map(({ workspaceId }) => scene.kept.get(toHex(workspaceId))?.epochSecrets)).toEqual(
      scene.spaces.map(({ firstSecret }) => [firstSecret]),
    )
    expect(new Set(scene.added.map(({ keys }) => toHex(keys.device))).size).toBe(2)
  })

  it('attack 52 V1 links nothing by a wrong code, and ends after three', async () => {
    const scene = await createScene()
    const { asking, giving } = await meet(scene)
    const wrong = codeOf(asking) === '000000' ? '111111' : '000000'
    giving.confirm(wrong)
    expect(giving.state()).toMatchObject({ type: 'confirm', wrongCodes: 1 })
    giving.confirm(wrong)
    giving.confirm(wrong)
    await scene.clock.advance(3000)
    expect(giving.state()).toEqual({ type: 'failed', reason: { type: 'wrong-code' } })
    giving.confirm(codeOf(asking))
    await scene.clock.advance(3000)
    expect(asking.state()).toEqual({ type: 'failed', reason: { type: 'cancelled' } })
    expect([scene.added, scene.kept.size]).toEqual([[], 0])
  })

  it('attack 52 V1 starts by nothing but twelve words', async () => {
    const scene = await createScene()
    const typed = ['https://waxwing.example/join/#1.a.b', '', 'abandon '.repeat(24), 'abandon '.repeat(12)]
    const reasons = []
    for (const words of typed) {
      const giving = scene.give(words)
      await scene.clock.advance(1000)
      const state = giving.state()
      reasons.push(state.type === 'failed' ? state.reason.type : state.type)
    }
    expect(reasons).toEqual(['wrong-count', 'wrong-count', 'wrong-count', 'wrong-words'])
    expect(scene.world.received.get('mailbox-opened')).toBeUndefined()
  })

  it('attack 52 V1 ends for both when somebody else comes with the words, too', async () => {
    const scene = await createScene()
    const { asking, giving, words: shown } = await meet(scene)
    const words = secretOfWords(shown, 16)
    if (!words.ok) throw new Error(words.error.type)
    const { mailboxKey, messageKey } = await pairingKeys(scene.world.crypto, words.value as PairingSecret)
    const intruder = scene.world.joiner(mailboxKey, () => {})
    const exchangeKey = (await scene.world.crypto.exchangeKey()).publicKey as ExchangePublicKey
    const hello = { type: 'hello', exchangeKey, deviceName: 'Firefox on Linux' } as const
    void intruder.deposit(sealPairing(hello, messageKey, scene.world.random))
    await scene.clock.advance(3000)
    expect(giving.state()).toEqual({ type: 'failed', reason: { type: 'two-devices' } })
    expect(asking.state()).toEqual({ type: 'failed', reason: { type: 'cancelled' } })
    expect(scene.added).toEqual([])
    intruder.close()
  })

  it('V1 keeps a workspace that the device has already as it is', async () => {
    const scene = await createScene()
    const [first] = scene.spaces
    if (!first) throw new Error('a workspace')
    const present = first.bob
    const ownKeys = async (id: WorkspaceId) => (sameBytes(id, first.workspaceId) ? present : undefined)
    const { asking, giving } = await meet(scene, { ownKeys })
    giving.confirm(codeOf(asking))
    await scene.clock.advance(5000)
    expect(giving.state()).toMatchObject({ type: 'linked', linked: ['Workspace 1', 'Workspace 2'] })
    expect(scene.kept.size).toBe(1)
    expect(scene.added[0]?.keys.device).toEqual(present.keys.device)
  })

  it('V6 leaves both with one secret, and with which device the other is in each workspace', async () => {
    const scene = await createScene()
    const { asking, giving } = await meet(scene)
    expect(scene.links).toEqual([])
    giving.confirm(codeOf(asking))
    await scene.clock.advance(5000)
    const [first, second] = scene.links
    expect(first?.secret).toEqual(second?.secret)
    const placesOf = (devices: readonly DeviceId[]) =>
      scene.spaces.map(({ workspaceId }, i) => ({ workspaceId, device: devices[i] }))
    const ofOther = scene.added.map(({ keys }) => keys.device)
    const own = scene.spaces.map(({ alice }) => alice.keys.device)
    expect(scene.links.find(({ name }) => name !== '')?.places).toEqual(placesOf(ofOther))
    expect(scene.links.find(({ name }) => name === '')?.places).toEqual(placesOf(own))
  })

  it('V1 says which workspace could not be linked', async () => {
    const scene = await createScene()
    const asking = scene.ask()
    await scene.clock.advance(100)
    const refused = async () => ({ ok: false, error: { type: 'not-allowed' } }) as const
    const [first, second] = scene.workspaces
    if (!first || !second) throw new Error('two workspaces')
    const giving = scene.give(wordsOf(asking), [{ ...first, addDevice: refused }, second])
    await scene.clock.advance(5000)
    giving.confirm(codeOf(asking))
    await scene.clock.advance(5000)
    expect(giving.state()).toMatchObject({ type: 'linked', linked: ['Workspace 2'], failed: ['Workspace 1'] })
    expect(asking.state()).toMatchObject({ type: 'linked' })
  })

  it('V1 changes nothing when it is given up on either side, or takes too long', async () => {
    const scene = await createScene()
    const { asking, giving } = await meet(scene)
    giving.close()
    await scene.clock.advance(3000)
    expect(asking.state()).toEqual({ type: 'failed', reason: { type: 'cancelled' } })
    const lonely = scene.ask()
    await scene.clock.advance((PAIRING_SECONDS + 5) * 1000)
    expect(lonely.state()).toEqual({ type: 'failed', reason: { type: 'took-too-long' } })
    expect([scene.added, scene.kept.size]).toEqual([[], 0])
  })

  it('V1 stays in what had come before an answer was of no use', async () => {
    const scene = await createScene()
    const asking = scene.ask()
    await scene.clock.advance(100)
    const [first, second] = scene.workspaces
    if (!first || !second) throw new Error('two workspaces')
    const giving = scene.give(wordsOf(asking), [first, { ...second, addDevice: first.addDevice }])
    await scene.clock.advance(5000)
    giving.confirm(codeOf(asking))
    await scene.clock.advance(5000)
    expect(asking.state()).toMatchObject({ type: 'linked' })
    expect([scene.kept.size, scene.finished()]).toEqual([1, 'Alice'])
  })

  it('attack 50 V1 takes no other workspace than the one it asked for', async () => {
    const scene = await createScene()
    const [first, second] = scene.spaces
    if (!first || !second) throw new Error('two workspaces')
    const fake: LinkableWorkspace = {
      ...(scene.workspaces[0] as LinkableWorkspace),
      async addDevice(device) {
        const { genesis, firstSecret, relayPlace, invite } = second
        const answer = { admit: invite, genesis, epochSecrets: [firstSecret], relays: [relayPlace] }
        const message = sealAnswer(answer, device.keys, scene.world.random)
        return message.type === 'answer' ? { ok: true, value: message.box } : { ok: false, error: { type: 'none' } }
      },
    }
    const asking = scene.ask()
    await scene.clock.advance(100)
    const giving = scene.give(wordsOf(asking), [fake])
    await scene.clock.advance(5000)
    giving.confirm(codeOf(asking))
    await scene.clock.advance(5000)
    expect(asking.state()).toEqual({ type: 'failed', reason: { type: 'wrong-answer' } })
    expect(scene.kept.size).toBe(0)
  })
})
