import type { ChannelName, ChannelTag, DeviceId } from '#lib/base/ids'
import { err, ok, type Result } from '#lib/base/result'
import type { SigningKey } from '#lib/crypto/crypto'
import { missingUnder } from '#lib/document/missing-under'
import type { Reference } from '#lib/document/update-reader'
import { logChannelName } from '#lib/protocol/channel-name'
import { chainTag } from '#lib/protocol/derive'
import type { Dependency } from '#lib/protocol/entry-body'
import { entryKind } from '#lib/protocol/entry-kind'
import { MAX_DEPENDENCIES } from '#lib/protocol/limits'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { catchUp } from '#lib/replica/catch-up'
import { heldBackUnder } from '#lib/replica/held-back-under'
import { hasTooManyHeads } from '#lib/replica/merge-heads'
import { ownChain } from '#lib/replica/own-chain'
import type { ReplicaCore } from '#lib/replica/replica-core'
import type { Settling } from '#lib/replica/settle-channel'
import { storeEntries } from '#lib/replica/store-entries'
import { type AppendError, type AppendRequest, channelTagOf, draftEntries } from '#lib/replica/write-entry'
import type { StorageError } from '#lib/storage/storage'
import { encodeOperation } from '#lib/workspace/operation-format'

/** The writing half of a replica. One call at a time. */
export interface OwnWriting {
  append(request: AppendRequest): Promise<Result<SealedEntry, AppendError>>
  /** Makes the operation anew where another tab wrote in between. What `make` refuses is not written. */
  appendMade<E>(make: MakeRequest<E>): Promise<Result<SealedEntry, AppendError | E>>
  /** Keeps what is held back under edits that are not written yet (W2): whoever made them had it on the screen. */
  keepUnder(channel: ChannelName, updates: readonly Uint8Array[]): Promise<Result<void, AppendError>>
  /** Where own entries may have been lost with the power: none where the disk keeps its word (E2, E12). */
  channelsInDoubt(): Promise<readonly ChannelTag[]>
  /** The run ends by itself. */
  endRun(): Promise<void>
}

/** Comes to what is to be written in the log, from the log as it is then. */
export type MakeRequest<E> = () => Promise<Result<AppendRequest, E>>

const RUNNING = 'running'
const NOTHING = new Uint8Array(0)

export function createOwnWriting(
  core: ReplicaCore,
  settling: Settling,
  key: SigningKey,
  events: { onStored(run: readonly SealedEntry[]): void; onStorageError(error: StorageError): void },
): OwnWriting {
  const device = key.publicKey as DeviceId

  const write = (request: AppendRequest, isSecond = false): Promise<Result<SealedEntry, AppendError>> =>
    writeMade<never>(async () => ok(request), isSecond)

  async function writeMade<E>(make: MakeRequest<E>, isSecond = false): Promise<Result<SealedEntry, AppendError | E>> {
    const made = await make()
    if (!made.ok) return made
    const request = made.value
    const copy = await settling.load(channelTagOf(core, request.channel))
    if (!copy) return err({ type: 'storage-failed' })
    const drafts = await draftEntries(core, copy, key, request)
    if (!drafts.ok) {
      const isKept = drafts.error.type === 'too-early' && !isSecond && (await keepUnder(request, drafts.error.missing))
      return isKept ? write(request, true) : drafts
    }
    const chain = ownChain(core, copy, device)
    const head = core.heads.get(chain.tag)
    const entries = drafts.value.map(({ entry }) => entry)
    const last = entries.at(-1)
    if (!last) return err({ type: 'not-allowed' })
    const fences = [{ chain: chain.tag, expected: head && { seq: head.seq, id: head.id } }]
    const stored = await storeEntries(core, entries, { fences })
    if (!stored.ok) {
      const isTaken = stored.error.type === 'fence-lost' && !isSecond
      if (isTaken && (await catchUp(core, settling))) return writeMade(make, true)
      events.onStorageError(stored.error)
      return err(appendErrorOf(stored.error))
    }
    events.onStored(entries)
    const placed = drafts.value.map(({ entry, body }) => ({ entry, content: body }))
    await settling.settle(copy, { device, life: chain.life }, placed)
    return ok(last)
  }

  /** Whoever writes on top of what is held back keeps it (W1): it was still on the screen then. */
  async function keepUnder({ channel }: AppendRequest, missing: readonly Reference[] = []): Promise<boolean> {
    const { keeps, isAll } = await heldBackUnder(core, channelTagOf(core, channel), missing)
    if (!isAll || keeps.length === 0 || keeps.length > MAX_DEPENDENCIES) return false
    return (await adopt(channel, keeps)).ok
  }

  const adopt = (channel: ChannelName, keeps: readonly Dependency[]): Promise<Result<unknown, AppendError>> =>
    write({ channel, kind: entryKind.adopt, payload: NOTHING, keeps }, true)

  /** E4: joins ends of the log until an entry can cite them all. */
  async function joinHeads(): Promise<Result<void, AppendError>> {
    const merge = encodeOperation({ type: 'merge' })
    while (hasTooManyHeads(core)) {
      const before = core.membership.heads().length
      const joined = await write({ channel: logChannelName, kind: merge.kind, payload: merge.payload })
      if (!joined.ok) return joined
      if (core.membership.heads().length >= before) return err({ type: 'not-allowed' })
    }
    return ok(undefined)
  }

  return {
    async append(request) {
      const joined = request.kind === entryKind.genesis ? ok(undefined) : await joinHeads()
      return joined.ok ? write(request) : joined
    },
    async appendMade(make) {
      const joined = await joinHeads()
      return joined.ok ? writeMade(make) : joined
    },
    async keepUnder(channel, updates) {
      const copy = await settling.load(channelTagOf(core, channel))
      if (!copy) return err({ type: 'storage-failed' })
      const { keeps } = await heldBackUnder(core, copy.tag, missingUnder(updates, copy.index))
      const joined = keeps.length > 0 ? await joinHeads() : ok(undefined)
      if (!joined.ok) return joined
      for (let from = 0; from < keeps.length; from += MAX_DEPENDENCIES) {
        const kept = await adopt(channel, keeps.slice(from, from + MAX_DEPENDENCIES))
        if (!kept.ok) return kept
      }
      return ok(undefined)
    },
    async channelsInDoubt() {
      if (core.store.durability === 'strict') return []
      const record = await core.store.record(RUNNING)
      const wasCut = record.ok && record.value !== undefined
      await core.store.commit({ entries: [], records: [{ key: RUNNING, value: Uint8Array.of(1) }] })
      if (!wasCut) return []
      return core.heads.all().flatMap(({ chain, channel }) => {
        const own = chainTag(core.keys.tagKey, device, core.lives.newest(device, channel), channel)
        return own.every((byte, i) => byte === chain[i]) ? [channel] : []
      })
    },
    async endRun() {
      if (core.store.durability === 'strict') return
      await core.store.commit({ entries: [], records: [{ key: RUNNING, value: undefined }] })
    },
  }
}

function appendErrorOf({ type }: StorageError): AppendError {
  return { type: type === 'fence-lost' || type === 'storage-full' ? type : 'storage-failed' }
}
