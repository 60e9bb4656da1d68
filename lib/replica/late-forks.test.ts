import { beforeAll, describe, expect, it } from 'vitest'
import { entryKind } from '#lib/protocol/entry-kind'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { copyMemoryDisk } from '#lib/storage/memory-storage'
import { createOfflineTeam } from '#lib/testing/offline-team'

let team: Awaited<ReturnType<typeof createOfflineTeam>>
type Member = Awaited<ReturnType<typeof team.start>>
beforeAll(async () => {
  team = await createOfflineTeam()
})

/** What one has of pages. */
async function bring(from: Member, ...to: readonly Member[]): Promise<void> {
  for (const run of await team.runsOf(from))
    if (run[0]?.header.lane === 'content') for (const member of to) await member.replica.receive(run)
}
const depOn = ({ header, id }: SealedEntry) => ({ chain: header.chain, seq: header.seq, idPrefix: id.slice(0, 16) })

/**
 * Dave, who does not know that Bob was removed, builds on an edit of Bob's that came late, and on one of Carol's that Vera
 * lacks: his word waits at Vera's and speaks for Bob all the same. A copy of Dave's profile wrote something else at that
 * place, on which Alice goes on: that line wins, and nobody speaks for Bob any more.
 */
async function scene(before: number) {
  const [alice, bob, carol, dave, vera] = (await Promise.all(
    ['alice', 'bob', 'carol', 'dave', 'vera'].map((name) => team.start(name)),
  )) as [Member, Member, Member, Member, Member]
  for (let i = 0; i < before; i++) await dave.type(`before${i}`)
  await team.carry(dave, alice, vera)
  const copy = await team.start('dave', copyMemoryDisk(dave.disk))
  const removal = { member: bob.person(), cuts: [], keptInvites: [], doors: [], rotation: undefined }
  await alice.operate({ type: 'member.remove', ...removal })
  await team.carry(alice, vera)
  const late = await bob.type('late')
  const missing = await carol.type('missing')
  await bring(bob, dave, vera)
  await bring(carol, dave)
  const keeps = [late, missing].map(depOn)
  const word = await dave.append({ channel: team.page, kind: entryKind.merge, payload: new Uint8Array(0), keeps })
  await copy.type('instead')
  await bring(copy, alice)
  await alice.type('on')
  return { alice, bob, carol, dave, vera, word }
}

/** What somebody has who hears of everything at once, and of nothing before. */
async function stateOf(word: SealedEntry, ...from: readonly Member[]): Promise<string> {
  const fresh = await team.start('vera')
  for (const member of from) await team.carry(member, fresh)
  await fresh.replica.receive([word])
  return fresh.state()
}

describe('the word of an entry next to be judged', () => {
  it.each([0, 1, 2])('W1 E3 is in a checkpoint, and gone once that entry forks, after %i before it', async (before) => {
    const { alice, bob, carol, dave, vera, word } = await scene(before)
    await vera.replica.receive([word])
    expect(await vera.text()).toContain('late')
    await vera.replica.close()
    const again = await team.start('vera', vera.disk)
    expect(await again.text()).toContain('late')
    const crashed = await team.start('vera', copyMemoryDisk(vera.disk))
    await bring(alice, again)
    expect(await again.text()).not.toContain('late')
    expect(await again.state()).toBe(await stateOf(word, alice, bob))
    await bring(carol, again)
    const all = await stateOf(word, alice, bob, dave, carol)
    expect(await again.state()).toBe(all)
    expect(await (await team.start('vera', copyMemoryDisk(again.disk))).state()).toBe(all)
    await bring(carol, crashed)
    expect(await crashed.text()).toContain('late')
    await bring(alice, crashed)
    expect(await crashed.state()).toBe(all)
  })
})
