import { expect, it } from 'vitest'
import type { Watched } from '#lib/devices/linking-state'
import { makeBackup } from '#lib/session/make-backup'
import { openBackup } from '#lib/session/open-backup'
import { addWrittenWorkspace, backupPorts, openMemoryVault } from '#lib/testing/backed-up-profile'
import type { Vault } from '#lib/vault/vault'

const desk = { name: 'Harbour Desk', pages: 1, text: 'tide tables', piece: new Uint8Array(200_000).fill(7) }

/** The first state of that type. */
const reached = <State extends { type: string }, Type extends State['type']>(running: Watched<State>, type: Type) =>
  new Promise<Extract<State, { type: Type }>>((resolve) => {
    const look = () => {
      const state = running.state()
      if (state.type === type) resolve(state as Extract<State, { type: Type }>)
    }
    running.subscribe(look)
    look()
  })

const making = (vault: Vault, withFiles = true) =>
  makeBackup({ vault, platform: backupPorts, withFiles, flush: async () => {} })

async function backUp(...workspaces: readonly (typeof desk)[]) {
  const vault = await openMemoryVault()
  for (const one of workspaces) await addWrittenWorkspace(vault, one)
  return { vault, made: await reached(making(vault), 'made') }
}

it('V7 goes from a file and its code to what is in it, and from there to what came back', async () => {
  const { vault, made } = await backUp(desk)
  expect(made.fileName).toBe('waxwing-2023-11-14.backup')
  const fresh = await openMemoryVault()
  const opening = openBackup(backupPorts, () => fresh)
  opening.look(made.file, 'no code')
  expect((await reached(opening, 'asking')).problem).toEqual({ type: 'not-a-code' })

  opening.look(made.file, made.code)
  const found = await reached(opening, 'found')
  expect(found.workspaces).toEqual([
    { name: 'Harbour Desk', pages: 1, fileBytes: 200_000, isHere: false, hasWayBack: true },
  ])
  expect((await fresh.profile()).ok && (await fresh.storage.record('profile'))).toEqual({ ok: true, value: undefined })
  opening.restore()
  const restored = await reached(opening, 'restored')
  expect(restored).toMatchObject({ writable: ['Harbour Desk'], readable: [], problem: undefined })
  vault.close()
})

it('V7 brings back nothing where everything is here, and says so before', async () => {
  const { vault, made } = await backUp(desk)
  const opening = openBackup(backupPorts, () => vault)
  opening.look(made.file, made.code)
  expect((await reached(opening, 'found')).workspaces.map(({ isHere }) => isHere)).toEqual([true])
  opening.stop()
  expect(opening.state()).toEqual({ type: 'asking', problem: undefined })
})

it('V7 stops where the person says so, also in the middle of the file', async () => {
  const { made } = await backUp(desk)
  const opening = openBackup(backupPorts, () => {
    throw new Error('locked')
  })
  opening.look(made.file, made.code)
  opening.subscribe(() => opening.state().type === 'looking' && opening.stop())
  expect((await reached(opening, 'asking')).problem).toBeUndefined()
})

it('V7 makes none of nothing', async () => {
  expect((await reached(making(await openMemoryVault()), 'failed')).problem).toEqual({ type: 'nothing-written' })
})
