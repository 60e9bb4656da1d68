/**
 * What follows from a PIN, from words and from a note beside an invitation (I7–I10, V1, V2), from fixed inputs;
 * `second-links.histories.test.ts` makes the same from the inputs alone. Whoever changes one of these makes old words worthless.
 */
import { expect, it } from 'vitest'
import { toHex, utf8 } from '#lib/base/bytes'
import type { DeviceId, PersonId, WorkspaceId } from '#lib/base/ids'
import { argon2 } from '#lib/crypto/argon2'
import { ARGON2_COST } from '#lib/crypto/argon2-cost'
import { hash } from '#lib/crypto/hash'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { wordsOfSecret } from '#lib/crypto/secret-words'
import { encodeWith } from '#lib/protocol/format'
import { linkKeys, stretchPin } from '#lib/workspace/invitation'
import type { InviteSecret } from '#lib/workspace/invite-link'
import { inviteNoteFormat, inviteNoteTail } from '#lib/workspace/invite-note'
import { wordsOfJoin } from '#lib/workspace/join-words'
import { wordsMailboxKey } from '#lib/workspace/spoken-link'
import { drawWords, secretOfWords } from '#lib/workspace/spoken-words'
import type { Stretch } from '#lib/workspace/stretch'

const crypto = createNodeCrypto()
const named = <T extends Uint8Array>(name: string) => hash(utf8(name)) as Uint8Array as T
const stretch: Stretch = (secret, salt) => argon2(secret, salt, ARGON2_COST)

it('I7 I8 I9 I10 V1 V2 makes the golden bytes and words of PINs, spoken links, notes, joins, codes and kits', async () => {
  const workspaceId = named<WorkspaceId>('workspace')
  const secret = named('link').slice(0, 16) as InviteSecret
  const pin = await stretchPin({ pin: '048291', stretch }, workspaceId, secret)
  const withPin = await linkKeys(crypto, workspaceId, secret, pin)
  const words = drawWords({ bytes: (size) => named('dice').slice(0, size) })
  const ofWords = await secretOfWords(words, stretch)
  const [note] = inviteNoteTail({ needsPin: true, label: 'For Zoë' })
  const vectors: Record<string, Uint8Array | string> = {
    'stretched PIN': pin,
    'proof key with a PIN': withPin.proofKey.publicKey,
    'mailbox key with a PIN': withPin.mailboxKey.publicKey,
    'six words': words.join(' '),
    'secret of six words': ofWords,
    'mailbox key of six words': (await wordsMailboxKey(crypto, ofWords)).publicKey,
    'note, type': String(note?.type),
    note: note?.value ?? '',
    'note without a label': encodeWith(inviteNoteFormat, { needsPin: true, label: '' }),
    'words of a join': wordsOfJoin(workspaceId, named<PersonId>('root'), named<DeviceId>('device')).join(' '),
    'words of a pairing': wordsOfSecret(named('pairing').slice(0, 16)).join(' '),
    'words of a kit': wordsOfSecret(named('kit')).join(' '),
  }
  const lines = Object.entries(vectors).map(([name, value]) => [
    name,
    value instanceof Uint8Array ? toHex(value) : value,
  ])
  const text = `${JSON.stringify(Object.fromEntries(lines), null, 2)}\n`
  await expect(text).toMatchFileSnapshot('fixtures/link-vectors.json')
})
