import nacl from 'tweetnacl'
import { inTurns, type Pair, type Workload } from '#bench/workload'
import { toBase64Url } from '#lib/base/base64url'
import type { EntryId, EpochSecret, TagKey } from '#lib/base/ids'
import { err, ok, type Result } from '#lib/base/result'
import { createBrowserCrypto } from '#lib/crypto/browser-crypto'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { systemRandom } from '#lib/crypto/system-random'
import { createActsOfPower } from '#lib/host/acts-of-power'
import type { AppendFailure } from '#lib/host/host-protocol'
import type { MakeOperation } from '#lib/host/write-operation'
import { sealEntry, signEntry } from '#lib/log/seal-entry'
import { logChannelName } from '#lib/protocol/channel-name'
import { chainTag, channelKeys, channelTag } from '#lib/protocol/derive'
import { NO_ENTRY, SUITE, VERSION } from '#lib/protocol/outer-header'
import { createKeyRing } from '#lib/replica/key-ring'
import { createHistory, deviceOf, FIRST_EPOCH, invitation, keysOf, personOf } from '#lib/testing/membership-history'
import { emptyBody } from '#lib/testing/test-chain'
import type { ExchangePublicKey } from '#lib/workspace/keys'
import type { JoinRecord, Operation } from '#lib/workspace/operation'
import { encodeOperation } from '#lib/workspace/operation-format'

const MEMBERS = 200
const ROUNDS = 9
/** Agreements that wait for the platform together, as where a rotation is made. */
const AT_ONCE = 16
const signature = new Uint8Array(64) as JoinRecord['proof']

/** 200 members with two devices each, all with exchange keys that can be sealed to. */
function createCrowd() {
  const history = createHistory()
  const rootKey = keysOf('alice').relayKey
  const relays = [{ origin: 'https://relay.example', rootKey, random: new Uint8Array(32) }]
  history.write({ by: 'alice' }, { type: 'relay.set', relays })
  const invite = history.write({ by: 'alice' }, invitation('editor', 0, 'crowd'))
  const keysFor = (name: string, which?: string) => ({
    ...keysOf(name, which),
    exchangeKey: nacl.box.keyPair().publicKey as ExchangePublicKey,
  })
  history.addDevice({ by: 'alice' }, 'phone', keysFor('alice', 'phone'))
  for (let i = 1; i < MEMBERS; i++) {
    const name = `member ${i}`
    const { proofKey } = invitation('editor', 0, 'crowd')
    const signatures = { proof: signature, deviceSignature: signature, rootSignature: signature }
    const root = personOf(name)
    const join = { invite, proofKey, root, keys: keysFor(name), paper: undefined, name, ...signatures }
    history.write({ by: 'alice' }, { type: 'admit', join, doors: [], boxes: [] })
    history.addDevice({ by: name }, 'phone', keysFor(name, 'phone'))
  }
  // The founder's own keys are not of a kind that can be sealed to.
  history.addDevice({ by: 'alice', device: 'phone' }, 'tablet', keysFor('alice', 'tablet'))
  history.revokeDevice({ by: 'alice', device: 'phone' }, deviceOf('alice'))
  return history.log()
}

/** What the owner's client does from the click to a signed entry. */
async function ourRemoval(): Promise<() => Promise<void>> {
  const membership = createCrowd()
  const [device, relayKey] = await Promise.all([1, 2].map(() => createNodeCrypto().signingKey()))
  if (!device || !relayKey) throw new Error('no keys')
  const { workspaceId } = membership
  const secret = systemRandom.bytes(32) as EpochSecret
  const tagKey = systemRandom.bytes(32) as TagKey
  const channel = channelTag(tagKey, logChannelName)
  const chain = chainTag(tagKey, deviceOf('alice', 'phone'), 0, channel)
  const place = { version: VERSION, suite: SUITE, lane: 'log', epoch: FIRST_EPOCH, channel, chain } as const
  const keys = createKeyRing(workspaceId, tagKey, [{ tag: FIRST_EPOCH, secret }])
  async function operate(make: MakeOperation): Promise<Result<EntryId, AppendFailure>> {
    const state = membership.current()
    const made = state ? await make({ state, cutOf: async () => [] }) : err({ type: 'not-allowed' as const })
    if (!made.ok) return made
    const encoded = encodeOperation(made.value.operation as Exclude<Operation, { type: 'unknown' }>)
    const header = { ...place, seq: 1, prev: NO_ENTRY }
    const entry = sealEntry(
      header,
      { ...emptyBody, ...encoded },
      channelKeys(secret, workspaceId, channel),
      systemRandom,
    )
    return ok((await signEntry(entry, device as NonNullable<typeof device>)).id as EntryId)
  }
  const crypto = createBrowserCrypto()
  const acts = createActsOfPower({
    ...{ replica: { keys }, device: deviceOf('alice', 'phone') },
    ...{ relayKey, crypto, random: systemRandom, operate },
  })
  return async () => {
    const done = await acts.removeMember(toBase64Url(personOf('member 7')), [])
    if (!done.ok) throw new Error(done.error.type)
  }
}

/** The same number of agreements and signatures by the same WebCrypto, a few at once, the same boxes, and nothing else. */
async function rawOperations(): Promise<() => Promise<void>> {
  const { subtle } = globalThis.crypto
  const exchangePair = () => subtle.generateKey('X25519', false, ['deriveBits']) as Promise<CryptoKeyPair>
  const pairs = await Promise.all(Array.from({ length: 2 * MEMBERS - 2 }, exchangePair))
  const recipients = await Promise.all(pairs.map(({ publicKey }) => subtle.exportKey('raw', publicKey)))
  const { privateKey } = (await subtle.generateKey('Ed25519', false, ['sign'])) as CryptoKeyPair
  const [secret, message] = [systemRandom.bytes(32), systemRandom.bytes(128)]
  const nonce = new Uint8Array(nacl.secretbox.nonceLength)
  return async () => {
    const own = await exchangePair()
    const agreed = async (recipient: ArrayBuffer) => {
      const theirs = await subtle.importKey('raw', recipient, 'X25519', false, [])
      return new Uint8Array(await subtle.deriveBits({ name: 'X25519', public: theirs }, own.privateKey, 256))
    }
    for (let i = 0; i < recipients.length; i += AT_ONCE) {
      const keys = await Promise.all(recipients.slice(i, i + AT_ONCE).map(agreed))
      for (const key of keys) nacl.secretbox(secret, nonce, key)
    }
    for (let i = 0; i < 3; i++) await subtle.sign('Ed25519', privateKey, message as BufferSource)
  }
}

export const rotation: Workload = {
  name: 'rotation',
  title:
    'one of 200 members with 400 devices is removed: the next key for all others, their relay’s door, sealed and signed',
  peer: 'its 398 agreements, boxes and 3 signatures alone, by the same WebCrypto',
  async run() {
    const [remove, raw] = [await ourRemoval(), await rawOperations()]
    const [whole, blocked]: [Pair[], Pair[]] = [[], []]
    for (const warm of [remove, raw]) await warm()
    for (let round = 0; round < ROUNDS; round++) {
      const taken: { ours?: Taken; peer?: Taken } = {}
      await inTurns(
        1,
        async () => void Object.assign(taken, { ours: await timed(remove) }),
        async () => void Object.assign(taken, { peer: await timed(raw) }),
      )
      const { ours, peer } = taken
      if (!ours || !peer) throw new Error('nothing was measured')
      whole.push({ ours: ours.ms, peer: peer.ms })
      blocked.push({ ours: ours.longestMs, peer: peer.ms })
    }
    const limit = 'one X25519 agreement for each device'
    return [
      { name: 'removal with rotation', unit: 'ms', pairs: whole, target: 1.5, limit },
      {
        name: 'of this, the longest time that nothing else gets the thread',
        unit: 'ms',
        pairs: blocked,
        target: 0.1,
        limit: 'the operation’s bytes and seal, and the log resolved anew',
      },
    ]
  },
}

interface Taken {
  readonly ms: number
  /** Between two turns of the event loop, at most. */
  readonly longestMs: number
}

async function timed(act: () => Promise<void>): Promise<Taken> {
  const begun = performance.now()
  let [last, longestMs] = [begun, 0]
  let next = setImmediate(look)
  function look(): void {
    const now = performance.now()
    longestMs = Math.max(longestMs, now - last)
    last = now
    next = setImmediate(look)
  }
  await act()
  const end = performance.now()
  clearImmediate(next)
  return { ms: end - begun, longestMs: Math.max(longestMs, end - last) }
}
