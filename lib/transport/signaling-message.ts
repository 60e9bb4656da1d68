/** What y-webrtc's peers say to each other through a signaling server, as far as it is let through. */
export type SignalingMessage =
  | { readonly type: 'announce'; readonly from: string }
  | {
      readonly type: 'signal'
      readonly from: string
      readonly to: string
      /** Decides between two simultaneous offers. */
      readonly token: number
      readonly signal: Signal
    }

export type Signal =
  | { readonly type: 'offer' | 'answer'; readonly sdp: string }
  | { readonly type: 'candidate'; readonly candidate: object }

const MAX_ID_LENGTH = 64
const MAX_SDP_LENGTH = 16_384
const MAX_CANDIDATE_LENGTH = 2048

/**
 * The message, rebuilt from known fields, or `undefined` for anything that would make y-webrtc throw or renegotiate.
 * Safe on any parsed JSON.
 */
export function readSignalingMessage(value: unknown): SignalingMessage | undefined {
  if (!isObject(value) || !isId(value.from)) return undefined
  const { from, to, token } = value
  if (value.type === 'announce') return { type: 'announce', from }
  if (value.type !== 'signal' || !isId(to)) return undefined
  const signal = readSignal(value.signal)
  // an answer to an answer has no token
  return signal && { type: 'signal', from, to, token: isFiniteNumber(token) ? token : 0, signal }
}

function readSignal(value: unknown): Signal | undefined {
  if (!isObject(value)) return undefined
  const { type, sdp } = value
  if (type === 'offer' || type === 'answer')
    return typeof sdp === 'string' && sdp.length <= MAX_SDP_LENGTH ? { type, sdp } : undefined
  if (type !== 'candidate' || !isObject(value.candidate)) return undefined
  const { candidate, sdpMid, sdpMLineIndex } = value.candidate
  if (typeof candidate !== 'string' || candidate.length > MAX_CANDIDATE_LENGTH) return undefined
  return {
    type,
    candidate: {
      candidate,
      ...(typeof sdpMid === 'string' && sdpMid.length <= MAX_ID_LENGTH ? { sdpMid } : {}),
      ...(isFiniteNumber(sdpMLineIndex) ? { sdpMLineIndex } : {}),
    },
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const isId = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= MAX_ID_LENGTH
const isFiniteNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
