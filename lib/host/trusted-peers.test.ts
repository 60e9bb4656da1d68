import { expect, it } from 'vitest'
import { createTrustedPeers } from '#lib/host/trusted-peers'

/** What happens to two links, in order. */
function twoLinks() {
  const happened: string[] = []
  const link = (name: string) => ({ setTrusted: (isTrusted: boolean) => void happened.push(`${name} ${isTrusted}`) })
  const peers = createTrustedPeers(() => happened.push('greeted'))
  return { happened, peers, one: link('one'), other: link('other') }
}

it('R1 greets a link that becomes trusted, once it may carry that, and not again while it stays so', () => {
  const { happened, peers, one, other } = twoLinks()
  peers.meet(one, false)
  peers.meet(other, true)
  peers.set(one, false)
  expect(happened.splice(0)).toEqual(['greeted', 'greeted', 'one false'])
  peers.set(one, true)
  peers.set(other, true)
  peers.set(one, true)
  expect(happened).toEqual(['one true', 'greeted', 'other true', 'one true'])
})

it('R1 greets a link anew that was not trusted meanwhile', () => {
  const { happened, peers, one } = twoLinks()
  peers.meet(one, true)
  for (const isTrusted of [false, false, true]) peers.set(one, isTrusted)
  expect(happened).toEqual(['greeted', 'one false', 'one false', 'one true', 'greeted'])
})
