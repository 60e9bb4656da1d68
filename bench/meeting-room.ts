import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { endProcess, messageFrom } from '#bench/forked-process'
import type { MeshFigures, PeerKind } from '#bench/mesh-process'
import { type SignalingKind, startSignaling } from '#bench/signaling-servers'
import { inTurns, type Measure, median, type Pair, type Workload } from '#bench/workload'

const SIZE = 24
const ROUNDS = 3

async function meet(kind: SignalingKind, peers: PeerKind): Promise<MeshFigures> {
  const server = await startSignaling(kind)
  const script = fileURLToPath(new URL('mesh-process.mjs', import.meta.url))
  const child = fork(script, [peers, server.signaling, String(SIZE)])
  try {
    const figures = await messageFrom<MeshFigures>(child)
    console.log(`${peers} by ${kind}: ${JSON.stringify(figures)}`)
    return figures
  } finally {
    await endProcess(child)
    await server.stop()
  }
}

const meanDegree = ({ degrees }: MeshFigures): number => degrees.reduce((sum, degree) => sum + degree, 0) / SIZE

const LIMITS = {
  handshakes: 'handshakes of all connections, and everybody’s signaling, on the same two cores',
  calls: 'whoever is in a room hears each call to anybody, since a relay does not learn whom it is for',
}
const WANTED: Readonly<Record<PeerKind, string>> = {
  ours: 'each wants 10 to 14 and takes 6 more; an announce reaches 12',
  stock: 'each wants 20 to 34; an announce reaches 12',
}

async function compare(peers: PeerKind): Promise<readonly Measure[]> {
  const met: Record<SignalingKind, MeshFigures[]> = { waxwing: [], stock: [] }
  await inTurns(
    ROUNDS,
    async () => void met.waxwing.push(await meet('waxwing', peers)),
    async () => void met.stock.push(await meet('stock', peers)),
  )
  const pairs = (read: (figures: MeshFigures) => number): readonly Pair[] =>
    met.waxwing.map((ours, i) => ({ ours: read(ours), peer: read(met.stock[i] ?? ours) }))
  const of = peers === 'ours' ? '' : ' of y-webrtc’s own peers'
  const measure = (name: string, unit: Measure['unit'], read: (figures: MeshFigures) => number, limit: string) => ({
    ...{ name: `${name}${of}`, unit, limit, pairs: pairs(read), target: undefined },
  })
  const { handshakes, calls } = LIMITS
  return [
    measure('coming → first link, median', 'ms', ({ firstLinkMs }) => median(firstLinkMs), handshakes),
    measure('coming → first link, the slowest', 'ms', ({ firstLinkMs }) => Math.max(...firstLinkMs), handshakes),
    measure('coming → fourth link, median', 'ms', ({ fourthLinkMs }) => median(fourthLinkMs), handshakes),
    measure('coming → fourth link, the slowest', 'ms', ({ fourthLinkMs }) => Math.max(...fourthLinkMs), handshakes),
    measure('links of each, mean', 'links', meanDegree, WANTED[peers]),
    measure('links of the one with the fewest', 'links', ({ degrees }) => Math.min(...degrees), WANTED[peers]),
    measure('signaling messages to and from all', 'messages', ({ messages }) => messages, calls),
    measure('their bytes', 'bytes', ({ bytes }) => bytes, calls),
  ]
}

/** How many devices find each other that come at once, in Node on real data channels. */
export const meetingRoom: Workload = {
  name: 'signal',
  title: `${SIZE} real peers come into one room one after the other, by the relay’s signaling`,
  peer: 'the signaling server of y-webrtc, with peers of ours and with its own',
  run: async () => [...(await compare('ours')), ...(await compare('stock'))],
}
