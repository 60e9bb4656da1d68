import { describe, expect, it } from 'vitest'
import { createBackupCode } from '#lib/backup/backup-code'
import { type BackupItem, encodeBackupItem, readBackupItems } from '#lib/backup/backup-item'
import { type BackupBytes, sealBackupStream } from '#lib/backup/backup-stream'
import { concat, toHex } from '#lib/base/bytes'
import type { DeviceId, PersonId, WorkspaceId } from '#lib/base/ids'
import { err, ok } from '#lib/base/result'
import { systemRandom } from '#lib/crypto/system-random'
import { collectBackup, planBackup, UnreadableWorkspace } from '#lib/host/collect-backup'
import { openForkWatch } from '#lib/host/fork-watch'
import { isFromBackup } from '#lib/host/from-backup-record'
import { lookIntoBackup } from '#lib/host/look-into-backup'
import { memberStanding } from '#lib/host/member-standing'
import { openOfflineReplica } from '#lib/host/offline-replica'
import { type Restoring, restoreBackup } from '#lib/host/restore-backup'
import { verifyDoorStatement } from '#lib/protocol/door'
import { createDoorList } from '#lib/protocol/door-list'
import { decodeStandaloneRun } from '#lib/protocol/entry-run'
import type { Replica } from '#lib/replica/replica'
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
import { storeOf, textOf, typist } from '#lib/testing/lone-replica'
import type { Vault } from '#lib/vault/vault'

const reading = () => ({ signal: new AbortController().signal, onRead: () => {} })
const desk = { name: 'Harbour Desk', pages: 2, text: 'tide tables', piece: systemRandom.bytes(300) }

async function profile() {
  const vault = await openMemoryVault()
  return { vault, keys: await addWrittenWorkspace(vault, desk) }
}

const restore = (vault: Vault, { file, code }: Awaited<ReturnType<typeof backUp>>): Promise<Restoring> =>
  restoreBackup(file, code, vault, backupPorts, reading())

const outcomes = ({ workspaces, error }: Restoring) => [
  workspaces.map(({ name, outcome }) => `${name} ${outcome}`),
  error,
]

describe('a backup of this device', () => {
  it('V7 is looked into without a trace: names, pages, files and its moment, told from what is in it', async () => {
    const { vault } = await profile()
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
    const { vault, keys } = await profile()
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
    const { vault, keys } = await profile()
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

  it('V7 F1 brings pieces of files back, by their names', async () => {
    const { vault, keys } = await profile()
    const [fresh, other] = [await openMemoryVault(), await openMemoryVault()]
    await restore(fresh, await backUp(vault))
    await restore(other, await backUp(vault, false))
    const name = await backupPorts.crypto.digest(desk.piece)
    const found = await (await storeIn(fresh, keys)).piece(name as never)
    expect(found.ok && found.value).toEqual(desk.piece)
    expect(await (await storeIn(other, keys)).piecePlaces()).toEqual([])
  })

  it('V7 can be read, and no more, where the root is on another device', async () => {
    const { vault, keys } = await profile()
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
    const { vault, keys } = await profile()
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
      await carry(from.replica, to.replica)
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
    const { vault, keys } = await profile()
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
    const { vault, keys } = await profile()
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
    const { vault } = await profile()
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

  it('V7 begins afresh where an earlier attempt broke off without a word', async () => {
    const { vault, keys } = await profile()
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

  it.each([
    ['a run of the log', bent('run', 0)],
    ['a run of a page', bent('run', 2)],
    ['all runs', bent('run')],
    ['no log at all', without('run')],
    ['bytes that are no run', malformed],
  ] as const)(
    'attack 1 V7 takes nothing that its author did not sign, and keeps nothing of the rest: %s',
    async (_, forge) => {
      const { vault } = await profile()
      const disk = createMemoryDisk()
      const made = await sealed(forge(await itemsOf(vault)))
      const restored = await restore(await openMemoryVault(disk), made)
      expect([restored, disk.workspaces.size]).toEqual([{ workspaces: [], error: { type: 'damaged-backup' } }, 0])
    },
  )

  it('V7 is no good backup where it has no log: looking into it says so, too', async () => {
    const { vault } = await profile()
    const { file, code } = await sealed(without('run')(await itemsOf(vault)))
    expect(await lookIntoBackup(file, code, backupPorts, reading())).toEqual(err({ type: 'damaged-backup' }))
  })

  it('V7 keeps nothing where the vault is closed in the middle', async () => {
    const { vault } = await profile()
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
    const { vault, keys } = await profile()
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
    const { vault, keys } = await profile()
    const fresh = await openMemoryVault()
    await fresh.updateProfile((before) => ({ ...before, pendingJoins: [keys.workspaceId] }))
    await (await storeIn(fresh, keys)).commit({ entries: [], records: [{ key: 'joining', value: new Uint8Array(1) }] })
    await restore(fresh, await backUp(vault))
    expect(await (await storeIn(fresh, keys)).record('joining')).toEqual(ok(new Uint8Array(1)))
  })

  it('V7 brings back to write what was here only to be read', async () => {
    const { vault, keys } = await profile()
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

  it('V7 does not believe a way back of somebody whom the log does not name', async () => {
    const { vault } = await profile()
    const items = await itemsOf(vault)
    const claimed = items.map((item) =>
      item.type === 'workspace' && item.wayBack
        ? { ...item, wayBack: { ...item.wayBack, rootSeed: systemRandom.bytes(32) } }
        : item,
    )
    const { file, code } = await sealed(claimed)
    const looked = await lookIntoBackup(file, code, backupPorts, reading())
    expect(looked.ok && looked.value.workspaces.map(({ hasWayBack }) => hasWayBack)).toEqual([false])
    const fresh = await openMemoryVault()
    expect(outcomes(await restore(fresh, { file, code }))).toEqual([['Harbour Desk reads'], undefined])
    const list = await fresh.profile()
    expect(list.ok && list.value.name).toBe('')
  })

  it('V7 names the author of all that it holds, also while somebody goes on writing', async () => {
    const { vault, keys } = await profile()
    const other = await openMemoryVault()
    await restore(other, await backUp(vault))
    const newcomer = (await leaderOf(other, keys)).replica
    await (await typist(newcomer)).type(' by a newcomer')
    const plan = await planBackup(vault)
    const items: BackupItem[] = []
    for await (const item of read(collectBackup(plan, backupPorts, { withFiles: false }))) {
      items.push(item)
      if (items.length === 2) await carry(newcomer, (await leaderOf(vault, keys)).replica)
    }
    const receptions = await receptionsOf(items)
    expect(receptions.filter(({ type }) => type === 'waiting' || type === 'bad')).toEqual([])
    const fresh = await openMemoryVault()
    await restore(fresh, await sealed(items))
    expect(await textOf((await leaderOf(fresh, keys)).replica)).toContain('tide tables')
  })

  it('V7 is not made where a workspace cannot be read: nobody is to trust half a backup', async () => {
    const { vault } = await profile()
    const lost = { id: new Uint8Array(32).fill(9) as WorkspaceId, name: '' }
    await vault.updateProfile((before) => ({ ...before, workspaces: [...before.workspaces, lost] }))
    let open = 0
    const counting: Vault = {
      ...vault,
      storage: {
        ...vault.storage,
        async workspace(id) {
          const store = await vault.storage.workspace(id)
          if (!store.ok) return store
          open++
          return ok({ ...store.value, close: () => open-- })
        },
      },
    }
    await expect(planBackup(counting)).rejects.toThrow(UnreadableWorkspace)
    expect(open).toBe(0)
  })
})

/** What `bytes` hold, as they come. */
async function* read(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<BackupItem> {
  for await (const part of bytes) {
    async function* chunk() {
      yield ok(concat(encodeBackupItem({ type: 'begin', madeSeconds: 0 }), part))
    }
    for await (const placed of readBackupItems(chunk()))
      if (placed.ok && placed.value.item.type !== 'begin') yield placed.value.item
  }
}

/** All that a backup of `vault` holds, but its beginning. */
async function itemsOf(vault: Vault): Promise<readonly BackupItem[]> {
  const items: BackupItem[] = []
  for await (const item of read(collectBackup(await planBackup(vault), backupPorts, { withFiles: false })))
    items.push(item)
  return items
}

async function sealed(items: readonly BackupItem[]) {
  const code = createBackupCode(systemRandom)
  async function* plain() {
    yield encodeBackupItem({ type: 'begin', madeSeconds: 0 })
    for (const item of items) yield encodeBackupItem(item)
  }
  const parts: Uint8Array<ArrayBuffer>[] = []
  for await (const part of sealBackupStream(plain(), code, systemRandom)) parts.push(new Uint8Array(part))
  return { file: new Blob(parts), code }
}

type Forgery = (items: readonly BackupItem[]) => readonly BackupItem[]

/** Flips a bit of the signature of every item of that type, or of the one at `at` among them. */
function bent(type: 'run', at?: number): Forgery {
  return (items) => {
    let count = -1
    return items.map((item) => {
      if (item.type !== type) return item
      count++
      if (at !== undefined && count !== at) return item
      const bytes = item.bytes.slice()
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
      return { type, bytes }
    })
  }
}

function without(type: BackupItem['type']): Forgery {
  return (items) => items.filter((item) => item.type !== type)
}

function malformed(items: readonly BackupItem[]): readonly BackupItem[] {
  return [...items, { type: 'run', bytes: new Uint8Array(9).fill(255) }]
}

/** What a peer says to each run and segment, in order. */
async function receptionsOf(items: readonly BackupItem[]) {
  const [begin] = items
  if (begin?.type !== 'workspace') throw new Error('no workspace')
  const replica = await openOfflineReplica({
    ...{ ...backupPorts, store: await storeOf(), workspaceId: begin.workspaceId, secrets: begin.secrets },
    device: await backupPorts.crypto.signingKey(systemRandom.bytes(32)),
  })
  const receptions: { readonly type: string }[] = []
  for (const item of items) {
    if (item.type !== 'run') continue
    const run = decodeStandaloneRun(item.bytes)
    receptions.push(run.ok ? await replica.receive(run.value) : { type: 'bad' })
  }
  return receptions
}

/** Brings all that one replica has to another. */
async function carry(from: Replica, to: Replica): Promise<void> {
  const heads = [...from.heads()].sort((a, b) => (a.lane === b.lane ? 0 : a.lane === 'log' ? -1 : 1))
  for (const { chain, from: first = 1 } of heads) {
    const run = await from.read(chain, first, 1_000_000)
    await to.receive(run)
  }
}
