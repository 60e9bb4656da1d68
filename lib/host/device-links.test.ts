import { expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import type { DeviceId } from '#lib/base/ids'
import { createDeviceLinks } from '#lib/host/device-links'

const [BOB, CAROL] = [new Uint8Array(32).fill(1) as DeviceId, new Uint8Array(32).fill(2) as DeviceId]

it('K5 links to one device in two meshes stand side by side, and it is there until the last of them closed', () => {
  const links = createDeviceLinks<string>()
  links.add(BOB, 'old mesh')
  links.add(CAROL, 'old mesh')
  links.add(BOB, 'new mesh')
  expect(links.all()).toEqual([
    [toHex(BOB), 'old mesh'],
    [toHex(BOB), 'new mesh'],
    [toHex(CAROL), 'old mesh'],
  ])
  expect(links.remove(BOB, 'old mesh')).toBe(false)
  expect(links.all().map(([device]) => device)).toEqual([toHex(BOB), toHex(CAROL)])
  expect(links.remove(BOB, 'new mesh')).toBe(true)
  expect(links.all().map(([device]) => device)).toEqual([toHex(CAROL)])
})

it('K5 a device that is met for the log alone is not reached by what is written', () => {
  const links = createDeviceLinks<'old mesh' | 'new mesh'>()
  const reached = () => links.reached((mesh) => mesh === 'old mesh')
  links.add(BOB, 'old mesh')
  links.add(CAROL, 'new mesh')
  expect(reached()).toEqual(new Set([toHex(CAROL)]))
  links.add(BOB, 'new mesh')
  expect(reached()).toEqual(new Set([toHex(BOB), toHex(CAROL)]))
  links.remove(BOB, 'new mesh')
  expect(reached()).toEqual(new Set([toHex(CAROL)]))
})
