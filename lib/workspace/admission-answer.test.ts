import { beforeAll, expect, it } from 'vitest'
import type { EpochSecret } from '#lib/base/ids'
import { flips } from '#lib/testing/hostile-bytes'
import { createInvited, type Invited } from '#lib/testing/invited'
import { type AdmissionAnswer, openAnswer, sealAnswer } from '#lib/workspace/admission-answer'
import { MAX_MESSAGE_BYTES, sealMessage } from '#lib/workspace/mailbox-message'

let invited: Invited
let answer: AdmissionAnswer
beforeAll(async () => {
  invited = await createInvited()
  const { genesis, firstSecret, relayPlace, invite } = invited
  answer = { admit: invite, genesis, epochSecrets: [firstSecret], relays: [relayPlace] }
})

function seal(given: AdmissionAnswer): Uint8Array {
  const message = sealAnswer(given, invited.bob.keys, invited.random)
  return message.type === 'answer' ? message.box : new Uint8Array(0)
}
const open = (box: Uint8Array, by = invited.bob) => openAnswer(invited.crypto, box, by.exchange, invited.workspaceId)

it('I2 gives the newcomer what it takes to read and write', async () => {
  expect(await open(seal(answer))).toEqual({ ok: true, value: answer })
})

it('I2 gives it to nobody else', async () => {
  expect(await open(seal(answer), invited.alice)).toEqual({ ok: false, error: { type: 'damaged-answer' } })
})

it('attack 50 I2 refuses a workspace that the link does not name', async () => {
  const other = await createInvited(2)
  const fake = { ...answer, genesis: other.genesis, epochSecrets: [other.firstSecret] }
  expect(await open(seal(fake))).toEqual({ ok: false, error: { type: 'wrong-workspace' } })
})

it('attack 50 I2 refuses the right genesis with another first secret', async () => {
  const fake = { ...answer, epochSecrets: [new Uint8Array(32) as EpochSecret, ...answer.epochSecrets] }
  expect(await open(seal(fake))).toEqual({ ok: false, error: { type: 'wrong-workspace' } })
  expect(await open(seal({ ...answer, epochSecrets: [] }))).toMatchObject({ ok: false })
})

it('attack 1 I2 refuses an answer with any bit changed', async () => {
  for (const changed of flips(seal(answer))) expect((await open(changed)).ok).toBe(false)
})

it('I1 fits into a mailbox with a hundred epochs and eight relays', () => {
  const epochSecrets = Array.from({ length: 100 }, () => invited.firstSecret)
  const relays = Array.from({ length: 8 }, (_, i) => ({ ...invited.relayPlace, origin: `https://relay${i}.example` }))
  const message = sealAnswer({ ...answer, epochSecrets, relays }, invited.bob.keys, invited.random)
  const sealed = sealMessage(message, invited.linkKeys.mailboxSecret, invited.random)
  expect(sealed.length).toBeLessThanOrEqual(MAX_MESSAGE_BYTES)
})
