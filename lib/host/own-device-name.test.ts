import { expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import type { DeviceId } from '#lib/base/ids'
import { createOwnDeviceName } from '#lib/host/own-device-name'
import type { Replica } from '#lib/replica/replica'

const [device, other] = [1, 2].map((byte) => new Uint8Array(32).fill(byte) as DeviceId) as [DeviceId, DeviceId]

/** One of two devices of a person, without a name. */
const current = () => ({
  devices: new Map([[toHex(device), { person: device, active: true, name: '' }]]),
  members: new Map([[toHex(device), { devices: [device, other] }]]),
})

it('V1 gives this device its name at the next change where that could not be done', async () => {
  let attempts = 0
  const replica = { membership: { current } } as unknown as Replica
  const name = createOwnDeviceName(replica, device, 'Firefox on Linux', async () => {
    attempts++
    throw new Error('the disk was taken away')
  })
  await name()
  await name()
  expect(attempts).toBe(2)
})
