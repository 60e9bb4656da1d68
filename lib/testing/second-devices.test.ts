import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import * as second from '#lib/testing/second-reader'

const { H, KDF, box, concat, hex, int, list, optional, sized, tag, text, u8, utf8 } = second
type Bytes = second.Bytes

const named = (name: string): Bytes => H(utf8(name))
const dice = (size: number): Bytes => new Uint8Array(size).fill(7)
const NOTHING = utf8('')

/** A genesis of alice's without a kit, as §4 has it. */
function genesisOf(): Bytes {
  const root = second.signingKey(named('alice root'))
  const device = second.signingKey(named('alice laptop')).publicKey
  const relay = second.signingKey(named('alice relay')).publicKey
  const firstEpoch = H(tag('epoch-0'), dice(32), named('secret 0'))
  const keys = concat(device, second.exchangeKey(named('alice exchange')), relay)
  const facts = concat(root.publicKey, keys, optional(undefined), dice(32), firstEpoch, int(1_800_000_000))
  return concat(facts, root.sign(tag('genesis'), facts, new Uint8Array(64)))
}

it('V1 V2 V6 makes every golden byte of linking and recovery from the inputs, with a second reader', () => {
  const golden: Record<string, string> = JSON.parse(readFileSync('lib/workspace/fixtures/device-vectors.json', 'utf8'))
  const genesis = genesisOf()
  const workspaceId = H(tag('workspace'), genesis)
  const s = named('pairing').slice(0, 16)
  const nonce = named('nonce').slice(0, 16)
  const messageKey = KDF(s, NOTHING, utf8('pairing messages'))
  const message = (number: number, plain: Bytes) =>
    concat(dice(24), box(concat(u8(number), plain), messageKey, dice(24)))
  const helloKey = second.exchangeKey(named('hello'))
  const offer = message(1, H(tag('pairing-nonce'), nonce))
  const hello = message(2, concat(helloKey, text('Firefox on Linux')))
  const digest = H(tag('pairing-code'), H(offer), H(hello), nonce)
  const code = BigInt(`0x${hex(digest.slice(0, 6))}`) % 1_000_000n
  const root = second.signingKey(named('alice root')).publicKey
  const laptop = second.signingKey(named('alice laptop')).publicKey
  const workspaces = list([concat(workspaceId, root, laptop, text('Harbour Desk'))])
  const grant = second.lockbox(helloKey, concat(named('granted'), text('Alice'), workspaces), dice(32))
  const K = named('kit')
  const kitKey = second.exchangeKey(KDF(K, NOTHING, utf8('kit exchange')))
  const slot = (i: number) => second.signingKey(KDF(K, NOTHING, concat(utf8('kit mailbox'), u8(i)))).publicKey
  const relay = second.signingKey(named('alice relay')).publicKey
  const item = concat(
    workspaceId,
    sized(genesis),
    list([named('secret 0'), named('secret 1')]),
    named('alice root'),
    named('paper exchange'),
    named('paper relay'),
    list([concat(text('https://relay.example'), relay, named('room'))]),
  )
  const l = KDF(named('granted'), NOTHING, utf8('pairing link'))
  const told = (number: number, plain: Bytes) =>
    concat(dice(24), box(concat(u8(number), plain), KDF(l, NOTHING, utf8('link messages')), dice(24)))
  expect({
    genesis: hex(genesis),
    'pairing mailbox key': hex(second.signingKey(KDF(s, NOTHING, utf8('pairing mailbox'))).publicKey),
    'pairing message key': hex(messageKey),
    'granted key': hex(KDF(named('granted'), NOTHING, utf8('pairing grant'))),
    'link secret': hex(l),
    'link mailbox key': hex(second.signingKey(KDF(l, workspaceId, utf8('link mailbox'))).publicKey),
    'link place': hex(told(1, concat(u8(1), workspaceId, root, laptop, text('Diary'), s))),
    'link kit': hex(told(2, concat(u8(0), kitKey, list(Array.from({ length: 32 }, (_, i) => slot(i)))))),
    offer: hex(offer),
    hello: hex(hello),
    'confirmation code': code.toString().padStart(6, '0'),
    grant: hex(grant),
    'message with a grant': hex(message(4, sized(grant))),
    'kit exchange key': hex(kitKey),
    'kit mailbox key 0': hex(slot(0)),
    'kit mailbox key 31': hex(slot(31)),
    'kit item': hex(concat(u8(1), second.lockbox(kitKey, item, dice(32)))),
  }).toEqual(golden)
})
