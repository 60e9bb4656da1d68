import { expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import type { DeviceId } from '#lib/base/ids'
import { createHistory, deviceOf, type History, keysOf } from '#lib/testing/membership-history'
import type { DeviceKeys } from '#lib/workspace/keys'

function team(): History {
  const history = createHistory()
  history.settle({ ann: 'admin', vera: 'viewer' })
  return history
}
const isActive = (history: History, device: DeviceId) => history.state().devices.get(toHex(device))?.active
const phone = (over: Partial<DeviceKeys>): DeviceKeys => ({ ...keysOf('vera', 'phone'), ...over })

it.each([
  ['relay', { relayKey: keysOf('alice').relayKey }],
  ['exchange', { exchangeKey: keysOf('ann').exchangeKey }],
])('M3 binds no device with the %s key of a teammate', (_, over) => {
  const history = team()
  const claim = history.addDevice({ by: 'vera' }, 'phone', phone(over))
  history.write({ by: 'vera', device: 'phone' }, { type: 'profile.set', name: 'Eve', paper: undefined })
  expect(history.state().voided.get(toHex(claim))).toBe('key-in-use')
  expect(history.state().devices.has(toHex(deviceOf('vera', 'phone')))).toBe(false)
  expect([...history.state().members.values()].map(({ name }) => name)).not.toContain('Eve')
})

it('M3 binds a device again with its own keys, whoever claimed them meanwhile', () => {
  const history = team()
  const before = history.heads()
  history.addDevice({ by: 'ann', after: before }, 'phone')
  const { relayKey, exchangeKey } = keysOf('ann', 'phone')
  history.addDevice({ by: 'vera', after: before }, 'phone', phone({ relayKey, exchangeKey }))
  const again = history.addDevice({ by: 'ann' }, 'phone')
  expect(history.state().voided.get(toHex(again))).toBeUndefined()
  expect(isActive(history, deviceOf('ann', 'phone'))).toBe(true)
})

it('M3 lets a back-dated claim take nothing from whoever has the key', () => {
  const history = createHistory()
  history.settle({ vera: 'viewer' })
  const before = history.heads()
  history.settle({ ann: 'admin' })
  for (let i = 0; i < 8; i++) {
    const keys = { ...keysOf('vera', `claim ${i}`), relayKey: keysOf('ann').relayKey }
    history.addDevice({ by: 'vera', after: before }, `claim ${i}`, keys)
  }
  expect(isActive(history, deviceOf('ann'))).toBe(true)
})

it('M3 admits nobody with a key of a member, and knows no recovery kit with one', () => {
  const history = team()
  const { exchangeKey, relayKey } = keysOf('alice')
  history.write({ by: 'vera' }, { type: 'profile.set', name: 'Vera', paper: { exchangeKey, relayKey, doors: [] } })
  const vera = [...history.state().members.values()].find(({ name }) => name === 'Vera')
  expect(vera).toMatchObject({ paper: undefined })
})
