import * as Y from 'yjs'
import { utf8 } from '#lib/base/bytes'
import type { DeviceId, DocumentId, EntryId, EpochSecret, WorkspaceId } from '#lib/base/ids'
import { hash } from '#lib/crypto/hash'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { systemRandom } from '#lib/crypto/system-random'
import { applyAcceptedV2, createQuietDoc } from '#lib/document/quiet-doc'
import { foundWorkspace } from '#lib/host/found-workspace'
import { sealEntry, signEntry } from '#lib/log/seal-entry'
import { bodyChannelName, logChannelName } from '#lib/protocol/channel-name'
import { chainTag, channelKeys, channelTag, epochTag, slotClients } from '#lib/protocol/derive'
import type { EntryBody } from '#lib/protocol/entry-body'
import { entryKind } from '#lib/protocol/entry-kind'
import { channelNameTail } from '#lib/protocol/entry-tail'
import { NO_ENTRY, type OuterHeader, SUITE, VERSION } from '#lib/protocol/outer-header'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { createKeyRing } from '#lib/replica/key-ring'
import { openReplica } from '#lib/replica/replica'
import { createMemoryDisk, openMemoryStorage } from '#lib/storage/memory-storage'
import { type ContentWriter, createContentWriter } from '#lib/testing/content-writer'
import { createKeyChain } from '#lib/testing/invited'
import { emptyBody } from '#lib/testing/test-chain'
import { createDeviceKeys } from '#lib/vault/device-keys'
import { createAdmit } from '#lib/workspace/admission'
import { createInvite } from '#lib/workspace/invitation'
import { createJoin } from '#lib/workspace/join'
import type { Operation } from '#lib/workspace/operation'
import { decodeOperation, encodeOperation } from '#lib/workspace/operation-format'

/**
 * A workspace of Mallory's, whose device has a client of its own making: its entries are sealed and signed, and break what
 * rule a test names. Vera may only read. Whoever is a victim has the log and nothing else.
 */
export async function createHostileTeam() {
  const crypto = createNodeCrypto()
  const clock = { now: () => 1_700_000_000_000, after: () => () => {} }
  const page = bodyChannelName(systemRandom.bytes(16) as DocumentId)
  const mallory = await foundWorkspace({ crypto, random: systemRandom, clock })
  const device = mallory.device.publicKey as DeviceId
  const channel = channelTag(mallory.tagKey, page)
  const [firstEpoch] = mallory.epochs
  if (!firstEpoch || !mallory.genesis) throw new Error('no epoch')
  const otherSecret = hash(utf8('an epoch that no rotation made')) as EpochSecret
  const otherEpoch = { tag: epochTag(mallory.workspaceId, otherSecret), secret: otherSecret }

  /** A copy on a fresh disk, with every secret there is, so that nothing is held for want of one. */
  async function copyOf(signingKey = mallory.device) {
    const refused: string[] = []
    const stored: (readonly SealedEntry[])[] = []
    const opened = await openMemoryStorage(createMemoryDisk()).workspace('w')
    if (!opened.ok) throw new Error('no store')
    const keys = createKeyRing(mallory.workspaceId, mallory.tagKey, [...mallory.epochs, otherEpoch])
    const replica = await openReplica(
      { crypto, clock, random: systemRandom, store: opened.value, keys, device: signingKey },
      {
        onStored: (run) => stored.push(run),
        onAccepted() {},
        onCovered() {},
        onFolded() {},
        onMembership() {},
        onRebuilt() {},
        onRefused: ({ type, reason }) => refused.push(type === 'void' ? reason : type),
        onStorageError() {},
      },
    )
    return { replica, refused, stored }
  }

  /** The log that everybody has: the genesis, a name, and a reader. */
  const founder = await copyOf()
  const log: EntryId[] = []
  const genesis = decodeOperation(entryKind.genesis, mallory.genesis)
  if (!genesis.ok || genesis.value.type !== 'genesis') throw new Error('no genesis')
  await found(genesis.value)
  await found({ type: 'profile.set', name: 'Mallory', paper: undefined })

  /** Vera, who was let in to read. */
  const vera = await createKeyChain(crypto, systemRandom)
  const terms = { role: 'viewer', maxUses: 1, expiresAtSeconds: 1_900_000_000, needsApproval: false } as const
  const { operation, keys: link } = await createInvite(
    crypto,
    { workspaceId: mallory.workspaceId, ...terms },
    systemRandom,
  )
  const invite = await found(operation)
  const { exchangeKey, relayKey } = vera.keys
  const join = await createJoin(
    { workspaceId: mallory.workspaceId, invite, name: 'Vera', exchangeKey, relayKey, paper: undefined },
    { root: vera.root, device: vera.device, proofKey: link.proofKey },
  )
  const founded = founder.replica.membership.current()
  if (!founded) throw new Error('no state')
  const admit = await found(await createAdmit(founded, join, mallory.relay, [firstEpoch.secret]))

  async function found(operation: Exclude<Operation, { type: 'unknown' }>): Promise<EntryId> {
    const written = await founder.replica.append({ channel: logChannelName, ...encodeOperation(operation) })
    if (!written.ok) throw new Error(written.error.type)
    log.push(written.value.id)
    return written.value.id
  }

  const newest = log.slice(-1)
  const older = log.slice(0, 1)

  /** Somebody else's copy, which has the log. */
  async function createVictim() {
    const { device: own } = await createDeviceKeys(crypto)
    const { replica, refused } = await copyOf(own)
    for (const run of founder.stored) await replica.receive(run)
    return {
      replica,
      refused,
      async receive(...entries: readonly SealedEntry[]) {
        const receptions: string[] = []
        for (const entry of entries) receptions.push((await replica.receive([entry])).type)
        return receptions
      },
      async text() {
        const { ok, value } = (await replica.open(page)) as { ok: true; value: { state: Uint8Array } }
        const doc = createQuietDoc()
        if (ok) applyAcceptedV2(doc, value.state)
        return doc
          .getXmlFragment('body')
          .toArray()
          .map(String)
          .join('')
          .replace(/<\/?paragraph>/g, '')
      },
    }
  }

  /** The client of slot `slot`: each word it types is a paragraph at the end of what it has seen. */
  function createTypist(
    slot: number,
    life = 0,
    author = device,
    admission: EntryId | WorkspaceId = mallory.workspaceId,
  ) {
    const writer = createContentWriter(1, slotClients(author, admission, channel, life)[slot] ?? 0)
    return { receive: writer.receive, type: (word: string) => typeWord(writer, word) }
  }

  /** One life of a device, Mallory's unless told; what a test does not say is as it should be. */
  function createForger(life = 0, author = mallory.device, name = page) {
    const channel = channelTag(mallory.tagKey, name)
    const chain = chainTag(mallory.tagKey, author.publicKey as DeviceId, life, channel)
    const lane = name === logChannelName ? 'log' : 'content'
    let before: SealedEntry | undefined
    return {
      chain,
      /** Goes back, so that the next entry stands at the place after `entry`. */
      rewind(entry: SealedEntry | undefined) {
        before = entry
      },
      async write(
        payload: Uint8Array,
        body: Twisted = {},
        epoch = firstEpoch ?? otherEpoch,
        twist: Partial<OuterHeader> = {},
      ) {
        const seq = (before?.header.seq ?? 0) + 1
        const header: OuterHeader = {
          ...{ version: VERSION, suite: SUITE, lane, epoch: epoch.tag, channel, chain, seq },
          prev: before?.id ?? NO_ENTRY,
          ...twist,
        }
        const first = seq === 1 ? { membershipHeads: newest, tail: [channelNameTail(name)] } : {}
        const full = { ...emptyBody, ...first, payload, ...body } as EntryBody
        const keys = channelKeys(epoch.secret, mallory.workspaceId, channel)
        before = await signEntry(sealEntry(header, full, keys, systemRandom), author)
        return before
      },
    }
  }

  return {
    ...{ mallory, vera, admit, founded, founder, page, channel, device, newest, older, firstEpoch, otherEpoch },
    ...{ copyOf, createVictim, createTypist, createForger },
  }
}

/** A paragraph with `word` at the end of what `writer` has seen. */
export const typeWord = (writer: ContentWriter, word: string): Uint8Array =>
  writer.edit((doc) => {
    const paragraph = new Y.XmlElement('paragraph')
    paragraph.insert(0, [new Y.XmlText(word)])
    doc.getXmlFragment('body').push([paragraph])
  })

/** Fields of a body as they should not be; undefined: left out. */
export type Twisted = { readonly [Field in keyof EntryBody]?: EntryBody[Field] | undefined }
