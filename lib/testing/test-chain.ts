import { utf8 } from '#lib/base/bytes'
import type { ChannelName, DeviceId, EpochSecret, WorkspaceId } from '#lib/base/ids'
import type { Crypto, SigningKey } from '#lib/crypto/crypto'
import { hash } from '#lib/crypto/hash'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { type SignedEntry, sealEntry, signEntry } from '#lib/log/seal-entry'
import { indexChannelName } from '#lib/protocol/channel-name'
import { type ChannelKeys, chainTag, channelKeys, channelTag, epochTag, tagKey } from '#lib/protocol/derive'
import type { EntryBody } from '#lib/protocol/entry-body'
import { entryKind } from '#lib/protocol/entry-kind'
import { type Lane, NO_ENTRY, type OuterHeader, SUITE, VERSION } from '#lib/protocol/outer-header'
import { createSeededRandom } from '#lib/testing/seeded-random'

/** Fixed secrets of a workspace that exists in tests only. */
export const testWorkspaceId = hash(utf8('test workspace')) as WorkspaceId
export const testSecret = hash(utf8('test secret')) as EpochSecret
export const testTags = tagKey(testSecret, testWorkspaceId)

export interface TestChainOptions {
  readonly name?: ChannelName
  readonly life?: number
  readonly lane?: Lane
  readonly secret?: EpochSecret
}

/** One life of a device that writes well-formed, signed entries. */
export interface TestChain {
  readonly device: DeviceId
  readonly key: SigningKey
  readonly keys: ChannelKeys
  /** The header of the next entry. */
  next(): OuterHeader
  /** Writes the next entry: an empty update unless told otherwise. */
  write(body?: Partial<EntryBody>, header?: Partial<OuterHeader>): Promise<SignedEntry>
  /** `count` entries with one byte of payload each. */
  writeMany(count: number): Promise<SignedEntry[]>
  /** Goes back, so that the next entry follows `before` again: the start of a fork. */
  rewind(before: SignedEntry | undefined): void
}

/** The chain of the device whose keys come from `person`'s name, on the index channel unless told otherwise. */
export async function createTestChain(
  person: string,
  { name = indexChannelName, life = 0, lane = 'content', secret = testSecret }: TestChainOptions = {},
  crypto: Crypto = createNodeCrypto(),
): Promise<TestChain> {
  const key = await crypto.signingKey(hash(utf8(person)))
  const device = key.publicKey as DeviceId
  const channel = channelTag(testTags, name)
  const chain = chainTag(testTags, device, life, channel)
  const epoch = epochTag(testWorkspaceId, secret)
  const keys = channelKeys(secret, testWorkspaceId, channel)
  const random = createSeededRandom(life + 1)
  let newest: SignedEntry | undefined

  const next = (): OuterHeader => ({
    version: VERSION,
    suite: SUITE,
    lane,
    epoch,
    channel,
    chain,
    seq: (newest?.header.seq ?? 0) + 1,
    prev: newest?.id ?? NO_ENTRY,
  })

  async function write(body: Partial<EntryBody> = {}, header: Partial<OuterHeader> = {}): Promise<SignedEntry> {
    const full = { ...emptyBody, ...body }
    newest = await signEntry(sealEntry({ ...next(), ...header }, full, keys, random), key)
    return newest
  }

  return {
    device,
    key,
    keys,
    next,
    write,
    async writeMany(count) {
      const entries = []
      for (let i = 0; i < count; i++) entries.push(await write({ payload: Uint8Array.of(i) }))
      return entries
    },
    rewind(before) {
      newest = before
    },
  }
}

/** A body with nothing in it. */
export const emptyBody: EntryBody = {
  kind: entryKind.update,
  dependencies: [],
  seconds: 0,
  payload: new Uint8Array(0),
  tail: [],
}
