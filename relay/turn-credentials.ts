import { createHmac } from 'node:crypto'
import type { IceServer } from '#relay/http-handler'

/** A TURN server that shares a secret with this relay, like coturn with `use-auth-secret`. */
export interface TurnServer {
  readonly urls: readonly string[]
  readonly secret: string
  /** How long a login is good. */
  readonly seconds: number
}

const HOUR_SECONDS = 3600

/**
 * A login that ends by itself (draft-uberti-behave-turn-rest-00): its name is its end, its password an HMAC of that. The end
 * is rounded up to the hour, so that the name tells the TURN server nobody apart.
 */
export function turnLogin({ urls, secret, seconds }: TurnServer, nowSeconds: number): IceServer {
  const username = String(Math.ceil((nowSeconds + seconds) / HOUR_SECONDS) * HOUR_SECONDS)
  return { urls, username, credential: createHmac('sha1', secret).update(username).digest('base64') }
}
