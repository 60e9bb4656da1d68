import { describe, expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import type { DeviceId, PersonId } from '#lib/base/ids'
import { systemRandom } from '#lib/crypto/system-random'
import { isFromBackup } from '#lib/host/from-backup-record'
import { lookIntoBackup } from '#lib/host/look-into-backup'
import { type Restoring, restoreBackup } from '#lib/host/restore-backup'
import { createMemoryDisk } from '#lib/storage/memory-storage'
import {
  addWrittenWorkspace,
  backUp,
  backupPorts,
  leaderOf,
  openMemoryVault,
  RELAY_ORIGIN,
  storeIn,
} from '#lib/testing/backed-up-profile'
import { textOf, typist } from '#lib/testing/lone-replica'
import type { Vault } from '#lib/vault/vault'

const reading = () => ({ signal: new AbortController().signal, onRead: () => {} })
const desk = { name: 'Harbour Desk', pages: 2, text: 'tide tables', piece: systemRandom.bytes(300) }

async function profile(...workspaces: readonly (typeof desk)[]) {
  const vault = await openMemoryVault()
  const keys = []
  for (const one of workspaces) keys.push(await addWrittenWorkspace(vault, one))
  return { vault, keys }
}

const restore = (vault: Vault, { file, code }: Awaited<ReturnType<typeof backUp>>): Promise<Restoring> =>
  restoreBackup(file, code, vault, backupPorts, reading())

const outcomes = ({ workspaces, error }: Restoring) => [
  workspaces.map(({ name, outcome }) => `${name} ${outcome}`),
  error,
]

describe('a backup of this device', () => {
  it('V7 is looked into without a trace: names, pages, files and its moment, told from what is in it', async () => {
    const { vault } = await profile(desk, { ...desk, name: '', pages: 0 })
    const { file, code } = await backUp(vault)
    const looked = await lookIntoBackup(file, code, backupPorts, reading())
    if (!looked.ok) throw new Error(looked.error.type)
    expect(looked.value.madeAt).toBe(1_700_000_000_000)
    expect(looked.value.workspaces.map(({ id: _, ...rest }) => rest)).toEqual([
      { name: 'Harbour Desk', pages: 2, fileBytes: 300, hasWayBack: true },
      { name: '', pages: 0, fileBytes: 300, hasWayBack: true },
    ])
  })

  it('V7 comes back whole in a fresh browser, as a new device of the same person, who writes on', async () => {
    const {
      vault,
      keys: [keys],
    } = await profile(desk)
    if (!keys) throw new Error('no keys')
    const made = await backUp(vault)
    const fresh = await openMemoryVault()
    expect(outcomes(await restore(fresh, made))).toEqual([['Harbour Desk writes'], undefined])
    const { replica, keys: own } = await leaderOf(fresh, keys)
    expect(await textOf(replica)).toContain('tide tables')
    const state = replica.membership.current()
    const device = state?.devices.get(toHex(own.device.publicKey as DeviceId))
    expect([device?.active, toHex(device?.person ?? desk.piece)]).toEqual([
      true,
      toHex(keys.root?.publicKey as PersonId),
    ])
    expect(state?.members.get(toHex(state.owner))?.devices).toHaveLength(2)
    expect((await (await typist(replica)).type(' of today')).ok).toBe(true)
    expect(await textOf(replica)).toContain('tide tables of today')
    const list = await fresh.profile()
    expect(list.ok && list.value).toMatchObject({ name: 'Alice', workspaces: [{ name: 'Harbour Desk' }] })
  })

  it('V7 R3 has a place at every relay’s door for the new device, given by the old one', async () => {
    const {
      vault,
      keys: [keys],
    } = await profile(desk)
    if (!keys) throw new Error('no keys')
    const fresh = await openMemoryVault()
    await restore(fresh, await backUp(vault))
    const { replica, keys: own } = await leaderOf(fresh, keys)
    const doors = replica.membership
      .current()
      ?.doors.map(({ origin, subject, level, signer }) => [origin, toHex(subject), level, toHex(signer)])
    expect(doors).toEqual([[RELAY_ORIGIN, toHex(own.relay.publicKey), 'root', toHex(keys.relay.publicKey)]])
  })

  it('V7 F1 brings pieces of files back, by their names', async () => {
    const {
      vault,
      keys: [keys],
    } = await profile(desk)
    if (!keys) throw new Error('no keys')
    const [fresh, other] = [await openMemoryVault(), await openMemoryVault()]
    await restore(fresh, await backUp(vault))
    await restore(other, await backUp(vault, false))
    const name = await backupPorts.crypto.digest(desk.piece)
    const found = await (await storeIn(fresh, keys)).piece(name as never)
    expect(found.ok && found.value).toEqual(desk.piece)
    expect(await (await storeIn(other, keys)).piecePlaces()).toEqual([])
  })

  it('V7 can be read, and no more, where the root is on another device', async () => {
    const {
      vault,
      keys: [keys],
    } = await profile(desk)
    if (!keys) throw new Error('no keys')
    const linked = await openMemoryVault()
    const { root: _, ...rest } = keys
    await linked.saveWorkspaceKeys(rest)
    await linked.updateProfile((before) => ({
      ...before,
      workspaces: [{ id: keys.workspaceId, name: 'Harbour Desk' }],
    }))
    const [from, to] = [await storeIn(vault, keys), await storeIn(linked, keys)]
    for (const { channel } of await from.heads()) {
      const entries = await from.readChannel(channel, 0)
      if (entries.ok) await to.commit({ entries: entries.value.map(({ entry }) => entry) })
    }
    const fresh = await openMemoryVault()
    expect(outcomes(await restore(fresh, await backUp(linked)))).toEqual([['Harbour Desk reads'], undefined])
    const { replica } = await leaderOf(fresh, keys)
    expect(await textOf(replica)).toContain('tide tables')
    expect(await isFromBackup(await storeIn(fresh, keys))).toBe(true)
    const list = await fresh.profile()
    expect(list.ok && list.value.workspaces[0]?.isOut).toBe(true)
  })
})
