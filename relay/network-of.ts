import { isIPv6 } from 'node:net'

/**
 * What one subscriber holds: an IPv4 address, or an IPv6 network of 64 bits, whose other 64 bits anybody chooses freely
 * (RFC 4291 §2.5.4). An IPv4 address mapped into IPv6 is that address. Any other text stands for itself.
 */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address
  const [head = '', tail] = withoutDots(address).split('::')
  const before = groupsOf(head)
  const after = groupsOf(tail ?? '')
  const groups = [...before, ...new Array(8 - before.length - after.length).fill(0), ...after]
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  if (isMapped)
    return groups
      .slice(6)
      .flatMap((group) => [group >> 8, group & 255])
      .join('.')
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`
}

/** Without a zone, and with the last 32 bits as two groups where they were written as IPv4. */
const withoutDots = (address: string): string =>
  address.replace(/%.*$/, '').replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...bytes: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.slice(0, 4).map(Number)
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
  })

const groupsOf = (text: string): number[] =>
  text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))
