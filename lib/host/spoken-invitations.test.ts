import { expect, it } from 'vitest'
import { toHex, utf8 } from '#lib/base/bytes'
import { kdf } from '#lib/crypto/kdf'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { openSpokenInvitations } from '#lib/host/spoken-invitations'
import { createInvited, EXPIRES_AT_SECONDS } from '#lib/testing/invited'
import { storeOf } from '#lib/testing/lone-replica'
import { createSeededRandom } from '#lib/testing/seeded-random'
import type { Invite } from '#lib/workspace/membership-state'

const crypto = createNodeCrypto()
const random = createSeededRandom(21)
const stretch = async (secret: Uint8Array, salt: Uint8Array) => kdf(secret, salt, utf8('stretched in a test'))

/** One device's words over a disk: what it opens at the relay, life by life of its tab. */
async function bench() {
  const { log } = await createInvited()
  const invites = log.current()?.invites ?? new Map<string, Invite>()
  const [invite] = invites.values()
  if (!invite) throw new Error('no invite')
  const store = await storeOf()
  const opened: { key: string; expiresAtSeconds: number }[] = []
  const mailboxes = {
    open: (mailbox: { key: Uint8Array; expiresAtSeconds: number; card: Uint8Array }) =>
      void opened.push({ key: toHex(mailbox.key), expiresAtSeconds: mailbox.expiresAtSeconds }),
    listen: () => () => {},
    answer() {},
  }
  const start = (nowSeconds = EXPIRES_AT_SECONDS - 100) =>
    openSpokenInvitations({ store, mailboxes, crypto, random, stretch, nowSeconds: () => nowSeconds })
  return { invite, invites, store, opened, start }
}

it('I7 opens the mailbox of words that were said offline again at the next start, and keeps no word', async () => {
  const { invite, invites, store, opened, start } = await bench()
  const words = await (await start()).speak(invite, '1.a.b.c')
  const [first] = opened
  const later = await start()
  later.attend(invites)
  later.attend(invites)
  expect(opened).toEqual([first, first])
  const record = await store.record('spoken-invitations')
  const kept = new TextDecoder().decode(record.ok ? record.value : undefined)
  for (const word of words) expect(kept).not.toContain(word)
})

it('I4 I7 ends the mailbox of words whose link was taken back, and of those alone', async () => {
  const { invite, invites, opened, start } = await bench()
  const spoken = await start()
  await spoken.speak(invite, '1.a.b.c')
  spoken.attend(invites)
  expect(opened).toHaveLength(1)
  spoken.attend(new Map([...invites].map(([id, one]) => [id, { ...one, state: 'revoked' as const }])))
  expect(opened.map(({ expiresAtSeconds }) => expiresAtSeconds)).toEqual([EXPIRES_AT_SECONDS, 0])
})

it('I5 opens none whose link has ended', async () => {
  const { invite, invites, opened, start } = await bench()
  await (await start()).speak(invite, '1.a.b.c')
  const later = await start(EXPIRES_AT_SECONDS)
  later.attend(invites)
  expect(opened).toHaveLength(1)
})
