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

const SETTINGS_TIMEOUT_MS = 3000

/** Settings of the relay that serves this page; where it does not answer, those that every relay has. */
export async function loadPlaces(): Promise<Places> {
  const settings = await fetchSettings()
  return {
    origin: location.origin,
    sync: socketUrl(textOf(settings['sync'], '/sync')),
    signaling: socketUrl(textOf(settings['signaling'], '/signal')),
    iceServers: Array.isArray(settings['iceServers']) ? (settings['iceServers'] as RTCIceServer[]) : [],
  }
}

async function fetchSettings(): Promise<Readonly<Record<string, unknown>>> {
  try {
    const answer = await fetch('/config.json', {
      signal: AbortSignal.timeout(SETTINGS_TIMEOUT_MS),
      credentials: 'omit',
    })
    const settings: unknown = answer.ok ? await answer.json() : undefined
    return typeof settings === 'object' && settings !== null ? (settings as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

const textOf = (value: unknown, fallback: string): string =>
  typeof value === 'string' && value !== '' ? value : fallback

function socketUrl(path: string): string {
  const url = new URL(path, location.origin)
  url.protocol = url.protocol === 'http:' ? 'ws:' : 'wss:'
  return url.href
}
