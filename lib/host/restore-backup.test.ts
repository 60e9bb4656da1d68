import { describe, expect, it } from 'vitest'
import type { BackupBytes } from '#lib/backup/backup-stream'
import { toHex } from '#lib/base/bytes'
import type { DeviceId, PersonId } from '#lib/base/ids'
import { err, ok } from '#lib/base/result'
import { systemRandom } from '#lib/crypto/system-random'
import { openForkWatch } from '#lib/host/fork-watch'
import { isFromBackup } from '#lib/host/from-backup-record'
import { lookIntoBackup } from '#lib/host/look-into-backup'
import { memberStanding } from '#lib/host/member-standing'
import { createPieceKeeper } from '#lib/host/piece-keeper'
import { restoreBackup } from '#lib/host/restore-backup'
import { verifyDoorStatement } from '#lib/protocol/door'
import { createDoorList } from '#lib/protocol/door-list'
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
import { itemsOf, sealed } from '#lib/testing/backup-items'
import { carryEntries } from '#lib/testing/carry-entries'
import { fakePieceRelay } from '#lib/testing/fake-piece-relay'
import { storeOf, textOf, typist } from '#lib/testing/lone-replica'
import { desk, deskProfile, outcomes, reading, restore } from '#lib/testing/restored-backup'
import { createVirtualClock } from '#lib/testing/virtual-clock'
import type { Vault } from '#lib/vault/vault'

describe('a backup of this device', () => {
  it('V7 is looked into without a trace: names, pages, files and its moment, told from what is in it', async () => {
    const { vault } = await deskProfile()
    await addWrittenWorkspace(vault, { ...desk, name: '', pages: 0 })
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
    const { vault, keys } = await deskProfile()
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
    const { vault, keys } = await deskProfile()
    const fresh = await openMemoryVault()
    await restore(fresh, await backUp(vault))
    const { replica, keys: own } = await leaderOf(fresh, keys)
    const [door, ...others] = replica.membership.current()?.doors ?? []
    if (!door) throw new Error('no door')
    expect(others).toEqual([])
    expect([door.origin, await verifyDoorStatement(door, backupPorts.crypto)]).toEqual([RELAY_ORIGIN, true])
    const list = createDoorList(keys.relay.publicKey)
    expect(list.apply(door)).toBe('applied')
    expect(list.levelOf(own.relay.publicKey)).toBe('root')
  })

  it('V7 F1 brings pieces of files back, by their names, and to the relay that lacks them', async () => {
    const relay = fakePieceRelay()
    const { vault, keys } = await deskProfile()
    const [fresh, other] = [await openMemoryVault(), await openMemoryVault()]
    await restore(fresh, await backUp(vault))
    await restore(other, await backUp(vault, false))
    const name = await backupPorts.crypto.digest(desk.piece)
    const found = await (await storeIn(fresh, keys)).piece(name as never)
    expect(found.ok && found.value).toEqual(desk.piece)
    const keeper = await createPieceKeeper({
      ...{ store: await storeIn(fresh, keys), clock: createVirtualClock(), onChange() {} },
      roads: () => new Map([['a', relay.road]]),
    })
    keeper.bring()
    await new Promise((resolve) => setImmediate(resolve))
    expect([...relay.kept.values()]).toEqual([desk.piece])
    expect(await (await storeIn(other, keys)).piecePlaces()).toEqual([])
  })

  it('V7 can be read, and no more, where the root is on another device', async () => {
    const { vault, keys } = await deskProfile()
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
    const { replica, keys: own } = await leaderOf(fresh, keys)
    expect(await textOf(replica)).toContain('tide tables')
    const fromBackup = await isFromBackup(await storeIn(fresh, keys))
    const device = own.device.publicKey as DeviceId
    expect(memberStanding(replica.membership, device, fromBackup)).toEqual({ type: 'from-backup' })
    const list = await fresh.profile()
    expect(list.ok && list.value.workspaces[0]?.isOut).toBe(true)
  })

  it('V7 is one device each time it comes back, and nobody is alarmed when those meet', async () => {
    const { vault, keys } = await deskProfile()
    const made = await backUp(vault)
    const [one, other] = [await openMemoryVault(), await openMemoryVault()]
    await restore(one, made)
    await restore(other, made)
    const [first, second] = [await leaderOf(one, keys), await leaderOf(other, keys)]
    await (await typist(first.replica)).type(' first')
    await (await typist(second.replica)).type(' second')
    for (const [from, to] of [
      [second, first],
      [first, second],
      [second, first],
    ] as const)
      await carryEntries(from.replica, to.replica)
    for (const { replica } of [first, second]) {
      const state = replica.membership.current()
      if (!state) throw new Error('no log')
      expect(state.members.get(toHex(state.owner))?.devices).toHaveLength(3)
      expect(await textOf(replica)).toContain(' first')
      expect(await textOf(replica)).toContain(' second')
      expect((await openForkWatch(await storeOf(), replica)).facts(state)).toEqual([])
    }
  })

  it('V7 E2 continues no chain: the root that signed before begins a new life', async () => {
    const { vault, keys } = await deskProfile()
    const again = await openMemoryVault()
    await restore(again, await backUp(vault))
    const third = await openMemoryVault()
    expect(outcomes(await restore(third, await backUp(again)))).toEqual([['Harbour Desk writes'], undefined])
    const { replica } = await leaderOf(third, keys)
    const state = replica.membership.current()
    expect(state?.members.get(toHex(state.owner))?.devices).toHaveLength(3)
    const isByRoot = (device: DeviceId | undefined) => device && toHex(device) === toHex(keys.root?.publicKey ?? device)
    expect(replica.heads().flatMap((head) => (isByRoot(replica.deviceOf(head)) ? [head.seq] : []))).toEqual([1, 2])
    expect(replica.forks()).toEqual([])
  })

  it('V7 leaves what this browser has as it is, and brings the rest', async () => {
    const { vault, keys } = await deskProfile()
    const fresh = await openMemoryVault()
    await restore(fresh, await backUp(vault))
    const before = (await leaderOf(fresh, keys)).keys
    await addWrittenWorkspace(vault, { ...desk, name: 'Diary' })
    const { replica } = await leaderOf(vault, keys)
    await (await typist(replica)).type(' later')
    const restored = await restore(fresh, await backUp(vault))
    expect(outcomes(restored)).toEqual([['Harbour Desk here', 'Diary writes'], undefined])
    const after = await leaderOf(fresh, keys)
    expect(after.keys.device.publicKey).toEqual(before.device.publicKey)
  })

  it('V7 keeps nothing of a workspace that does not come whole: stopped, damaged, or no room', async () => {
    const { vault } = await deskProfile()
    const { file, code } = await backUp(vault)
    const stopping = new AbortController()
    const disk = createMemoryDisk()
    const attempts: [Blob, AbortSignal, () => unknown][] = [
      [file, stopping.signal, () => stopping.abort()],
      [file.slice(0, file.size - 1), new AbortController().signal, () => {}],
      [file, new AbortController().signal, () => Object.assign(disk, { full: true })],
    ]
    const errors: unknown[] = []
    for (const [source, signal, onRead] of attempts) {
      const fresh = await openMemoryVault(disk)
      const { workspaces, error } = await restoreBackup(source, code, fresh, backupPorts, { signal, onRead })
      errors.push(error?.type)
      const list = await fresh.profile()
      expect([workspaces, list.ok && list.value.workspaces, disk.workspaces.size]).toEqual([[], [], 0])
    }
    expect(errors).toEqual(['stopped', 'damaged-backup', 'storage-full'])
  })

  it('V7 leaves no store open where what is there cannot be read', async () => {
    const fresh = await openMemoryVault()
    let open = 0
    const failing: Vault = {
      ...fresh,
      storage: {
        ...fresh.storage,
        async workspace(id) {
          const opened = await fresh.storage.workspace(id)
          if (!opened.ok) return opened
          open++
          const heads = () => Promise.reject(new Error('the disk was taken away'))
          return ok({ ...opened.value, heads, close: () => void open-- })
        },
      },
    }
    const restored = await restore(failing, await backUp((await deskProfile()).vault))
    expect([outcomes(restored), open]).toEqual([[[], { type: 'storage-failed' }], 0])
  })

  it('V7 begins afresh where an earlier attempt broke off without a word', async () => {
    const { vault, keys } = await deskProfile()
    const made = await backUp(vault)
    const fresh = await openMemoryVault()
    const breaking: Vault = {
      ...fresh,
      storage: { ...fresh.storage, deleteWorkspace: async () => ok(undefined) },
      updateProfile: async () => err({ type: 'storage-failed', reason: 'the tab was closed' }),
    }
    expect(outcomes(await restore(breaking, made))).toEqual([[], { type: 'storage-failed' }])
    expect(outcomes(await restore(fresh, made))).toEqual([['Harbour Desk writes'], undefined])
    const { replica, keys: own } = await leaderOf(fresh, keys)
    const state = replica.membership.current()
    expect(state?.devices.get(toHex(own.device.publicKey))?.active).toBe(true)
    expect(state?.devices.size).toBe(2)
  })

  it('V7 keeps nothing where the vault is closed in the middle', async () => {
    const { vault } = await deskProfile()
    const { file, code } = await backUp(vault)
    const disk = createMemoryDisk()
    const fresh = await openMemoryVault(disk)
    const locked: Vault = { ...fresh, saveWorkspaceKeys: () => Promise.reject(new Error('closed')) }
    expect(await restoreBackup(file, code, locked, backupPorts, reading())).toEqual({
      workspaces: [],
      error: { type: 'storage-failed' },
    })
    expect(disk.workspaces.size).toBe(0)
  })

  it('V7 comes once where two tabs bring it back, and stays where the second stops', async () => {
    const { vault, keys } = await deskProfile()
    const { file, code } = await backUp(vault)
    const disk = createMemoryDisk()
    const [one, other, third] = [await openMemoryVault(disk), await openMemoryVault(disk), await openMemoryVault(disk)]
    const stopping = new AbortController()
    const attempts = [
      restoreBackup(file, code, one, backupPorts, reading()),
      restoreBackup(file, code, other, backupPorts, reading()),
      restoreBackup(file, code, third, backupPorts, { signal: stopping.signal, onRead: () => {} }),
    ]
    stopping.abort()
    expect((await Promise.all(attempts)).map(outcomes)).toEqual([
      [['Harbour Desk writes'], undefined],
      [['Harbour Desk here'], undefined],
      [[], { type: 'stopped' }],
    ])
    const list = await one.profile()
    expect(list.ok && list.value.workspaces).toHaveLength(1)
    expect(await textOf((await leaderOf(one, keys)).replica)).toContain('tide tables')
  })

  it.each([
    ['stays as it came', false],
    ['outlives a restoring that is stopped', true],
  ])('V7 what this browser is let into meanwhile %s', async (_, stops) => {
    const vault = await openMemoryVault()
    const keys = await addWrittenWorkspace(vault, { ...desk, piece: systemRandom.bytes(200_000) })
    const { file, code } = await backUp(vault)
    const fresh = await openMemoryVault()
    const stopping = new AbortController()
    const joined = { ...keys, ...(await fresh.createDeviceKeys()) }
    let joining: Promise<unknown> | undefined
    const slow: BackupBytes = {
      size: file.size,
      slice: (from, to) => ({
        async arrayBuffer() {
          await joining
          return file.slice(from, to).arrayBuffer()
        },
      }),
    }
    let items = 0
    const onRead = () => {
      items++
      if (items < 4) return
      joining ??= (async () => {
        await fresh.saveWorkspaceKeys(joined)
        await fresh.updateProfile((before) => ({ ...before, workspaces: [{ id: keys.workspaceId, name: 'Joined' }] }))
        if (stops) stopping.abort()
      })()
    }
    await restoreBackup(slow, code, fresh, backupPorts, { signal: stopping.signal, onRead })
    await joining
    const list = await fresh.profile()
    expect(list.ok && list.value.workspaces).toEqual([{ id: keys.workspaceId, name: 'Joined' }])
    const { keys: own, replica } = await leaderOf(fresh, keys)
    expect(own.device.publicKey).toEqual(joined.device.publicKey)
    expect(replica.membership.current()?.name).toBe('Harbour Desk')
  })

  it('V7 deletes nothing of a workspace that somebody is asked to let this browser into', async () => {
    const { vault, keys } = await deskProfile()
    const fresh = await openMemoryVault()
    await fresh.updateProfile((before) => ({ ...before, pendingJoins: [keys.workspaceId] }))
    await (await storeIn(fresh, keys)).commit({ entries: [], records: [{ key: 'joining', value: new Uint8Array(1) }] })
    await restore(fresh, await backUp(vault))
    expect(await (await storeIn(fresh, keys)).record('joining')).toEqual(ok(new Uint8Array(1)))
  })

  it('V7 brings back to write what was here only to be read', async () => {
    const { vault, keys } = await deskProfile()
    const [plain, fresh] = [await itemsOf(vault), await openMemoryVault()]
    await restore(
      fresh,
      await sealed(plain.map((item) => (item.type === 'workspace' ? { ...item, wayBack: undefined } : item))),
    )
    const before = await fresh.profile()
    expect(before.ok && before.value.workspaces[0]?.isOut).toBe(true)
    expect(outcomes(await restore(fresh, await backUp(vault)))).toEqual([['Harbour Desk writes'], undefined])
    const after = await fresh.profile()
    expect(after.ok && after.value.workspaces).toEqual([{ id: keys.workspaceId, name: 'Harbour Desk' }])
    const { replica, keys: own } = await leaderOf(fresh, keys)
    expect(replica.membership.current()?.devices.get(toHex(own.device.publicKey))?.active).toBe(true)
    expect(await isFromBackup(await storeIn(fresh, keys))).toBe(false)
  })
})
