import { describe, expect, it } from 'vitest'
import { createBackupCode } from '#lib/backup/backup-code'
import { sealBackupStream } from '#lib/backup/backup-stream'
import { toHex } from '#lib/base/bytes'
import type { DeviceId, PersonId, WorkspaceId } from '#lib/base/ids'
import { err, ok } from '#lib/base/result'
import { systemRandom } from '#lib/crypto/system-random'
import { collectBackup, planBackup, UnreadableWorkspace } from '#lib/host/collect-backup'
import { openForkWatch } from '#lib/host/fork-watch'
import { isFromBackup } from '#lib/host/from-backup-record'
import { lookIntoBackup } from '#lib/host/look-into-backup'
import { memberStanding } from '#lib/host/member-standing'
import { type Restoring, restoreBackup } from '#lib/host/restore-backup'
import { verifyDoorStatement } from '#lib/protocol/door'
import { createDoorList } from '#lib/protocol/door-list'
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

  it('attack 1 V7 takes nothing that its author did not sign, like a peer’s', async () => {
    const { vault, keys } = await profile()
    const plan = await planBackup(vault)
    const code = createBackupCode(systemRandom)
    async function* forged() {
      for await (const bytes of collectBackup(plan, backupPorts, { withFiles: false })) {
        const bent = bytes.slice()
        if (bytes[0] === 2) bent[bent.length - 70] = (bent[bent.length - 70] ?? 0) ^ 1
        yield bent
      }
    }
    const parts: Uint8Array<ArrayBuffer>[] = []
    for await (const part of sealBackupStream(forged(), code, systemRandom)) parts.push(new Uint8Array(part))
    const fresh = await openMemoryVault()
    expect(outcomes(await restore(fresh, { file: new Blob(parts), code }))).toEqual([[' reads'], undefined])
    const { replica } = await leaderOf(fresh, keys)
    expect(await textOf(replica)).toBe('')
  })

  it('V7 is not made where a workspace cannot be read: nobody is to trust half a backup', async () => {
    const { vault } = await profile()
    const lost = { id: new Uint8Array(32).fill(9) as WorkspaceId, name: '' }
    await vault.updateProfile((before) => ({ ...before, workspaces: [...before.workspaces, lost] }))
    await expect(planBackup(vault)).rejects.toThrow(UnreadableWorkspace)
  })
})

/** Brings all that one replica has to another. */
async function carry(from: Replica, to: Replica): Promise<void> {
  const heads = [...from.heads()].sort((a, b) => (a.lane === b.lane ? 0 : a.lane === 'log' ? -1 : 1))
  for (const { chain, from: first = 1 } of heads) {
    const run = await from.read(chain, first, 1_000_000)
    await to.receive(run)
  }
}
