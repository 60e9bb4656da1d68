import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { networkOf } from '#relay/network-of'

const digest = (text: string) => createHash('sha256').update(text).digest()

/**
 * Who may read figures: whoever shows `token`. Without one only this machine may, and nobody where a proxy stands in front,
 * through which everybody comes from this machine: figures tell strangers when a team works.
 */
export function mayReadMetrics(
  token: string | undefined,
  hasProxy: boolean,
): (request: Pick<IncomingMessage, 'headers' | 'socket'>) => boolean {
  return ({ headers, socket }) => {
    if (token !== undefined) {
      return timingSafeEqual(digest(headers.authorization ?? ''), digest(`Bearer ${token}`))
    }
    const address = networkOf(socket.remoteAddress ?? '')
    return !hasProxy && (address.startsWith('127.') || socket.remoteAddress === '::1')
  }
}
