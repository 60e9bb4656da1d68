import { beforeAll, describe, expect, it } from 'vitest'
import type { EntryId, EpochSecret } from '#lib/base/ids'
import { systemRandom } from '#lib/crypto/system-random'
import { logChannelName } from '#lib/protocol/channel-name'
import { epochTag } from '#lib/protocol/derive'
import { createHostileTeam } from '#lib/testing/hostile-team'
import { rootOf } from '#lib/testing/invited'
import { createRotation } from '#lib/workspace/epoch'
import type { ExchangePublicKey } from '#lib/workspace/keys'
import type { KnownOperation } from '#lib/workspace/operation'
import { encodeOperation } from '#lib/workspace/operation-format'

type Team = Awaited<ReturnType<typeof createHostileTeam>>

/** Vera was made an editor and then removed, with a new epoch; her client goes on as if nothing had happened. */
let team: Team
let before: readonly EntryId[]
let after: readonly EntryId[]
const secret = systemRandom.bytes(32) as EpochSecret
beforeAll(async () => {
  team = await createHostileTeam()
  const { founder, mallory, vera, firstEpoch } = team
  const write = async (operation: KnownOperation) => {
    const done = await founder.replica.append({ channel: logChannelName, ...encodeOperation(operation) })
    if (!done.ok) throw new Error(done.error.type)
    return done.value.id
  }
  const member = rootOf(vera)
  before = [await write({ type: 'role.set', member, role: 'editor', cuts: [], doors: [] })]
  const stays = [mallory.exchange.publicKey as ExchangePublicKey]
  const rotation = createRotation(mallory.workspaceId, secret, [firstEpoch.secret], stays)
  const removal = { type: 'member.remove', member, cuts: [], keptInvites: [], doors: [], rotation } as const
  after = [await write(removal)]
})

const newEpoch = () => ({ tag: epochTag(team.mallory.workspaceId, secret), secret })

describe('a removed person with a hostile client', () => {
  it('attack 40 E5 writes on: every peer refuses it, also from an honest one that hands it on', async () => {
    const [first, second] = [await team.createVictim(), await team.createVictim()]
    const typist = team.createTypist(0, 0, team.vera.keys.device, team.admit)
    const entry = await team.createForger(0, team.vera.device).write(typist.type('X'), { membershipHeads: after })
    await first.receive(entry)
    await second.replica.receive(await first.replica.read(entry.header.chain, 1, 1))
    for (const victim of [first, second]) {
      expect(victim.refused).toEqual(['not-allowed'])
      expect(await victim.text()).toBe('')
    }
  })

  it('attack 38 W1 writes as of before the removal: nobody shows it', async () => {
    const [first, second] = [await team.createVictim(), await team.createVictim()]
    const typist = team.createTypist(1, 0, team.vera.keys.device, team.admit)
    const entry = await team.createForger(0, team.vera.device).write(typist.type('X'), { membershipHeads: before })
    await first.receive(entry)
    await second.replica.receive(await first.replica.read(entry.header.chain, 1, 1))
    expect(await first.text()).toBe('')
    expect(await second.text()).toBe('')
  })

  it('attack 10 E5 a member who seals under the old key after the rotation, so that she can read it: void', async () => {
    const victim = await team.createVictim()
    const words = team.createTypist(0).type('leak')
    expect(await victim.receive(await team.createForger().write(words, { membershipHeads: after }))).toEqual(['taken'])
    expect(victim.refused).toEqual(['wrong-epoch'])
    expect(await victim.text()).toBe('')
  })

  it('K2 what is sealed under the new key waits with whoever lacks it', async () => {
    const victim = await team.createVictim()
    const words = team.createTypist(0).type('secret')
    const entry = await team.createForger().write(words, { membershipHeads: after }, newEpoch())
    expect(await victim.receive(entry)).toEqual(['taken'])
    expect([await victim.text(), victim.refused]).toEqual(['', []])
    victim.replica.keys.add(newEpoch())
    await victim.replica.addEpoch()
    expect(await victim.text()).toBe('secret')
  })
})
