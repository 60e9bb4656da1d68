const HOST = String.raw`(?:\[[\da-fA-F:.]+\]|[\w.-]+)(?::\d{1,5})?`
const ICE_URL = new RegExp(`^(?:stuns?:${HOST}|turns?:${HOST}(?:\\?transport=(?:udp|tcp))?)$`)

/** Whether a browser takes `text` for the address of a STUN or TURN server (RFC 7064, RFC 7065). */
export const isIceUrl = (text: string): boolean => ICE_URL.test(text)
