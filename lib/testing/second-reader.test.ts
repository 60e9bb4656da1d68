import { readFileSync } from 'node:fs'
import { inflateRawSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { wordAt } from '#lib/crypto/word-list'
import * as second from '#lib/testing/second-reader'

const {
  H,
  HMAC,
  KDF,
  base64url,
  box,
  concat,
  hex,
  int,
  list,
  optional,
  sint,
  sized,
  sorted,
  tag,
  text,
  u8,
  u32,
  utf8,
} = second
type Bytes = second.Bytes
type Vectors = Record<string, Bytes | string | number>

/** Every input is named: the bytes of a name are its hash. */
const named = (name: string): Bytes => H(utf8(name))
const half = (bytes: Bytes): Bytes => bytes.slice(0, 16)
const dice = (size: number): Bytes => new Uint8Array(size).fill(7)
const read = (file: string): Record<string, string | number> => JSON.parse(readFileSync(file, 'utf8'))
const inHex = (vectors: Vectors) =>
  Object.fromEntries(
    Object.entries(vectors).map(([name, value]) => [name, value instanceof Uint8Array ? hex(value) : value]),
  )

const roots = (...names: readonly string[]): Bytes => concat(...names.map(named).sort(Buffer.compare))

/** V5 of Alice and Bob. */
function safetyNumber(workspaceId: Bytes): string {
  const bytes = Buffer.from(KDF(roots('alice', 'bob'), workspaceId, utf8('safety number'), 60))
  return Array.from({ length: 12 }, (_, i) => `0000${bytes.readUIntBE(5 * i, 5) % 100_000}`.slice(-5)).join(' ')
}

/** V5 of a workspace of three; the list of words is data that both readers share. */
function workspaceWords(workspaceId: Bytes): string {
  const bytes = second.slow(roots('alice', 'bob', 'carol'), concat(utf8('workspace words'), workspaceId), 8192, 11)
  const bits = BigInt(`0x${hex(bytes)}`)
  return Array.from({ length: 8 }, (_, i) => wordAt(Number((bits >> BigInt(11 * (7 - i))) & 2047n))).join(' ')
}

/** §1 and §3 for one workspace, device and page. */
function entryVectors(): Vectors {
  const alice = second.signingKey(named('alice'))
  const [workspaceId, secret, document] = [named('workspace'), named('secret'), half(named('document'))]
  const T = KDF(secret, workspaceId, utf8('tags'))
  const name = concat(document, utf8('body'))
  const channel = half(HMAC(T, utf8('channel'), name))
  const chainOf = (device: Bytes, life: number) => half(HMAC(T, utf8('chain'), device, u32(life), channel))
  const commitment = (E: Bytes) => H(tag('epoch'), workspaceId, E)
  const key = second.channelKey(secret, workspaceId, channel)
  const slot = (admitting: Bytes, life: number, s: number) => {
    const digest = H(tag('slot'), alice.publicKey, admitting, channel, u32(life), u8(s))
    return Number(BigInt(`0x${hex(digest.slice(0, 7))}`) % 2n ** 53n)
  }
  const header: second.Header = {
    lane: 1,
    epoch: half(commitment(secret)),
    channel,
    chain: chainOf(alice.publicKey, 1),
    seq: 1,
    prev: new Uint8Array(32),
  }
  const body = second.padded(
    concat(
      int(1),
      u8(1),
      sorted([named('head a'), named('head b')]),
      sorted([
        concat(chainOf(alice.publicKey, 0), int(300), half(named('entry'))),
        concat(chainOf(named('carol'), 0), int(1), half(named('other'))),
      ]),
      sint(86_400),
      text('a berry, passed beak to beak'),
      list([concat(int(1), sized(concat(int(1), int(2)))), concat(int(3), sized(name))]),
    ),
  )
  const short = second.padded(concat(int(1), u8(0), list([]), sint(-1), text('b'), list([])))
  const first = second.entry(header, body, key, dice(16), alice)
  const next = second.entry({ ...header, seq: 2, prev: first.id }, short, key, dice(16), alice)
  const later = { ...header, epoch: half(commitment(named('next secret'))), seq: 3, prev: next.id }
  const third = second.entry(later, short, key, dice(16), alice)
  const standalone = concat(u8(1), second.laneName(header), int(1), second.boxesOf([first, next]), next.signature)
  const further = list([concat(int(0), second.laneName(later), second.boxesOf([third]))])
  return {
    'tag entry': tag('entry'),
    'tag key': T,
    'channel name log': utf8('log'),
    'channel name index': utf8('index'),
    'channel name body': name,
    'channel name discussion': concat(document, utf8('discussion')),
    'channel tag': channel,
    'chain tag, life 1': header.chain,
    'epoch commitment': commitment(secret),
    'epoch tag': header.epoch,
    'first epoch binding': H(tag('epoch-0'), named('random'), secret),
    'channel key seal': key.seal,
    'channel key hedge': key.hedge,
    'slot 0 client': slot(workspaceId, 1, 0),
    'slot 15 client': slot(named('admit'), 0, 15),
    'mesh room name': base64url(KDF(secret, workspaceId, utf8('mesh room'))),
    'mesh room password': base64url(KDF(secret, workspaceId, utf8('mesh password'))),
    'presence key': KDF(secret, workspaceId, utf8('presence')),
    'receipt key': KDF(secret, workspaceId, utf8('receipt')),
    'safety number': safetyNumber(workspaceId),
    'words of a workspace': workspaceWords(workspaceId),
    lockbox: second.lockbox(second.exchangeKey(named('bob')), secret, named('seed')),
    header: first.OH,
    'header, seq 300': second.outerHeader({ ...header, lane: 0, seq: 300, prev: named('entry') }),
    body,
    'body, short': short,
    'entry id': first.id,
    'entry salt': first.salt,
    entry: second.alone(first),
    'entry, second': second.alone(next),
    'run, standalone': standalone,
    'run, two epochs': concat(
      u8(7),
      second.laneName(header),
      int(2),
      first.id,
      second.boxesOf([next]),
      further,
      third.signature,
    ),
    'run, named': concat(u8(1), second.laneName(header), int(1), second.boxesOf([first]), first.signature),
    'run, shortest': concat(u8(0), int(0), int(2), second.boxesOf([next]), next.signature),
  }
}

const ORIGIN = 'https://relay.example'
const SECONDS = 1_800_000_000
const keysOf = (name: string) => {
  const [device, relay] = [second.signingKey(named(`${name} laptop`)), second.signingKey(named(`${name} relay`))]
  const exchange = second.exchangeKey(named(`${name} exchange`))
  const root = second.signingKey(named(`${name} root`))
  return { root, device, relay, exchange, bytes: concat(device.publicKey, exchange, relay.publicKey) }
}
const [alice, carol] = [keysOf('alice'), keysOf('carol')]
const paperExchange = second.exchangeKey(named('paper exchange'))
const paper = optional(concat(paperExchange, second.signingKey(named('paper relay')).publicKey))
const NONE = new Uint8Array(64)
const genesisWith = (signature: Bytes) =>
  concat(
    ...[alice.root.publicKey, alice.bytes, paper, dice(32)],
    ...[H(tag('epoch-0'), dice(32), named('secret 0')), int(SECONDS), signature],
  )
const genesis = genesisWith(alice.root.sign(tag('genesis'), genesisWith(NONE)))
const workspaceId = H(tag('workspace'), genesis)

/** §4, §6, §8 and §10 for a workspace of two. */
function peopleVectors(): Vectors {
  const linkSecret = dice(16)
  const proof = second.signingKey(KDF(linkSecret, workspaceId, utf8('invite proof')))
  const mailbox = second.signingKey(KDF(linkSecret, workspaceId, utf8('mailbox key')))
  const mailboxSecret = KDF(linkSecret, workspaceId, utf8('mailbox secret'))
  const terms = concat(u8(2), int(1), int(SECONDS + 604_800), u8(1))
  const joinWith = (...signatures: Bytes[]) =>
    concat(named('invite'), proof.publicKey, carol.root.publicKey, carol.bytes, paper, text('Carol Ø'), ...signatures)
  const joinMessage = [tag('join'), workspaceId, joinWith(NONE, NONE, NONE)]
  const join = joinWith(...[proof, carol.device, carol.root].map((key) => key.sign(...joinMessage)))
  const message = (plain: Bytes) =>
    concat(dice(24), box(plain, KDF(mailboxSecret, utf8(''), utf8('mailbox message')), dice(24)))
  const relay = concat(text(ORIGIN), alice.relay.publicKey, named('room'))
  const room = H(alice.relay.publicKey, named('room'))
  const statement = concat(room, text(ORIGIN), carol.relay.publicKey, u8(1), int(300), alice.relay.publicKey)
  const door = concat(statement, alice.relay.sign(tag('door'), statement))
  const answer = concat(named('admit'), sized(genesis), list([named('secret 0'), named('secret 1')]), list([relay]))
  const fragment = `1.${[workspaceId, named('invite'), linkSecret].map(base64url).join('.')}@${ORIGIN}`
  const words = named('stretched words')
  const commitment = (secret: Bytes) => H(tag('epoch'), workspaceId, secret)
  const [E0, E1, E2] = [named('secret 0'), named('secret 1'), named('secret 2')]
  const recipients = [alice.exchange, paperExchange]
  const { P, boxes } = second.lockboxes(recipients, E1, KDF(E1, workspaceId, utf8('boxes')))
  const oldEpoch = half(commitment(E0))
  const wrapped = box(E0, KDF(E1, workspaceId, concat(utf8('wrap'), oldEpoch)))
  const inOrder = [E1, E2].sort((a, b) => Buffer.compare(commitment(a), commitment(b)))
  const nonces = [named('nonce 0'), named('nonce 1'), named('fingerprint 0'), named('fingerprint 1')]
  const meshFacts = concat(alice.device.publicKey, carol.device.publicKey, ...nonces)
  const note = (kind: string, body: Bytes, key: Bytes) =>
    concat(dice(24), box(concat(body, alice.device.sign(tag(kind), body)), key, dice(24)))
  const shown = concat(int(300), int(5), u8(7), half(named('channel')), text('here'))
  const head = concat(half(named('chain')), int(300), named('entry').slice(0, 8))
  const judged = concat(int(300), int(SECONDS * 1000), half(named('digest')), u8(1), list([head]))
  const kit = (use: Bytes) => KDF(named('kit'), utf8(''), use)
  const kitExchange = second.exchangeKey(kit(utf8('kit exchange')))
  const seeds = ['alice root', 'paper exchange', 'paper relay'].map(named)
  const item = concat(workspaceId, sized(genesis), list([E0, E1]), ...seeds, list([relay]))
  const pairing = (use: string, secret = dice(16)) => KDF(secret, utf8(''), utf8(use))
  const digits = H(tag('pairing-code'), H(utf8('offer')), H(utf8('hello')), half(named('nonce'))).slice(0, 6)
  return {
    'kit exchange key': kitExchange,
    'kit mailbox key, slot 31': second.signingKey(kit(concat(utf8('kit mailbox'), u8(31)))).publicKey,
    'kit item': concat(u8(1), second.lockbox(kitExchange, item, dice(32))),
    'pairing mailbox key': second.signingKey(pairing('pairing mailbox')).publicKey,
    'pairing message key': pairing('pairing messages'),
    'pairing grant key': pairing('pairing grant', named('grant')),
    'pairing commitment': H(tag('pairing-nonce'), half(named('nonce'))),
    'pairing code': String(BigInt(`0x${hex(digits)}`) % 1_000_000n).padStart(6, '0'),
    genesis,
    'workspace id': workspaceId,
    'proof key': proof.publicKey,
    'mailbox key': mailbox.publicKey,
    'mailbox name': H(mailbox.publicKey),
    'mailbox secret': mailboxSecret,
    'invite.create': concat(terms, proof.publicKey, mailbox.publicKey, mailboxSecret),
    link: fragment,
    join,
    'message with a card': message(
      concat(u8(1), text('Alice'), text('Newsroom'), u8(2), int(SECONDS + 604_800), u8(1), u8(1)),
    ),
    'message with a join': message(concat(u8(2), join)),
    'message with an answer': message(
      concat(u8(3), carol.device.publicKey, sized(second.lockbox(carol.exchange, answer, dice(32)))),
    ),
    'message with a refusal': message(concat(u8(4), carol.device.publicKey, u8(3))),
    'words mailbox key': second.signingKey(KDF(words, utf8(''), utf8('words mailbox'))).publicKey,
    'link behind words': concat(dice(24), box(utf8(fragment), KDF(words, utf8(''), utf8('words link')), dice(24))),
    admit: concat(join, list([door]), list([])),
    'device.add': concat(
      alice.root.publicKey,
      carol.bytes,
      carol.device.sign(tag('device'), workspaceId, alice.root.publicKey, carol.bytes),
      list([door]),
      list([]),
    ),
    'room name': room,
    'door statement': door,
    'room proof': alice.relay.sign(tag('room-proof'), named('nonce'), room, utf8(ORIGIN)),
    'mailbox proof': carol.relay.sign(tag('mailbox-proof'), named('nonce'), named('mailbox'), utf8(ORIGIN)),
    'epoch.rotate': concat(
      commitment(E1),
      P,
      sorted(recipients.map((R, i) => concat(R, boxes[i] ?? NONE))),
      list([concat(oldEpoch, wrapped)]),
    ),
    'joined commitment': H(
      tag('join'),
      workspaceId,
      ...[commitment(E1), named('other commitment')].sort(Buffer.compare),
    ),
    'joined secret': KDF(concat(...inOrder), workspaceId, utf8('join')),
    'mesh proof, offerer': alice.device.sign(tag('mesh'), workspaceId, u8(1), meshFacts),
    'mesh proof, answerer': carol.device.sign(tag('mesh'), workspaceId, u8(2), meshFacts),
    presence: note('presence', concat(alice.device.publicKey, shown), named('presence key')),
    receipt: note('receipt', concat(alice.device.publicKey, judged), named('receipt key')),
    'blob hash': H(tag('blob'), utf8('a blob')),
  }
}

describe('a second reader', () => {
  it('shares nothing with the first', () => {
    const imported = [...readFileSync('lib/testing/second-reader.ts', 'utf8').matchAll(/from '([^']+)'/g)]
    expect(imported.map(([, name]) => name)).toEqual(['node:crypto', 'tweetnacl'])
  })

  it('C1 E1 V5 makes every golden byte of keys, tags, entries and runs from the inputs', () => {
    expect(inHex(entryVectors())).toEqual(read('lib/protocol/golden-vectors.json'))
  })

  it('M1 I1 I2 K1 R3 V1 V2 makes every golden byte of people, links, boxes, doors, proofs and recovery from the inputs', () => {
    const { segment: _, 'segment id': __, ...golden } = read('lib/workspace/fixtures/vectors.json')
    expect(inHex(peopleVectors())).toEqual(golden)
  })

  it('I2 opens an answer, and finds the workspace that the link names', () => {
    const golden = read('lib/workspace/fixtures/vectors.json')
    const message = Buffer.from(String(golden['message with an answer']), 'hex')
    const key = KDF(Buffer.from(String(golden['mailbox secret']), 'hex'), utf8(''), utf8('mailbox message'))
    const plain = second.openBox(new Uint8Array(message.subarray(24)), key, dice(24)) ?? NONE
    const answer = second.openLockbox(named('carol exchange'), plain.slice(33 + int(plain.length - 35).length)) ?? NONE
    const size = genesis.length
    expect(hex(H(tag('workspace'), answer.slice(32 + int(size).length, 32 + int(size).length + size)))).toBe(
      golden['workspace id'],
    )
  })

  it('S0 opens a segment, which its author signed', () => {
    const golden = read('lib/workspace/fixtures/vectors.json')
    const bytes = new Uint8Array(Buffer.from(String(golden.segment), 'hex'))
    const channel = half(named('channel'))
    const epoch = half(H(tag('epoch'), workspaceId, named('secret 1')))
    const prev = new Uint8Array(32)
    const OH = second.outerHeader({ lane: 1, epoch, channel, chain: half(named('chain')), seq: 2, prev })
    const header = concat(sized(OH), int(9))
    const start = sized(header).length
    const salt = bytes.slice(start, start + 8)
    const sealed = bytes.slice(start + 8 + 1, bytes.length - 64)
    expect(hex(bytes.slice(0, start))).toBe(hex(sized(header)))
    const id = H(tag('segment'), u32(header.length), header, salt, sealed)
    expect(hex(id)).toBe(golden['segment id'])
    expect(second.isSigned(alice.device.publicKey, bytes.slice(-64), tag('segment'), id)).toBe(true)
    const key = KDF(second.channelKey(named('secret 1'), workspaceId, channel).seal, salt, H(tag('segment'), header))
    const plain = second.openBox(sealed, key) ?? NONE
    const said = concat(int(9), named('last'), list([named('head')]), list([]), sint(60))
    expect(hex(plain.slice(0, said.length))).toBe(hex(said))
    const deflated = plain.slice(said.length + 1, said.length + 1 + (plain[said.length] ?? 0))
    expect(hex(inflateRawSync(deflated))).toBe('0000')
  })
})
