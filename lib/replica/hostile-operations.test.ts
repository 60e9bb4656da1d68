import { describe, expect, it } from 'vitest'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { systemRandom } from '#lib/crypto/system-random'
import { foundWorkspace } from '#lib/host/found-workspace'
import { indexChannelName, logChannelName } from '#lib/protocol/channel-name'
import { entryKind } from '#lib/protocol/entry-kind'
import { channelNameTail } from '#lib/protocol/entry-tail'
import { createHostileTeam, type Twisted } from '#lib/testing/hostile-team'
import { createKeyChain } from '#lib/testing/invited'
import { createAdmit } from '#lib/workspace/admission'
import { createInvite } from '#lib/workspace/invitation'
import { createJoin } from '#lib/workspace/join'
import { encodeOperation } from '#lib/workspace/operation-format'

const team = await createHostileTeam()
const { mallory, vera, older, founded, founder, page, firstEpoch, copyOf, createVictim, createForger, createTypist } =
  team
const newest = team.newest[0] ?? new Uint8Array(32)
const crypto = createNodeCrypto()
const clock = { now: () => 1_700_000_000_000, after: () => () => {} }
const stranger = await foundWorkspace({ crypto, random: systemRandom, clock })
const renamed = encodeOperation({ type: 'profile.set', name: 'Vera the second', paper: undefined })

const twists: readonly (readonly [what: string, life: number, payload: Uint8Array, body: Twisted, reason: string])[] = [
  ['E2 without the name of the log', 0, renamed.payload, { tail: [] }, 'channel-name'],
  ['E2 with another channel’s name', 0, renamed.payload, { tail: [channelNameTail(indexChannelName)] }, 'channel-name'],
  ['E4 without heads', 0, renamed.payload, { membershipHeads: undefined }, 'membership-heads'],
  ['E2 in a life that names none before it', 1, renamed.payload, {}, 'previous-life'],
  ['attack 24 M1 made of noise', 0, Uint8Array.of(255, 1, 2), {}, 'operation'],
  [
    'M1 that founds the workspace again',
    0,
    mallory.genesis ?? renamed.payload,
    { kind: entryKind.genesis },
    'second-genesis',
  ],
  ['M1 that founds another one', 0, stranger.genesis ?? renamed.payload, { kind: entryKind.genesis }, 'second-genesis'],
]

describe('a member who forges operations', () => {
  it.each(twists)('%s: void, and no name changes', async (_, life, payload, body, reason) => {
    const victim = await createVictim()
    const forger = createForger(life, vera.device, logChannelName)
    await victim.receive(await forger.write(payload, { kind: renamed.kind, ...body }))
    expect(victim.refused).toEqual([reason])
    expect([...(victim.replica.membership.current()?.members.values() ?? [])].map(({ name }) => name)).toEqual([
      'Mallory',
      'Vera',
    ])
  })

  it('attack 11 E4 goes back to older heads: void, and what comes after counts', async () => {
    const victim = await createVictim()
    const forger = createForger(0, vera.device, logChannelName)
    const named = (name: string) => encodeOperation({ type: 'profile.set', name, paper: undefined }).payload
    await victim.receive(
      await forger.write(named('V'), { kind: renamed.kind }),
      await forger.write(named('X'), { kind: renamed.kind, membershipHeads: older }),
      await forger.write(named('W'), { kind: renamed.kind }),
    )
    expect(victim.refused).toEqual(['membership-heads'])
    expect([...(victim.replica.membership.current()?.members.values() ?? [])].map(({ name }) => name)).toContain('W')
  })

  it('attack 46 attack 47 I2 admits by a captured record under another name: nobody is in, until the true one comes', async () => {
    const victim = await createVictim()
    const eve = await createKeyChain(crypto, systemRandom)
    const terms = { role: 'editor', maxUses: 1, expiresAtSeconds: 1_900_000_000, needsApproval: false } as const
    const { workspaceId } = mallory
    const { operation, keys: link } = await createInvite(crypto, { workspaceId, ...terms }, systemRandom)
    const [oldLog, forger] = [0, 1].map((life) => createForger(life, mallory.device, logChannelName))
    if (!oldLog || !forger) throw new Error('no forger')
    const dependencies = [{ chain: oldLog.chain, seq: 4, idPrefix: newest.slice(0, 16) }]
    const announced = encodeOperation(operation)
    const invite = await forger.write(announced.payload, { kind: announced.kind, dependencies })
    const { exchangeKey, relayKey } = eve.keys
    const join = await createJoin(
      { workspaceId, invite: invite.id, name: 'Eve', exchangeKey, relayKey, paper: undefined },
      { root: eve.root, device: eve.device, proofKey: link.proofKey },
    )
    const admit = async (record: typeof join) => {
      const admitted = encodeOperation(await createAdmit(founded, record, mallory.relay, [firstEpoch.secret]))
      return forger.write(admitted.payload, { kind: admitted.kind })
    }
    const names = () => [...(victim.replica.membership.current()?.members.values() ?? [])].map(({ name }) => name)
    await victim.receive(invite, await admit({ ...join, name: 'Alice' }))
    expect(names()).toEqual(['Mallory', 'Vera'])
    await victim.receive(await admit(join))
    expect(names()).toEqual(['Mallory', 'Vera', 'Eve'])
  })
})

it('M5 writes nothing more once the owner used a kind that stops this version, and shows what there is', async () => {
  const { replica } = await copyOf(mallory.device)
  for (const run of founder.stored) await replica.receive(run)
  const typist = createTypist(0)
  const type = (word: string) => replica.append({ channel: page, kind: entryKind.update, payload: typist.type(word) })
  const open = async () => {
    const opened = await replica.open(page)
    return opened.ok && { opaque: opened.value.opaque, isEmpty: opened.value.state.length <= 13 }
  }
  expect(await type('a')).toMatchObject({ ok: true })
  expect(await open()).toEqual({ opaque: false, isEmpty: false })
  const log = createForger(0, mallory.device, logChannelName)
  log.rewind(founder.stored.flat().at(-1))
  await replica.receive([await log.write(new Uint8Array(1), { kind: 200 })])
  expect(await type('b')).toEqual({ ok: false, error: { type: 'not-allowed' } })
  expect(await open()).toEqual({ opaque: true, isEmpty: false })
})
