import { expect, it } from 'vitest'
import { toBase64Url } from '#lib/base/base64url'
import type { DeviceId, WorkspaceId } from '#lib/base/ids'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import type { HostCommand } from '#lib/host/host-protocol'
import { keepLink } from '#lib/host/link-record'
import { revokeDevice } from '#lib/session/revoke-device'
import { createMemoryDisk, openMemoryKeyStore, openMemoryStorage } from '#lib/storage/memory-storage'
import { quickStretch } from '#lib/testing/quick-stretch'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { createVirtualClock } from '#lib/testing/virtual-clock'
import { openVault } from '#lib/vault/vault'
import type { LinkSecret } from '#lib/workspace/device-link'

const bytes = <T>(n: number) => new Uint8Array(32).fill(n) as T
const [desk, diary, poems] = [1, 2, 3].map((n) => bytes<WorkspaceId>(n)) as [WorkspaceId, WorkspaceId, WorkspaceId]
/** The phone in each of them. */
const phoneIn = new Map([
  [desk, bytes<DeviceId>(11)],
  [diary, bytes<DeviceId>(12)],
  [poems, bytes<DeviceId>(13)],
])

/** A laptop that was linked with the phone in all three, and looks at the first. */
async function createScene(refusing: WorkspaceId | undefined) {
  const disk = createMemoryDisk()
  const openStorage = async () => ({ ok: true, value: openMemoryStorage(disk) }) as const
  const ports = { crypto: createNodeCrypto(), random: createSeededRandom(1), keys: openMemoryKeyStore(disk) }
  const opened = await openVault({ ...ports, stretch: quickStretch, openStorage })
  if (!opened.ok) throw new Error('no vault')
  const vault = opened.value
  const names = new Map([
    [desk, 'Desk'],
    [diary, 'Diary'],
    [poems, 'Poems'],
  ])
  const workspaces = [...names].map(([id, name]) => ({ id, name }))
  await vault.updateProfile((profile) => ({ ...profile, workspaces }))
  const places = [...phoneIn].map(([workspaceId, device]) => ({ workspaceId, device }))
  const link = { side: 'giver', name: 'Phone', places, isOut: false, toldKit: undefined } as const
  await keepLink(vault.storage, { ...link, secret: bytes<LinkSecret>(5) })
  const revoked: string[] = []
  const workspaceOf = (id: WorkspaceId) => ({
    id: toBase64Url(id),
    async run(command: HostCommand) {
      if (id === refusing) return { ok: false, error: { type: 'storage-full' } } as const
      if (command.type === 'revoke-device') revoked.push(command.device)
      return { ok: true, value: { type: 'done' } } as const
    },
    view: () => ({
      me: { id: 'me' },
      name: names.get(id),
      devices: [{ id: toBase64Url(phoneIn.get(id) ?? bytes(0)) }],
    }),
  })
  const current = { ...workspaceOf(desk), command: workspaceOf(desk).run }
  const idOf = (wanted: WorkspaceId) =>
    [...names.keys()].find((id) => id.every((byte, i) => byte === wanted[i])) ?? desk
  const roads = { open: async (_: unknown, id: WorkspaceId) => workspaceOf(idOf(id)) }
  const parts = { vault, platform: { clock: createVirtualClock() } }
  return { of: { parts, roads, current } as never, revoked }
}
const ids = (...workspaces: readonly WorkspaceId[]) => workspaces.map((id) => toBase64Url(phoneIn.get(id) ?? bytes(0)))
const phone = toBase64Url(phoneIn.get(desk) ?? bytes(0))

it('V6 revokes a device that this browser was linked with in every workspace that both are in', async () => {
  const { of, revoked } = await createScene(undefined)
  expect(await revokeDevice(phone, of)).toEqual({ ok: true, value: [] })
  expect(revoked).toEqual(ids(desk, diary, poems))
})

it('V6 says where a device could not be revoked, and does nothing elsewhere where it is not even revoked here', async () => {
  const one = await createScene(diary)
  expect(await revokeDevice(phone, one.of)).toEqual({ ok: true, value: ['Diary'] })
  expect(one.revoked).toEqual(ids(desk, poems))
  const none = await createScene(desk)
  expect(await revokeDevice(phone, none.of)).toMatchObject({ ok: false })
  expect(none.revoked).toEqual([])
})

it('V6 revokes a device that it knows nothing else of here alone', async () => {
  const { of, revoked } = await createScene(undefined)
  const stranger = toBase64Url(bytes<DeviceId>(77))
  expect(await revokeDevice(stranger, of)).toEqual({ ok: true, value: [] })
  expect(revoked).toEqual([stranger])
})
