/** One process, one port: the app's files, `/signal` and `/sync`. Logs carry types and sizes, never ids or addresses. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Logger } from 'pino'
import { type WebSocket, WebSocketServer } from 'ws'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { systemRandom } from '#lib/crypto/system-random'
import { MAX_FRAME_BYTES } from '#lib/protocol/limits'
import { createAddressGate } from '#relay/address-gate'
import { createConnectionCap } from '#relay/connection-cap'
import { createFigures } from '#relay/figures'
import { createHttpHandler, type IceServer } from '#relay/http-handler'
import { defaultLimits, type RelayLimits } from '#relay/limits'
import type { LogStore } from '#relay/log-store'
import { mayReadMetrics } from '#relay/may-read-metrics'
import { createMemoryLogStore } from '#relay/memory-log-store'
import { createMeter } from '#relay/meter'
import { noOtherNodes } from '#relay/node-bus'
import { createNodeClock } from '#relay/node-clock'
import { openServedStore, type ServedPlace } from '#relay/open-store'
import { ownOrigins } from '#relay/own-origins'
import { readInTurns } from '#relay/read-in-turns'
import { createSignaling } from '#relay/signaling'
import { loadStaticSite } from '#relay/static-site'
import { createSyncService } from '#relay/sync-service'
import { type TurnServer, turnLogin } from '#relay/turn-credentials'
import { watchStore } from '#relay/watched-store'
import { createWebSocketLink } from '#relay/web-socket-link'

/** Where it keeps what it gets; without a place or a store nothing outlives the process. */
export interface RelayOptions extends ServedPlace {
  /** 0 takes a free port. */
  readonly port: number
  readonly host: string
  /** A store that the caller closes, in place of one that is opened. */
  readonly store?: LogStore
  /** Origins under which a proxy or other machines know this relay. */
  readonly origins?: readonly string[]
  /** Folder of the built app; without it no files are served. */
  readonly staticRoot?: string
  readonly iceServers?: readonly IceServer[]
  /** Gets a fresh login in everybody's settings. */
  readonly turn?: TurnServer | undefined
  readonly trustProxy?: boolean
  /** Who shows it may read /metrics; see `mayReadMetrics`. */
  readonly metricsToken?: string | undefined
  /** Longest time for a good ending. */
  readonly drainMs?: number
  readonly limits?: RelayLimits
  readonly logger: Logger
}

export interface Relay {
  /** Where people open it, without a trailing slash. */
  readonly url: string
  /** Takes nobody in any more, confirms what came, says goodbye to every socket and resolves when the store is closed. */
  close(): Promise<void>
}

const GOING_AWAY = 1001
const CLOSE_GRACE_MS = 1000
const CHECK_MS = 1000
/** Connections without a socket: pages that load, and probes. */
const SPARE_CONNECTIONS = 1024
const DRAIN_MS = 10_000

function addressOf(request: IncomingMessage, trustProxy: boolean): string {
  const forwarded = trustProxy
    ? String(request.headers['x-forwarded-for'] ?? '')
        .split(',')
        .at(-1)
        ?.trim()
    : undefined
  return forwarded || (request.socket.remoteAddress ?? '')
}

/** Resolves with `work`, or without it after so long. */
async function atMost(delayMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, delayMs)
  })
  await Promise.race([work, tooLate]).finally(() => clearTimeout(timer))
}

const isLoopback = (host: string) => host === '127.0.0.1' || host === '::1' || host === 'localhost'
const isEverywhere = (host: string) => host === '0.0.0.0' || host === '::'

/** Starts a relay; rejects when the port is taken, the app's files or the store cannot be read. */
export async function createRelay(options: RelayOptions): Promise<Relay> {
  const { logger, turn, limits = defaultLimits } = options
  const clock = createNodeClock()
  const site = options.staticRoot === undefined ? undefined : await loadStaticSite(options.staticRoot)
  const gate = createAddressGate(limits.address, clock)
  const cap = createConnectionCap(limits.address.sockets + SPARE_CONNECTIONS / 8)
  const meter = createMeter()

  const noServer = { noServer: true, perMessageDeflate: false, clientTracking: true } as const
  const opened = options.store === undefined ? await openServedStore(options, clock, logger) : undefined
  const bus = opened?.bus ?? noOtherNodes
  const kept = options.store ?? opened?.store ?? createMemoryLogStore(systemRandom)
  const { store, isWell } = watchStore(kept, meter, clock, logger)
  const signaling = createSignaling(limits.signaling, clock, systemRandom, meter, bus)
  let isStopping = false
  let origins: ReadonlySet<string> = new Set()
  const sync = createSyncService({
    store,
    bus,
    crypto: createNodeCrypto(),
    clock,
    random: systemRandom,
    limits: limits.sync,
    log: logger,
    meter,
    isOwnOrigin: (origin) => origins.has(origin),
    defer: (task) => void setImmediate(task),
  })

  const signalSockets = new WebSocketServer({ ...noServer, maxPayload: limits.signaling.messageBytes })
  const syncSockets = new WebSocketServer({ ...noServer, maxPayload: MAX_FRAME_BYTES })

  const openSockets = () => ({ signal: signalSockets.clients.size, sync: syncSockets.clients.size })
  const figures = createFigures()
  const hasProxy = options.trustProxy === true || (options.origins ?? []).length > 0
  const mayRead = mayReadMetrics(options.metricsToken, hasProxy)

  const server = createServer(
    {
      headersTimeout: limits.requestMs,
      requestTimeout: limits.requestMs,
      connectionsCheckingInterval: Math.min(CHECK_MS, limits.requestMs),
      maxHeaderSize: 16_384,
    },
    createHttpHandler({
      site,
      iceServers: () => [
        ...(options.iceServers ?? []),
        ...(turn ? [turnLogin(turn, Math.floor(clock.now() / 1000))] : []),
      ],
      isReady: async () => !isStopping && (await isWell()),
      metrics: (request) =>
        mayRead(request) ? meter.text(figures.read({ sockets: openSockets(), ...sync.load(), isStopping })) : undefined,
    }),
  )
  server.maxConnections = limits.sockets + SPARE_CONNECTIONS
  server.on('connection', (socket) => {
    if (options.trustProxy) return
    const leave = cap.enter(socket.remoteAddress ?? '')
    if (leave === undefined) socket.destroy()
    else socket.once('close', leave)
  })

  const refuse = (socket: Duplex, status: string) => socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`)

  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    const path = (request.url ?? '').split('?', 1)[0]
    const sockets = path === '/signal' ? signalSockets : path === '/sync' ? syncSockets : undefined
    if (sockets === undefined) return refuse(socket, '404 Not Found')
    const { signal, sync: synced } = openSockets()
    if (isStopping || signal + synced >= limits.sockets) {
      meter.count('waxwing_sockets_refused_total', isStopping ? 'stopping' : 'full')
      return refuse(socket, '503 Service Unavailable')
    }
    const visit = gate.enter(addressOf(request, options.trustProxy ?? false))
    if (visit === undefined) {
      meter.count('waxwing_sockets_refused_total', 'address')
      return refuse(socket, '429 Too Many Requests')
    }
    socket.on('close', () => visit.leave())
    sockets.handleUpgrade(request, socket, head, (webSocket: WebSocket) => {
      webSocket.on('error', (error: Error & { code?: unknown }) => logger.debug({ code: error.code }, 'socket error'))
      readInTurns(socket, webSocket, setImmediate)
      if (sockets === signalSockets) signaling.accept(webSocket)
      else sync.accept(createWebSocketLink(webSocket, socket), visit)
    })
  })

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, resolve)
  }).catch(async (error: unknown) => {
    await sync.close()
    await opened?.store.close()
    throw error
  })
  const { port } = server.address() as AddressInfo
  origins = ownOrigins(port, options.origins ?? [])
  const isHere = isLoopback(options.host) || isEverywhere(options.host)
  const host = isHere ? 'localhost' : options.host.includes(':') ? `[${options.host}]` : options.host

  return {
    url: `http://${host}:${port}`,
    async close() {
      isStopping = true
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeIdleConnections()
      await atMost(options.drainMs ?? DRAIN_MS, sync.close())
      const open = [...signalSockets.clients, ...syncSockets.clients]
      for (const socket of open) socket.close(GOING_AWAY, 'stopping')
      await atMost(CLOSE_GRACE_MS, closed)
      for (const socket of open) socket.terminate()
      server.closeAllConnections()
      await closed
      figures.close()
      await opened?.store.close()
    },
  }
}
