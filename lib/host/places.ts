import { isIceUrl } from '#lib/base/ice-url'

/** Where this page's relay answers; from /config.json, so that one build serves every operator. */
export interface Places {
  /** Names the relay in invitations and door statements, e.g. `https://team.example`. */
  readonly origin: string
  /** WebSocket URL of the frames. */
  readonly sync: string
  /** WebSocket URL of y-webrtc's signaling. */
  readonly signaling: string
  readonly iceServers: readonly RTCIceServer[]
}

/** The WebSocket URL of a relay's frames; only this page's own may have another than every relay. */
export const syncAddress = (origin: string, own?: Pick<Places, 'origin' | 'sync'>): string =>
  origin === own?.origin ? own.sync : `${origin.replace(/^http/, 'ws')}/sync`

const SETTINGS_TIMEOUT_MS = 3000

/** Settings of the relay that serves this page; where it does not answer, those that every relay has. */
export async function loadPlaces(): Promise<Places> {
  return placesFrom(await fetchSettings(), location.origin)
}

/** Reads any JSON; what is not as it should be counts as not said, so that one wrong line keeps nobody apart. */
export function placesFrom(settings: unknown, origin: string): Places {
  const { sync, signaling, iceServers } = isObject(settings) ? settings : {}
  return {
    origin,
    sync: socketUrl(sync, origin) ?? socketUrl('/sync', origin) ?? '',
    signaling: socketUrl(signaling, origin) ?? socketUrl('/signal', origin) ?? '',
    iceServers: Array.isArray(iceServers) ? iceServers.flatMap(iceServerFrom) : [],
  }
}

async function fetchSettings(): Promise<unknown> {
  try {
    const answer = await fetch('/config.json', {
      signal: AbortSignal.timeout(SETTINGS_TIMEOUT_MS),
      credentials: 'omit',
    })
    return answer.ok ? await answer.json() : undefined
  } catch {
    return undefined
  }
}

/** Of a path or address over http, https, ws or wss; a browser takes nothing else, and no fragment. */
function socketUrl(place: unknown, origin: string): string | undefined {
  if (typeof place !== 'string' || place === '' || !URL.canParse(place, origin)) return undefined
  const url = new URL(place, origin)
  if (!/^(http|ws)s?:$/.test(url.protocol)) return undefined
  url.protocol = url.protocol.replace('http', 'ws')
  url.hash = ''
  return url.href
}

/** None or one: a server that a browser would refuse would keep it from making any connection. */
function iceServerFrom(value: unknown): readonly RTCIceServer[] {
  const { urls, username, credential } = isObject(value) ? value : {}
  const all: readonly unknown[] = Array.isArray(urls) ? urls : [urls]
  const good = all.filter((url): url is string => typeof url === 'string' && isIceUrl(url))
  const needsLogin = good.some((url) => url.startsWith('turn'))
  if (good.length === 0 || good.length < all.length) return []
  if (typeof username === 'string' && typeof credential === 'string') return [{ urls: good, username, credential }]
  return needsLogin ? [] : [{ urls: good }]
}

const isObject = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === 'object' && value !== null
