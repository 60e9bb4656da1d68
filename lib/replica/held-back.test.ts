import { beforeAll, expect, it } from 'vitest'
import { logChannelName } from '#lib/protocol/channel-name'
import { entryKind } from '#lib/protocol/entry-kind'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { copyMemoryDisk } from '#lib/storage/memory-storage'
import { createHostileTeam } from '#lib/testing/hostile-team'
import { rootOf } from '#lib/testing/invited'
import { createOfflineTeam } from '#lib/testing/offline-team'
import { encodeOperation } from '#lib/workspace/operation-format'

let team: Awaited<ReturnType<typeof createOfflineTeam>>
beforeAll(async () => {
  team = await createOfflineTeam()
})

it('W1 counts what is held back of a life, however long it is', async () => {
  const [alice, bob, carol] = [await team.start('alice'), await team.start('bob'), await team.start('carol')]
  await bob.type('one')
  await team.carry(bob, alice, carol)
  const member = bob.person()
  const cuts = await alice.replica.cutOf({ person: member })
  await alice.operate({ type: 'member.remove', member, cuts, keptInvites: [], doors: [], rotation: undefined })
  for (let i = 0; i < 130; i++) await bob.type(`late ${i}`)
  await team.carry(alice, carol)
  await team.carry(bob, carol)
  const [item] = await carol.replica.heldBack()
  expect(item).toMatchObject({ from: 2, edits: 130, newest: { seq: 131 } })
  expect(item?.text.startsWith('late 0')).toBe(true)
})

it('W2 E3 keeps what an own edit builds on of a forked chain: all of the line that counts, nothing of the other', async () => {
  const [alice, bob, carol] = [await team.start('alice'), await team.start('bob'), await team.start('carol')]
  await bob.type('one')
  const copy = await team.start('bob', copyMemoryDisk(bob.disk))
  for (let i = 0; i < 3; i++) await bob.type(`here ${i}`)
  for (let i = 0; i < 3; i++) await copy.type(`there ${i}`)
  for (const line of [bob, copy]) await team.carry(line, carol)
  const shown = await carol.text()
  const typed = await carol.draft('on')
  const removal = { member: bob.person(), cuts: [], keptInvites: [], doors: [], rotation: undefined }
  await alice.operate({ type: 'member.remove', ...removal })
  await team.carry(alice, carol)
  expect(await carol.text()).toBe('')
  await carol.replica.keepUnder(team.page, [typed])
  expect(await carol.text()).toBe(shown)
})

it('attack 40 W2 lists nothing that a reader wrote before they were made a commenter: it is void, also where it is kept', async () => {
  const { vera, admit, founder, newest, createForger, createTypist, createVictim } = await createHostileTeam()
  const [forger, typist] = [createForger(0, vera.device), createTypist(0, 0, vera.keys.device, admit)]
  const refused = [await forger.write(typist.type('X')), await forger.write(typist.type('Y'))]
  const operation = { type: 'role.set', member: rootOf(vera), role: 'commenter', cuts: [], doors: [] } as const
  await founder.replica.append({ channel: logChannelName, ...encodeOperation(operation) })
  const victim = await createVictim()
  await victim.receive(...refused)
  await victim.text()
  expect(await victim.replica.heldBack()).toEqual([])
  const [, { header, id }] = refused as [SealedEntry, SealedEntry]
  const keeps = [{ chain: header.chain, seq: header.seq, idPrefix: id.slice(0, 16) }]
  const keep = { kind: entryKind.adopt, dependencies: keeps, membershipHeads: newest }
  await victim.receive(await createForger().write(new Uint8Array(0), keep))
  expect([await victim.text(), await victim.replica.heldBack()]).toEqual(['', []])
})
