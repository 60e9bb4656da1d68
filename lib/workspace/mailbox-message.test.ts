import { beforeAll, expect, it } from 'vitest'
import { flips, mutate } from '#lib/testing/hostile-bytes'
import { createInvited, type Invited } from '#lib/testing/invited'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { MAX_MESSAGE_BYTES, type MailboxMessage, openMessage, sealMessage } from '#lib/workspace/mailbox-message'

let invited: Invited
let messages: readonly MailboxMessage[]
beforeAll(async () => {
  invited = await createInvited()
  const who = { inviter: 'Alice', workspace: 'Newsroom', role: 'editor', expiresAtSeconds: 1_900_000_000 } as const
  const card = { ...who, needsApproval: true, needsPin: false }
  messages = [
    { type: 'card', card },
    { type: 'join', join: invited.join },
    { type: 'answer', device: invited.bob.keys.device, box: new Uint8Array(8000).fill(7) },
    { type: 'refusal', device: invited.bob.keys.device, reason: 'used-up' },
    { type: 'refusal', device: invited.bob.keys.device, reason: 'not-now' },
  ]
})

it('I1 opens what was sealed, within what a mailbox takes', () => {
  const { operation, random } = invited
  for (const message of messages) {
    const sealed = sealMessage(message, operation.mailboxSecret as never, random)
    expect(sealed.length).toBeLessThanOrEqual(MAX_MESSAGE_BYTES)
    expect(openMessage(sealed, operation.mailboxSecret as never)).toEqual({ ok: true, value: message })
  }
})

it('I1 opens nothing with another secret', () => {
  const { operation, random } = invited
  for (const message of messages) {
    const sealed = sealMessage(message, operation.mailboxSecret as never, random)
    expect(openMessage(sealed, new Uint8Array(32) as never)).toEqual({ ok: false, error: { type: 'damaged-message' } })
  }
})

it('attack 1 I1 refuses a message with any bit changed', () => {
  const [card] = messages
  if (!card) throw new Error('No card')
  const sealed = sealMessage(card, invited.operation.mailboxSecret as never, invited.random)
  for (const changed of flips(sealed))
    expect(openMessage(changed, invited.operation.mailboxSecret as never).ok).toBe(false)
})

it('attack 24 I1 survives any bytes', () => {
  const random = createSeededRandom(5)
  for (let i = 0; i < 300; i++) {
    expect(openMessage(mutate(new Uint8Array(100), random), invited.operation.mailboxSecret as never).ok).toBe(false)
  }
})
