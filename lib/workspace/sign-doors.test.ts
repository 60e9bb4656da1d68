import { beforeAll, expect, it } from 'vitest'
import { roomName, verifyDoorStatement } from '#lib/protocol/door'
import { createInvited, type Invited } from '#lib/testing/invited'
import { signDoors } from '#lib/workspace/sign-doors'

let invited: Invited
beforeAll(async () => {
  invited = await createInvited()
  const second = { ...invited.relayPlace, origin: 'https://second.example' }
  await invited.write(invited.alice, { type: 'relay.set', relays: [invited.relayPlace, second] })
})

it('R3 says it to every relay, each about its own room and origin', async () => {
  const { log, bob, alice, relayPlace, crypto } = invited
  const state = log.current()
  if (!state) throw new Error('No genesis')
  const statements = await signDoors(state, [{ key: bob.keys.relayKey, level: 'none' }], alice.relay)
  const room = roomName(relayPlace.rootKey, relayPlace.random)
  expect(statements).toMatchObject([
    { origin: 'https://relay.example', room, level: 'none' },
    { origin: 'https://second.example', room, level: 'none' },
  ])
  for (const statement of statements) expect(await verifyDoorStatement(statement, crypto)).toBe(true)
})
