import { setTimeout as wait } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { sitAsStock } from '#bench/stock-room'
import type { WorkspaceId } from '#lib/base/ids'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { systemRandom } from '#lib/crypto/system-random'
import { freshWebrtcProvider, nodeRtcPlatform } from '#lib/testing/node-webrtc'
import { createMesh } from '#lib/transport/webrtc'
import { createNodeClock } from '#relay/node-clock'

export type PeerKind = 'ours' | 'stock'

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
const [, , kind = 'ours', signaling = '', size = ''] = process.argv
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
const names = Array.from({ length: Number(size) }, (_, at) => `mesh ${at}`)
const seats = await Promise.all(
  names.map(async (name) => ({ device: await crypto.signingKey(), provider: await freshWebrtcProvider(name) })),
)

/** One of ours; resolves to how many links it has. */
async function sitAsOurs(at: number): Promise<() => number> {
  const [seat] = seats.slice(at)
  if (seat === undefined) throw new Error('Nobody is to sit there')
  const mesh = createMesh({
    ...seat,
    ...{ workspaceId, crypto, clock, roomName: 'bench', password: 'secret', signaling: [signaling], iceServers: [] },
    random: systemRandom,
    platform: nodeRtcPlatform(),
    deviceStanding: () => 'active',
    onLink() {},
  })
  return () => mesh.peers().length
}

const peers: { readonly cameAt: number; readonly degree: () => number }[] = []
/** When each had its first link, and its fourth, after it came. */
const first = new Map<number, number>()
const fourth = new Map<number, number>()
const degrees = () => peers.map(({ degree }) => degree())

function look(): void {
  for (const [at, { cameAt, degree }] of peers.entries()) {
    const links = degree()
    for (const [least, times] of [
      [1, first],
      [4, fourth],
    ] as const) {
      if (links >= least && !times.has(at)) times.set(at, performance.now() - cameAt)
    }
  }
}

setInterval(look, LOOK_MS)
for (let at = 0; at < seats.length; at++) {
  const cameAt = performance.now()
  const degree = kind === 'ours' ? await sitAsOurs(at) : (await sitAsStock(signaling, at, false, () => {})).degree
  peers.push({ cameAt, degree })
  await wait(ONE_EVERY_MS)
}
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
