/**
 * Every derivation and format of version 1 with fixed inputs. Whoever changes one of these bytes cuts old workspaces
 * off: that needs a new version or suite, never a new golden file.
 */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { toHex, utf8 } from '#lib/base/bytes'
import type { DeviceId, DocumentId, EntryId, EpochSecret, WorkspaceId } from '#lib/base/ids'
import { hash, tag } from '#lib/crypto/hash'
import { sealTo } from '#lib/crypto/lockbox'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { openEntry, sealEntry, signEntry, verifyEntry } from '#lib/log/seal-entry'
import { bodyChannelName, discussionChannelName, indexChannelName, logChannelName } from '#lib/protocol/channel-name'
import * as derive from '#lib/protocol/derive'
import { type EntryBody, encodeBody } from '#lib/protocol/entry-body'
import { decodeStandaloneRun, encodeRun, encodeStandaloneRun } from '#lib/protocol/entry-run'
import { channelNameTail, partTail } from '#lib/protocol/entry-tail'
import { createLaneTable } from '#lib/protocol/lane-table'
import { encodeHeader, NO_ENTRY, type OuterHeader } from '#lib/protocol/outer-header'
import { safetyNumber, workspaceWords } from '#lib/protocol/safety-number'
import { decodeEntry, encodeEntry } from '#lib/protocol/sealed-entry'
import { hexBytes } from '#lib/testing/test-vectors'

const FILE = 'lib/protocol/golden-vectors.json'

const named = <T extends Uint8Array>(name: string) => hash(utf8(name)) as Uint8Array as T
const crypto = createNodeCrypto()
const key = await crypto.signingKey(named('alice'))
const device = key.publicKey as DeviceId
const recipient = (await crypto.exchangeKey(named('bob'))).publicKey

const workspaceId = named<WorkspaceId>('workspace')
const secret = named<EpochSecret>('secret')
const document = named('document').slice(0, 16) as DocumentId
const tags = derive.tagKey(secret, workspaceId)
const channelName = bodyChannelName(document)
const channel = derive.channelTag(tags, channelName)
const keys = derive.channelKeys(secret, workspaceId, channel)
const random = { bytes: (size: number) => new Uint8Array(size).fill(7) }

const header: OuterHeader = {
  version: 1,
  suite: 1,
  lane: 'content',
  epoch: derive.epochTag(workspaceId, secret),
  channel,
  chain: derive.chainTag(tags, device, 1, channel),
  seq: 1,
  prev: NO_ENTRY,
}
const body: EntryBody = {
  kind: 1,
  membershipHeads: [named<EntryId>('head b'), named<EntryId>('head a')],
  dependencies: [
    { chain: derive.chainTag(tags, device, 0, channel), seq: 300, idPrefix: named('entry').slice(0, 16) },
    { chain: derive.chainTag(tags, named('carol'), 0, channel), seq: 1, idPrefix: named('other').slice(0, 16) },
  ],
  seconds: 86_400,
  payload: utf8('a berry, passed beak to beak'),
  tail: [partTail({ index: 1, count: 2 }), channelNameTail(channelName)],
}
const short: EntryBody = { kind: 1, dependencies: [], seconds: -1, payload: utf8('b'), tail: [] }

const first = await signEntry(sealEntry(header, body, keys, random), key)
const second = await signEntry(sealEntry({ ...header, seq: 2, prev: first.id }, short, keys, random), key)
const nextEpoch = { epoch: derive.epochTag(workspaceId, named('next secret')), seq: 3, prev: second.id }
const third = await signEntry(sealEntry({ ...header, ...nextEpoch }, short, keys, random), key)
const { name: meshName, password: meshPassword } = derive.meshRoom(secret, workspaceId)
const lanes = createLaneTable()

const computed: Record<string, Uint8Array | string | number> = {
  'tag entry': tag('entry'),
  'tag key': tags,
  'channel name log': logChannelName,
  'channel name index': indexChannelName,
  'channel name body': channelName,
  'channel name discussion': discussionChannelName(document),
  'channel tag': channel,
  'chain tag, life 1': header.chain,
  'epoch commitment': derive.epochCommitment(workspaceId, secret),
  'epoch tag': header.epoch,
  'first epoch binding': derive.firstEpochBinding(named('random'), secret),
  'channel key seal': keys.seal,
  'channel key hedge': keys.hedge,
  'slot 0 client': derive.slotClients(device, workspaceId, channel, 1)[0] ?? 0,
  'slot 15 client': derive.slotClients(device, named<EntryId>('admit'), channel, 0)[15] ?? 0,
  'mesh room name': meshName,
  'mesh room password': meshPassword,
  'presence key': derive.presenceKey(secret, workspaceId),
  'receipt key': derive.receiptKey(secret, workspaceId),
  'safety number': safetyNumber(workspaceId, named('alice'), named('bob')).join(' '),
  'words of a workspace': workspaceWords(workspaceId, [named('alice'), named('bob'), named('carol')]).join(' '),
  lockbox: sealTo(recipient, secret, named('seed')),
  header: first.headerBytes,
  'header, seq 300': encodeHeader({ ...header, lane: 'log', seq: 300, prev: named('entry') }),
  body: encodeBody(body),
  'body, short': encodeBody(short),
  'entry id': first.id,
  'entry salt': first.salt,
  entry: encodeEntry(first),
  'entry, second': encodeEntry(second),
  'run, standalone': encodeStandaloneRun([first, second]),
  'run, two epochs': encodeStandaloneRun([second, third]),
  'run, named': encodeRun([first], { lanes, receiverHoldsPrevious: false }),
  'run, shortest': encodeRun([second], { lanes, receiverHoldsPrevious: true }),
}

it('E1 makes the golden bytes', async () => {
  const lines = Object.entries(computed).map(([name, value]) => [
    name,
    value instanceof Uint8Array ? toHex(value) : value,
  ])
  await expect(`${JSON.stringify(Object.fromEntries(lines), null, 2)}\n`).toMatchFileSnapshot('golden-vectors.json')
})

it('E1 opens the golden bytes', async () => {
  const golden: Record<string, string> = JSON.parse(readFileSync(FILE, 'utf8'))
  const entry = decodeEntry(hexBytes(golden.entry ?? ''))
  const run = decodeStandaloneRun(hexBytes(golden['run, standalone'] ?? ''))
  expect(entry).toEqual({ ok: true, value: first })
  expect(run.ok && run.value.map(({ id }) => id)).toEqual([first.id, second.id])
  expect(await verifyEntry(crypto, device, first)).toBe(true)
  const opened = openEntry(first, keys)
  expect(opened.ok && encodeBody(opened.value)).toEqual(hexBytes(golden.body ?? ''))
})
