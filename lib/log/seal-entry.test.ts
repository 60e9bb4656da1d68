import { describe, expect, it } from 'vitest'
import { concat, u32, utf8 } from '#lib/base/bytes'
import type { EpochSecret, Signature } from '#lib/base/ids'
import { hash, tag } from '#lib/crypto/hash'
import { kdf } from '#lib/crypto/kdf'
import { boxSeal } from '#lib/crypto/secretbox'
import { openEntry, type SignedEntry, sealEntry, signEntry, verifyEntry } from '#lib/log/seal-entry'
import { bodyChannelName, indexChannelName, logChannelName } from '#lib/protocol/channel-name'
import { channelKeys, channelTag, epochTag } from '#lib/protocol/derive'
import { entryKind } from '#lib/protocol/entry-kind'
import { encodeHeader, type OuterHeader } from '#lib/protocol/outer-header'
import { decodeEntry, encodeEntry, entryId, type SealedEntry } from '#lib/protocol/sealed-entry'
import { cryptoBackends } from '#lib/testing/crypto-backends'
import { flips, mutate } from '#lib/testing/hostile-bytes'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { createTestChain, emptyBody, testSecret, testTags, testWorkspaceId } from '#lib/testing/test-chain'

const [, crypto] = cryptoBackends()[0] ?? []
if (!crypto) throw new Error('No backend')
const random = createSeededRandom(5)
const alice = await createTestChain('alice')
const mallory = await createTestChain('mallory')
const body = { ...emptyBody, payload: utf8('a berry') }
const entry = await alice.write(body)

const wrongKey = { ok: false, error: { type: 'wrong-key' } }
const nextSecret = hash(utf8('next secret')) as EpochSecret

/** The same box and salt under another header, named by its own hash. */
function moved(to: Partial<OuterHeader>): SealedEntry {
  const header = { ...entry.header, ...to }
  const headerBytes = encodeHeader(header)
  return { ...entry, header, headerBytes, id: entryId(headerBytes, entry.salt, entry.box) }
}

/** Whether a carrier's bytes pass as Alice's. */
async function passes(bytes: Uint8Array): Promise<boolean> {
  const decoded = decodeEntry(bytes)
  return decoded.ok && (await verifyEntry(crypto as NonNullable<typeof crypto>, alice.device, decoded.value))
}

describe('a sealed entry', () => {
  it('opens to what was sealed, and verifies', async () => {
    expect(openEntry(entry, alice.keys)).toEqual({ ok: true, value: body })
    expect(await verifyEntry(crypto, alice.device, entry)).toBe(true)
    expect(await verifyEntry(crypto, mallory.device, entry)).toBe(false)
  })

  it('names itself by length, header, salt and box', () => {
    const length = u32(entry.headerBytes.length)
    expect(entry.id).toEqual(hash(tag('entry'), length, entry.headerBytes, entry.salt, entry.box))
  })

  it('never shows the same salt or box twice, even where randomness fails', () => {
    const stuck = { bytes: (size: number) => new Uint8Array(size) }
    const header = alice.next()
    const [a, b, again] = ['a', 'b', 'a'].map((text) =>
      sealEntry(header, { ...emptyBody, payload: utf8(text) }, alice.keys, stuck),
    )
    expect(a?.salt).not.toEqual(b?.salt)
    expect(a).toEqual(again)
    expect(sealEntry({ ...header, seq: 9 }, body, alice.keys, stuck).salt).not.toEqual(a?.salt)
  })

  it('E9 is not there before a signature', async () => {
    const { signature: _, ...unsigned } = entry
    expect(await verifyEntry(crypto, alice.device, unsigned)).toBe(false)
  })
})

describe('a hostile carrier', () => {
  it('E1 attack 1: changes no byte unseen', async () => {
    const bytes = encodeEntry(entry)
    expect(await passes(bytes)).toBe(true)
    for (const altered of [...flips(bytes, 1), ...flips(bytes, 128)]) expect(await passes(altered)).toBe(false)
  })

  it('E1 attack 1: gets no other bytes through, whatever it does', async () => {
    const bytes = encodeEntry(entry)
    for (let round = 0; round < 1000; round++) {
      const altered = mutate(bytes, random)
      if (Buffer.compare(altered, bytes) !== 0) expect(await passes(altered)).toBe(false)
    }
  })

  it('C2 attack 16: gives a malleated signature no id of its own', async () => {
    const order = 2n ** 252n + 27742317777372353535851937790883648493n
    const half = entry.signature.subarray(32)
    const sum = half.reduceRight((number, byte) => number * 256n + BigInt(byte), 0n) + order
    const malleated = Uint8Array.from({ length: 32 }, (_, i) => Number((sum >> BigInt(8 * i)) & 255n))
    const signature = concat(entry.signature.subarray(0, 32), malleated) as Signature
    const decoded = decodeEntry(encodeEntry({ ...entry, signature }))
    expect(decoded.ok && decoded.value.id).toEqual(entry.id)
    expect(await passes(encodeEntry({ ...entry, signature }))).toBe(false)
  })
})

describe('a hostile member', () => {
  it('E1 attack 2: opens nothing that was moved to another channel, epoch, chain or place', () => {
    const channel = channelTag(testTags, bodyChannelName(new Uint8Array(16) as Parameters<typeof bodyChannelName>[0]))
    const epoch = epochTag(testWorkspaceId, nextSecret)
    const { chain } = mallory.next()
    for (const to of [{ channel }, { epoch }, { chain }, { seq: 2, prev: entry.id }, { lane: 'log' } as const]) {
      expect(openEntry(moved(to), alice.keys)).toEqual(wrongKey)
      expect(openEntry(moved(to), channelKeys(testSecret, testWorkspaceId, channel))).toEqual(wrongKey)
      expect(openEntry(moved(to), channelKeys(nextSecret, testWorkspaceId, alice.next().channel))).toEqual(wrongKey)
    }
  })

  it('attack 2: opens nothing under another channel, epoch or workspace than its own', () => {
    const { channel } = entry.header
    const log = channelTag(testTags, logChannelName)
    const otherWorkspace = hash(testWorkspaceId) as typeof testWorkspaceId
    expect(openEntry(entry, channelKeys(testSecret, testWorkspaceId, log))).toEqual(wrongKey)
    expect(openEntry(entry, channelKeys(nextSecret, testWorkspaceId, channel))).toEqual(wrongKey)
    expect(openEntry(entry, channelKeys(testSecret, otherWorkspace, channel))).toEqual(wrongKey)
  })

  it('E1 attack 9: signs nobody’s box as their own', async () => {
    const stolen = await signEntry(moved({ chain: mallory.next().chain }), mallory.key)
    expect(await verifyEntry(crypto, mallory.device, stolen)).toBe(true)
    expect(openEntry(stolen, mallory.keys)).toEqual(wrongKey)
    const resigned = await signEntry(entry, mallory.key)
    expect(await verifyEntry(crypto, alice.device, resigned)).toBe(false)
  })

  it('E1 attack 13: gets no body through that is not canonical', async () => {
    const bytes = new Uint8Array(48).fill(1)
    const salt = new Uint8Array(8)
    const header = mallory.next()
    const headerBytes = encodeHeader(header)
    const box = boxSeal(bytes, kdf(mallory.keys.seal, salt, hash(headerBytes)))
    const forged = { header, headerBytes, salt, box, id: entryId(headerBytes, salt, box) }
    expect(openEntry(forged, mallory.keys)).toMatchObject({ ok: false, error: { type: 'malformed-body' } })
  })

  it('attack 15: names one epoch only, whose secret the tag commits to', () => {
    const secrets = [testSecret, nextSecret]
    const named = secrets.filter(
      (secret) => Buffer.compare(epochTag(testWorkspaceId, secret), entry.header.epoch) === 0,
    )
    const renamed = moved({ epoch: epochTag(testWorkspaceId, nextSecret) })
    expect(named).toEqual([testSecret])
    expect(renamed.id).not.toEqual(entry.id)
    for (const secret of secrets) {
      expect(openEntry(renamed, channelKeys(secret, testWorkspaceId, entry.header.channel))).toEqual(wrongKey)
    }
  })
})

describe('a newer version', () => {
  const opaque = (reason: string) => ({ ok: false, error: { type: 'opaque', reason } })

  it('E1 stays closed but verified, under an unknown version or suite', async () => {
    for (const [field, reason] of [
      [{ version: 2 }, 'version'],
      [{ suite: 2 }, 'suite'],
    ] as const) {
      const newer = await signEntry(sealEntry({ ...alice.next(), ...field }, body, alice.keys, random), alice.key)
      const decoded = decodeEntry(encodeEntry(newer))
      expect(decoded).toEqual({ ok: true, value: newer })
      expect(await verifyEntry(crypto, alice.device, newer)).toBe(true)
      expect(openEntry(newer, alice.keys)).toEqual(opaque(reason))
    }
  })

  it('E1 is opaque under an unknown kind or odd tail type, and ignores even ones', async () => {
    const open = async (change: Partial<typeof body>) =>
      openEntry(await alice.write({ ...body, ...change }), alice.keys)
    const tail = (type: number) => [{ type, value: new Uint8Array(1) }]
    expect(await open({ kind: 15 })).toMatchObject(opaque('kind'))
    expect(await open({ tail: tail(5) })).toMatchObject({
      ...opaque('tail'),
      error: { body: { payload: body.payload } },
    })
    expect((await open({ tail: tail(6) })).ok).toBe(true)
  })

  it('M5 comes out of the log lane with its kind, for the resolver to judge', async () => {
    const log = await createTestChain('alice', { name: logChannelName, lane: 'log' })
    const opened = openEntry(await log.write({ kind: 200 }), log.keys)
    expect(opened.ok && opened.value.kind).toBe(200)
    expect(openEntry(await log.write({ kind: entryKind.genesis }), log.keys).ok).toBe(true)
  })
})

it('C4 every backend signs and verifies the same entry', async () => {
  const signed: SignedEntry[] = []
  for (const [, backend] of cryptoBackends()) {
    const writer = await createTestChain('alice', { name: indexChannelName }, backend)
    signed.push(await writer.write(body))
    for (const other of signed) expect(await verifyEntry(backend, alice.device, other)).toBe(true)
  }
  expect(new Set(signed.map(({ signature }) => signature.join()))).toHaveProperty('size', 1)
})
