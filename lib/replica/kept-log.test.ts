import { describe, expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import type { EntryId } from '#lib/base/ids'
import { logChannelName } from '#lib/protocol/channel-name'
import { channelTag } from '#lib/protocol/derive'
import { checkpointKey } from '#lib/replica/channel-shelf'
import type { Replica } from '#lib/replica/replica'
import type { WorkspaceStore } from '#lib/storage/storage'
import { found, replicaOf, storeOf } from '#lib/testing/lone-replica'
import { invitation } from '#lib/testing/membership-history'
import type { Operation } from '#lib/workspace/operation'
import { encodeOperation } from '#lib/workspace/operation-format'

const keys = await found()
const record = checkpointKey(channelTag(keys.tagKey, logChannelName))

async function write(replica: Replica, ...operations: Exclude<Operation, { type: 'unknown' }>[]): Promise<EntryId[]> {
  const ids: EntryId[] = []
  for (const operation of operations) {
    const written = await replica.append({ channel: logChannelName, ...encodeOperation(operation) })
    if (!written.ok) throw new Error(written.error.type)
    ids.push(written.value.id)
  }
  return ids
}

/** A workspace whose log was kept once, and went on after that. */
async function keptOnce(store: WorkspaceStore): Promise<WorkspaceStore> {
  const { replica } = await replicaOf(keys, store)
  await write(replica, invitation('editor', 3, 'first'), { type: 'workspace.rename', name: 'Birds' })
  await replica.tidy('end')
  await write(replica, { type: 'workspace.rename', name: 'Waxwings' })
  return store
}

/** Counts what is read of the log one by one. */
const watched = (store: WorkspaceStore) => {
  const read: number[] = []
  const readChannel: WorkspaceStore['readChannel'] = async (channel, after, before) => {
    const rows = await store.readChannel(channel, after, before)
    if (toHex(channel) === record.slice('checkpoint/'.length)) read.push(rows.ok ? rows.value.length : 0)
    return rows
  }
  return { read, store: { ...store, readChannel } }
}

const facts = ({ membership, judgedHeads, heads }: Replica) => ({
  entries: membership.entries(),
  state: membership.current(),
  states: membership.entries().map(({ id }) => membership.stateAt([id])),
  judged: judgedHeads(),
  heads: heads(),
})

describe('a log that was kept as it was judged', () => {
  it('E12 opens as from its entries, of which it reads those that came later', async () => {
    const { read, store } = watched(await keptOnce(await storeOf()))
    const { replica } = await replicaOf(keys, store)
    expect(read).toEqual([1])
    await store.commit({ entries: [], records: [{ key: record, value: undefined }] })
    const { replica: slow } = await replicaOf(keys, store)
    expect(read).toEqual([1, 4])
    expect(facts(replica)).toEqual(facts(slow))
    expect(replica.membership.current()?.name).toBe('Waxwings')
  })

  it('M1 goes on after the newest entry of its chain, kept or not', async () => {
    const store = await storeOf()
    const { replica } = await replicaOf(keys, store)
    const [newest] = await write(replica, { type: 'workspace.rename', name: 'Birds' })
    await replica.tidy('end')
    const { replica: again } = await replicaOf(keys, store)
    await write(again, { type: 'workspace.rename', name: 'Waxwings' })
    expect(again.membership.entries().at(-1)?.parents).toEqual([newest])
    expect(again.membership.current()?.name).toBe('Waxwings')
  })

  it.each([
    ['is missing', () => undefined],
    ['is cut short', (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 1)],
    ['is of another format', (bytes: Uint8Array) => Uint8Array.of((bytes[0] ?? 0) - 1, ...bytes.subarray(1))],
  ])('E12 is made anew where it %s', async (_, bend) => {
    const { read, store } = watched(await keptOnce(await storeOf()))
    const kept = await store.record(record)
    if (!kept.ok || !kept.value) throw new Error('not kept')
    await store.commit({ entries: [], records: [{ key: record, value: bend(kept.value) }] })
    const { replica } = await replicaOf(keys, store)
    expect([read.at(-1), replica.membership.current()?.name]).toEqual([4, 'Waxwings'])
    await replica.tidy('end')
    const again = await replicaOf(keys, store)
    expect(read.at(-1)).toBe(0)
    expect(facts(again.replica)).toEqual(facts(replica))
  })

  it('E12 is written again only when it has grown by its share', async () => {
    const store = await storeOf()
    const { replica } = await replicaOf(keys, store)
    await replica.tidy('end')
    const before = await store.record(record)
    await replica.tidy('end')
    expect(await store.record(record)).toEqual(before)
    await write(replica, { type: 'workspace.rename', name: 'Birds' })
    await replica.tidy('quiet')
    expect(await store.record(record)).toEqual(before)
    await replica.tidy('end')
    expect(await store.record(record)).not.toEqual(before)
  })
})
