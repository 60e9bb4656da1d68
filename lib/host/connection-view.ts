import type { DeclineReason } from '#lib/protocol/relay-frames'
import type { MeshState } from '#lib/transport/webrtc'

/**
 * Which roads this device has to the others at this moment, and why not another (R8): what the connection doctor shows. The
 * same edits go along all of them, so each may be missing.
 */
export interface ConnectionView {
  readonly direct: DirectRoad
  /** A server passes on links between devices that find no other way. */
  readonly hasTurn: boolean
  /** The one that serves this page first. */
  readonly relays: readonly RelayRoad[]
  /** The others do not learn this device's address. */
  readonly relayOnly: boolean
}

export type DirectRoad =
  /** Nothing is written yet, or the settings are on their way. */
  | { readonly type: 'not-begun' }
  | { readonly type: 'no-webrtc' }
  /** Addresses are to be hidden, and no server passes on links. */
  | { readonly type: 'hidden' }
  /** Nobody introduces devices to each other: the server for that does not answer. */
  | { readonly type: 'no-introduction' }
  | { readonly type: 'nobody-here' }
  | { readonly type: 'trying' }
  /** Somebody is here, by the relay, and no link came about. */
  | { readonly type: 'no-path' }
  /** `passedOn` of the devices by a TURN server. */
  | { readonly type: 'linked'; readonly devices: number; readonly passedOn: number }

export interface RelayRoad {
  readonly origin: string
  readonly servesThisPage: boolean
  readonly state: 'connected' | 'connecting' | 'away' | 'refused'
  /** What it said when it ended the last connection; a word of the protocol, or anything where the relay is hostile. */
  readonly reason: string | undefined
  /** Why it takes something new no more, where it is connected. */
  readonly refusal?: DeclineReason | undefined
}

export interface DirectFacts {
  readonly mesh: MeshState | undefined
  readonly relayOnly: boolean
  readonly hasTurn: boolean
  /** Devices to which edits go directly. */
  readonly linked: number
  /** Somebody shows themselves by the relay alone. */
  readonly isAnybodyAtRelay: boolean
}

export function directRoad({ mesh, relayOnly, hasTurn, linked, isAnybodyAtRelay }: DirectFacts): DirectRoad {
  if (linked > 0) return { type: 'linked', devices: linked, passedOn: Math.min(linked, mesh?.passedOn ?? 0) }
  if (mesh === undefined) return { type: 'not-begun' }
  if (mesh.signaling === 'off') return relayOnly && !hasTurn ? { type: 'hidden' } : { type: 'no-webrtc' }
  if (mesh.attempts > 0) return { type: 'trying' }
  if (mesh.signaling === 'connecting') return { type: 'no-introduction' }
  return isAnybodyAtRelay ? { type: 'no-path' } : { type: 'nobody-here' }
}

/** Whether one of them passes links on. */
export const hasTurnServer = (servers: readonly RTCIceServer[]): boolean =>
  servers.some(({ urls }) => [urls].flat().some((url) => /^turns?:/.test(url)))

/** Nothing is connected, for a workspace that is not written down yet. */
export const NOT_CONNECTED: ConnectionView = {
  direct: { type: 'not-begun' },
  hasTurn: false,
  relays: [],
  relayOnly: false,
}
