import { networkInterfaces } from 'node:os'

/**
 * Under which origins a relay answers: those it is told, and those of this machine at its own port. A name that only a
 * proxy or another machine knows is never guessed, as a hostile relay would then pass our challenges on (R3).
 */
export function ownOrigins(port: number, told: readonly string[]): ReadonlySet<string> {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  const hosts = addresses.map(({ address, family }) => (family === 'IPv6' ? `[${address.split('%')[0]}]` : address))
  const local = ['localhost', '127.0.0.1', '[::1]', ...hosts].map((host) => new URL(`http://${host}:${port}`).origin)
  return new Set([...told, ...local])
}
