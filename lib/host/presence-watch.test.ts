import { expect, it } from 'vitest'
import { fromHex } from '#lib/base/bytes'
import type { ChannelTag } from '#lib/base/ids'
import { createPresenceWatch } from '#lib/host/presence-watch'
import type { RemoteCursor } from '#lib/presence/awareness-bridge'

const [a, b] = ['aa', 'bb'].map((byte) => fromHex(byte.repeat(16)) as ChannelTag) as [ChannelTag, ChannelTag]
const bob: RemoteCursor = { number: 1, name: 'Bob', colour: 2, cursor: Uint8Array.of(1) }

function watching() {
  const here = new Map<string, readonly RemoteCursor[]>()
  const told: string[] = []
  const watch = createPresenceWatch({
    here: (channel) => here.get(keyOf(channel)) ?? [],
    tell: ({ channel, here: cursors }, tab) =>
      void told.push(
        `${channel.slice(0, 2)} ${cursors.map(({ cursor }) => cursor?.[0]).join()}${tab ? ` ${tab}` : ''}`,
      ),
  })
  const keyOf = (channel: ChannelTag) => (channel === a ? 'a' : 'b')
  return { watch, here, said: () => told.splice(0) }
}

it('R7 tells tabs only of the channels in which somebody moved', () => {
  const { watch, here, said } = watching()
  watch.show('one', a)
  watch.show('two', b)
  expect(said()).toEqual(['aa  one', 'bb  two'])
  here.set('a', [bob])
  watch.tell()
  expect(said()).toEqual(['aa 1'])
  watch.tell()
  here.set('a', [{ ...bob, cursor: Uint8Array.of(1) }])
  watch.tell()
  expect(said()).toEqual([])
  here.set('a', [{ ...bob, cursor: Uint8Array.of(2) }])
  watch.tell()
  here.set('a', [{ ...bob, name: 'Rob', cursor: Uint8Array.of(2) }])
  watch.tell()
  here.set('a', [])
  watch.tell()
  expect(said()).toEqual(['aa 2', 'aa 2', 'aa '])
})

it('R7 watches no channel that no tab shows, and tells whoever shows it again', () => {
  const { watch, here, said } = watching()
  watch.show('one', a)
  watch.show('two', a)
  watch.show('one', b)
  said()
  here.set('a', [bob])
  watch.tell()
  expect(said()).toEqual(['aa 1'])
  watch.show('two', undefined)
  here.set('a', [{ ...bob, cursor: Uint8Array.of(2) }])
  watch.tell()
  expect(said()).toEqual([])
  watch.show('two', a)
  watch.tell()
  expect(said()).toEqual(['aa 2 two'])
})
