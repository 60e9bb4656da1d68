import { afterEach, expect, it, vi } from 'vitest'
import { Doc, encodeStateAsUpdate } from 'yjs'
import { sameBytes, toHex, utf8 } from '#lib/base/bytes'
import type { WorkspaceId } from '#lib/base/ids'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { systemRandom } from '#lib/crypto/system-random'
import { freshWebrtcProvider, nodeRtcPlatform } from '#lib/testing/node-webrtc'
import { type SignalingManners, startSignalingServer } from '#lib/testing/signaling-server'
import type { Link } from '#lib/transport/link'
import type { RtcPlatform } from '#lib/transport/mesh-connection'
import type { MeshPeer } from '#lib/transport/mesh-peer'
import { createMesh, type Mesh, type MeshOptions } from '#lib/transport/webrtc'
import { createNodeClock } from '#relay/node-clock'

const crypto = createNodeCrypto()
const WORKSPACE = new Uint8Array(32).fill(1) as WorkspaceId

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const each of undo.splice(0).reverse()) await each()
})

/** Resolves as soon as `condition` holds after one of the events that call `look`. */
function createWatch() {
  const waiting = new Set<() => void>()
  return {
    look: () => {
      for (const each of [...waiting]) each()
    },
    until: (condition: () => boolean) =>
      new Promise<void>((resolve) => {
        const check = () => {
          if (!condition()) return
          waiting.delete(check)
          resolve()
        }
        waiting.add(check)
        check()
      }),
  }
}

async function openRoom(manners: SignalingManners = {}) {
  const signaling = await startSignalingServer(manners)
  undo.push(() => signaling.close())
  const watch = createWatch()
  const room = toHex(systemRandom.bytes(8))
  const join = async (seed: number, options: Partial<MeshOptions> = {}) => {
    const device = await crypto.signingKey(new Uint8Array(32).fill(seed))
    const links = new Map<string, Link>()
    const frames: Uint8Array[] = []
    const refused: string[] = []
    const mesh: Mesh = createMesh({
      workspaceId: WORKSPACE,
      roomName: room,
      password: 'secret',
      signaling: [signaling.url],
      iceServers: [],
      device,
      crypto,
      clock: createNodeClock(),
      random: systemRandom,
      platform: nodeRtcPlatform(),
      provider: await freshWebrtcProvider(toHex(systemRandom.bytes(8))),
      deviceStanding: () => 'active',
      onLink(link: Link, { device: theirs }: MeshPeer) {
        const name = toHex(theirs)
        links.set(name, link)
        link.onFrame = (frame) => {
          frames.push(frame)
          watch.look()
        }
        link.onClose = () => {
          if (links.get(name) === link) links.delete(name)
          watch.look()
        }
        watch.look()
      },
      onRefused({ type }) {
        refused.push(type)
        watch.look()
      },
      onState: watch.look,
      ...options,
    })
    undo.push(() => mesh.close())
    return { mesh, device, name: toHex(device.publicKey), links, frames, refused }
  }
  return { signaling, join, until: watch.until, look: watch.look }
}

it('D2 two devices find each other, prove themselves and exchange frames', async () => {
  const { join, until } = await openRoom()
  const [alice, bob] = [await join(1), await join(2)]
  await until(() => alice.links.has(bob.name) && bob.links.has(alice.name))
  alice.links.get(bob.name)?.send(utf8('hello'))
  bob.links.get(alice.name)?.send(utf8('you'))
  await until(() => alice.frames.length > 0 && bob.frames.length > 0)
  expect([bob.frames, alice.frames]).toEqual([[utf8('hello')], [utf8('you')]])
  const initiators = [alice, bob].flatMap(({ mesh }) => mesh.peers().map(({ initiator }) => initiator))
  expect(initiators.sort()).toEqual([false, true])
})

it('D2 300 KB pass in frames, in order, with back-pressure', async () => {
  const { join, until } = await openRoom()
  const [alice, bob] = [await join(1), await join(2)]
  await until(() => alice.links.has(bob.name) && bob.links.has(alice.name))
  const sent = Array.from({ length: 40 }, (_, i) => new Uint8Array(65_536).fill(i))
  const link = alice.links.get(bob.name)
  for (const frame of sent) {
    link?.send(frame)
    await link?.drained()
  }
  await until(() => bob.frames.length === sent.length)
  expect(bob.frames.every((frame, i) => sameBytes(frame, sent[i] ?? utf8('')))).toBe(true)
  expect(link?.queuedBytes()).toBeLessThan(262_145)
})

it('D2 four devices are all connected with each other', async () => {
  const { join, until } = await openRoom()
  const all = await Promise.all([1, 2, 3, 4].map((seed) => join(seed)))
  await until(() => all.every(({ mesh }) => mesh.peers().length === 3))
  expect(all.map(({ links }) => links.size)).toEqual([3, 3, 3, 3])
})

it('D3 devices that all call each other at the same moment end with links that carry both ways', async () => {
  const { join, until } = await openRoom({ announcesHeld: 3 })
  const all = await Promise.all([1, 2, 3].map((seed) => join(seed)))
  await until(() => all.every(({ links }) => links.size === 2))
  for (const { links } of all) for (const link of links.values()) link.send(utf8('hi'))
  await until(() => all.every(({ frames }) => frames.length === 2))
})

it('D3 a link that fails at both ends comes back and carries, every time', async () => {
  const { join, until } = await openRoom()
  const [alice, bob] = [await join(1), await join(2)]
  for (let round = 1; round <= 4; round++) {
    await until(() => alice.links.has(bob.name) && bob.links.has(alice.name))
    alice.links.get(bob.name)?.send(Uint8Array.of(round))
    bob.links.get(alice.name)?.send(Uint8Array.of(round))
    await until(() => alice.frames.length === round && bob.frames.length === round)
    alice.links.get(bob.name)?.close('cut')
    bob.links.get(alice.name)?.close('cut')
  }
  expect([alice.refused, bob.refused]).toEqual([[], []])
})

it('D3 a restarted signaling server leaves links alone and lets newcomers in', async () => {
  const { signaling, join, until } = await openRoom()
  const [alice, bob] = [await join(1), await join(2)]
  await until(() => alice.links.has(bob.name) && bob.links.has(alice.name))
  signaling.dropAll()
  const carol = await join(3)
  await until(() => carol.links.size === 2)
  expect(alice.links.has(bob.name)).toBe(true)
})

it('D3 a closed mesh leaves no socket, and its peer notices', async () => {
  const { signaling, join, until, look } = await openRoom()
  const [alice, bob] = [await join(1), await join(2)]
  await until(() => alice.links.has(bob.name) && bob.links.has(alice.name))
  bob.mesh.close()
  bob.mesh.close()
  await until(() => alice.links.size === 0)
  const timer = setInterval(look, 20)
  await until(() => signaling.sockets() === 1)
  clearInterval(timer)
  expect(bob.mesh.state()).toMatchObject({ links: 0, attempts: 0 })
})

it('D3 a page that goes away ends its links, and its peer notices', async () => {
  const { join, until } = await openRoom()
  const alice = await join(1)
  const page = new EventTarget()
  vi.stubGlobal('document', {})
  vi.stubGlobal('window', page)
  undo.push(() => vi.unstubAllGlobals())
  const bob = await join(2)
  await until(() => alice.links.has(bob.name) && bob.links.has(alice.name))
  page.dispatchEvent(new Event('pagehide'))
  expect(bob.mesh.state()).toMatchObject({ links: 0, attempts: 0 })
  await until(() => alice.links.size === 0)
})

it.each([
  [1, 2],
  [2, 1],
])('R1 a device that comes back replaces its own older connection (%i, %i)', async (one, two) => {
  const { join, until } = await openRoom()
  const [alice, bob] = [await join(one), await join(two)]
  await until(() => alice.links.has(bob.name) && bob.links.has(alice.name))
  const first = alice.links.get(bob.name)
  const again = await join(two)
  await until(() => again.links.has(alice.name) && alice.links.get(bob.name) !== first && bob.links.size === 0)
  expect(alice.mesh.peers()).toHaveLength(1)
})

it('R1 a former device that had its time gets no link, though it proves itself', async () => {
  const { join, until, look } = await openRoom()
  let asked = 0
  const deviceStanding = () => {
    asked++
    look()
    return 'former' as const
  }
  const [mallory, alice] = [await join(3), await join(1, { deviceStanding })]
  await until(() => asked > 0)
  expect([alice.links.size, alice.mesh.peers(), alice.refused]).toEqual([0, [], []])
  await until(() => mallory.links.size === 0)
})

it('attack 56: a member of another workspace who knows room and password gets no link', async () => {
  const { join, until } = await openRoom()
  const alice = await join(1)
  const mallory = await join(3, { workspaceId: new Uint8Array(32).fill(9) as WorkspaceId })
  await until(() => alice.refused.length + mallory.refused.length > 0)
  expect([...alice.refused, ...mallory.refused][0]).toBe('false-proof')
  expect([alice.links.size, mallory.links.size]).toEqual([0, 0])
})

it('R1 the own device in another tab gets no link', async () => {
  const { join, until } = await openRoom()
  const [one, two] = [await join(1), await join(1)]
  await until(() => one.refused.length + two.refused.length > 0)
  expect([...one.refused, ...two.refused][0]).toBe('own-device')
  expect([one.links.size, two.links.size]).toEqual([0, 0])
})

it('attack 56: without the password nobody is even called', async () => {
  const { signaling, join, until } = await openRoom()
  const [alice, bob, carol] = [await join(1), await join(2, { password: 'other' }), await join(3)]
  await until(() => alice.links.size === 1 && carol.links.size === 1)
  expect([bob.links.size, bob.mesh.state().attempts]).toEqual([0, 0])
  expect(signaling.heard.length).toBeGreaterThan(3)
})

it('R6 a signaling server sees sizes, and no address, key or name', async () => {
  const { signaling, join, until } = await openRoom()
  const [alice, bob] = [await join(1), await join(2)]
  await until(() => alice.links.has(bob.name) && bob.links.has(alice.name))
  const lengths = new Set(signaling.heard.map(({ data }) => data.length))
  expect([...lengths].sort((a, b) => a - b).slice(0, 2)).toEqual([182, 736])
  const carried = signaling.heard.map(({ data }) => Buffer.from(data, 'base64url').toString('latin1')).join()
  for (const word of ['candidate', 'sdp', '127.0.0.1', 'announce', 'fingerprint']) expect(carried).not.toContain(word)
})

it('attack 56: a server that repeats, damages and invents messages keeps nobody apart', async () => {
  const carry = (message: string) => [message, message, message.replace('"data":"', '"data":"AA'), '{}', 'null', '[']
  const { signaling, join, until } = await openRoom({ carry })
  const [alice, bob] = [await join(1), await join(2)]
  for (const text of ['no json', '7', '{"type":"publish"}', '{"type":"publish","topic":1,"data":{}}'])
    signaling.say(text)
  await until(() => alice.links.has(bob.name) && bob.links.has(alice.name))
  alice.links.get(bob.name)?.send(utf8('hello'))
  await until(() => bob.frames.length === 1)
})

it('R9 the channel of y-webrtc carries nothing out, and nothing in', async () => {
  const { join, until, look } = await openRoom()
  const [channels, docs, heard]: [RTCDataChannel[], Doc[], number[]] = [[], [], []]
  const spied = async (): Promise<Partial<MeshOptions>> => {
    const Provider = await freshWebrtcProvider(toHex(systemRandom.bytes(8)))
    class SpiedProvider extends Provider {
      constructor(...args: ConstructorParameters<typeof Provider>) {
        super(...args)
        docs.push(args[1])
      }
    }
    const onMessage = (data: ArrayBuffer) => {
      heard.push(data.byteLength)
      look()
    }
    return { provider: SpiedProvider, platform: spyOnChannelZero(channels, onMessage) }
  }
  const [alice, bob] = [await join(1, await spied()), await join(2, await spied())]
  await until(() => alice.links.has(bob.name) && bob.links.has(alice.name))
  docs[0]?.getMap('map').set('key', 'from the document')
  const hostile = new Doc()
  hostile.getMap('map').set('key', 'from the wire')
  const update = encodeStateAsUpdate(hostile)
  const open = channels.filter(({ readyState }) => readyState === 'open')
  for (const channel of open) channel.send(Uint8Array.of(0, 2, update.length, ...update))
  await until(() => heard.length >= 2)
  expect([open.length, heard]).toEqual([2, [update.length + 3, update.length + 3]])
  expect(docs.map((doc) => doc.getMap('map').get('key'))).not.toContain('from the wire')
})

/** WebRTC whose channel 0 is seen beneath the mesh: what really leaves and arrives there. */
function spyOnChannelZero(channels: RTCDataChannel[], onMessage: (data: ArrayBuffer) => void): RtcPlatform {
  const platform = nodeRtcPlatform()
  class SpiedConnection extends platform.RTCPeerConnection {
    override createDataChannel(label: string, options?: RTCDataChannelInit): RTCDataChannel {
      const channel = super.createDataChannel(label, options)
      if (options?.id !== 0) return channel
      channel.addEventListener('message', ({ data }) => onMessage(data))
      channels.push(channel)
      return channel
    }
  }
  return { ...platform, RTCPeerConnection: SpiedConnection }
}

it('R8 who wants no direct connection and has no TURN makes none', async () => {
  const { signaling, join, until } = await openRoom()
  const [alice, bob, carol] = [await join(1, { relayOnly: true }), await join(2), await join(3)]
  await until(() => bob.links.size === 1 && carol.links.size === 1)
  expect([alice.mesh.state().signaling, alice.links.size, signaling.sockets()]).toEqual(['off', 0, 2])
})
