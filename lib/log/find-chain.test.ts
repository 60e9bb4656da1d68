import { expect, it } from 'vitest'
import { utf8 } from '#lib/base/bytes'
import type { DeviceId } from '#lib/base/ids'
import { hash } from '#lib/crypto/hash'
import { findChain } from '#lib/log/find-chain'
import { indexChannelName, logChannelName } from '#lib/protocol/channel-name'
import { chainTag, channelTag } from '#lib/protocol/derive'
import { testTags } from '#lib/testing/test-chain'

const [alice, bob, mallory] = ['alice', 'bob', 'mallory'].map((name) => hash(utf8(name)) as DeviceId) as [
  DeviceId,
  DeviceId,
  DeviceId,
]
const channel = channelTag(testTags, indexChannelName)
const find = (device: DeviceId, life: number, newestLife?: number, inChannel = channel) =>
  findChain(testTags, [alice, bob], channel, chainTag(testTags, device, life, inChannel), () => newestLife)

it('E2 finds the device and life of a chain', () => {
  expect(find(bob, 0)).toEqual({ device: bob, life: 0 })
  expect(find(bob, 2)).toEqual({ device: bob, life: 2 })
  expect(find(alice, 5, 9)).toEqual({ device: alice, life: 5 })
})

it('E2 looks three lives past the newest known one, and no further', () => {
  expect(find(alice, 3)).toEqual({ device: alice, life: 3 })
  expect(find(alice, 4)).toBeUndefined()
  expect(find(alice, 12, 9)).toEqual({ device: alice, life: 12 })
  expect(find(alice, 13, 9)).toBeUndefined()
})

it('finds no chain of an unknown device or of another channel', () => {
  expect(find(mallory, 0)).toBeUndefined()
  expect(find(alice, 0, 0, channelTag(testTags, logChannelName))).toBeUndefined()
})
