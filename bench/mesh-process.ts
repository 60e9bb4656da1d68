import { setTimeout as wait } from 'node:timers/promises'
import { WebSocket } from 'ws'
import type { WorkspaceId } from '#lib/base/ids'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { systemRandom } from '#lib/crypto/system-random'
import { freshWebrtcProvider, nodeRtcPlatform } from '#lib/testing/node-webrtc'
import { createMesh, type Mesh } from '#lib/transport/webrtc'
import { createNodeClock } from '#relay/node-clock'

/** How peers that came one soon after the other found each other. */
export interface MeshFigures {
  /** Milliseconds until each had a link after it came, and four; without those who had to wait for others. */
  readonly firstLinkMs: readonly number[]
  readonly fourthLinkMs: readonly number[]
  readonly degrees: readonly number[]
  /** Over the WebSockets to the signaling server, both ways. */
  readonly messages: number
  readonly bytes: number
}

const LOOK_MS = 20
const CALM_MS = 4000
const ONE_EVERY_MS = 500

process.setMaxListeners(0)
const [, , signaling = '', size = ''] = process.argv
const counted = { messages: 0, bytes: 0 }
const count = (message: unknown) => {
  counted.messages++
  counted.bytes += Buffer.byteLength(String(message))
}

class CountedSocket extends WebSocket {
  constructor(url: string) {
    super(url)
    this.on('message', count)
  }

  override send(message: string): void {
    count(message)
    super.send(message)
  }
}
globalThis.WebSocket = CountedSocket as unknown as typeof globalThis.WebSocket

const crypto = createNodeCrypto()
const clock = createNodeClock()
const workspaceId = systemRandom.bytes(32) as WorkspaceId
const seats = await Promise.all(
  Array.from({ length: Number(size) }, async (_, at) => ({
    device: await crypto.signingKey(),
    provider: await freshWebrtcProvider(`mesh ${at}`),
  })),
)
const meshes: Mesh[] = []
/** When each had its first link, and its fourth, after it came. */
const first = new Map<number, number>()
const fourth = new Map<number, number>()

function come(at: number, seat: (typeof seats)[number]): void {
  const cameAt = performance.now()
  const mesh = createMesh({
    ...seat,
    ...{ workspaceId, crypto, clock, roomName: 'bench', password: 'secret', signaling: [signaling], iceServers: [] },
    random: systemRandom,
    platform: nodeRtcPlatform(),
    deviceStanding: () => 'active',
    onLink() {
      links++
      if (links === 1) first.set(at, performance.now() - cameAt)
      if (links === 4) fourth.set(at, performance.now() - cameAt)
    },
  })
  let links = 0
  meshes.push(mesh)
}

for (const [at, seat] of seats.entries()) {
  come(at, seat)
  await wait(ONE_EVERY_MS)
}
const degrees = () => meshes.map((mesh) => mesh.peers().length)
for (let before = '', calmMs = 0; calmMs < CALM_MS || fourth.size < seats.length; calmMs += LOOK_MS) {
  await wait(LOOK_MS)
  const now = degrees().join()
  if (now !== before) calmMs = 0
  before = now
}
/** Those who came before so many had to wait for others. */
const after = (others: number, times: ReadonlyMap<number, number>) =>
  [...times].filter(([at]) => at >= others).map(([, ms]) => ms)
const [firstLinkMs, fourthLinkMs] = [after(1, first), after(4, fourth)]
process.send?.({ firstLinkMs, fourthLinkMs, degrees: degrees(), ...counted } satisfies MeshFigures)
