import { concat, sameBytes, toHex, utf8 } from '#lib/base/bytes'
import type { ChainTag, ChannelTag, EntryId, PieceName } from '#lib/base/ids'
import type { Result } from '#lib/base/result'
import { hash } from '#lib/crypto/hash'
import type { Commit, ProfileStorage, StorageError, StoredEntry, WorkspaceStore } from '#lib/storage/storage'

/**
 * What every storage must do, without a test framework, so that the same cases run in Node and on a page of a real
 * browser. `open` opens the same disk each time it is called within one case, and a fresh one for every case.
 */
export interface StorageCase {
  readonly title: string
  /** Rejects with what went wrong. */
  run(open: () => Promise<ProfileStorage>): Promise<void>
}

const WORKSPACE = toHex(hash(utf8('workspace')))
const channel = (name: string) => hash(utf8(`channel ${name}`)).slice(0, 16) as ChannelTag
const chain = (name: string) => hash(utf8(`chain ${name}`)).slice(0, 16) as ChainTag

const entry = (channelName: string, chainName: string, seq: number, text = ''): StoredEntry => ({
  channel: channel(channelName),
  chain: chain(chainName),
  seq,
  id: hash(utf8(`${channelName} ${chainName} ${seq} ${text}`)) as EntryId,
  bytes: utf8(`${chainName}${seq}${text}`),
})

const run = (channelName: string, chainName: string, from: number, to: number): StoredEntry[] =>
  Array.from({ length: to - from + 1 }, (_, i) => entry(channelName, chainName, from + i))

function expect(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message)
}

function expectEqual(actual: unknown, expected: unknown, what: string): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (a !== b) throw new Error(`${what}: ${a} instead of ${b}`)
}

function valueIn<T>(result: Result<T, StorageError>): T {
  if (!result.ok) throw new Error(`unexpected ${JSON.stringify(result.error)}`)
  return result.value
}

const label = ({ bytes }: StoredEntry): string => String.fromCharCode(...bytes)

async function channelLabels(store: WorkspaceStore, name: string, after = 0): Promise<string[]> {
  return valueIn(await store.readChannel(channel(name), after)).map(({ entry }) => label(entry))
}

async function chainLabels(store: WorkspaceStore, name: string, from = 1, limit = 1000): Promise<string[]> {
  return valueIn(await store.readChain(chain(name), from, limit)).map(label)
}

async function commitAll(store: WorkspaceStore, commit: Partial<Commit>): Promise<void> {
  valueIn(await store.commit({ entries: [], ...commit }))
}

const open1 = async (open: () => Promise<ProfileStorage>) => valueIn(await (await open()).workspace(WORKSPACE))

export const storageContract: readonly StorageCase[] = [
  {
    title: 'an empty workspace has nothing',
    async run(open) {
      const store = await open1(open)
      expectEqual(await store.heads(), [], 'heads')
      expectEqual(await channelLabels(store, 'body'), [], 'channel')
      expectEqual(await chainLabels(store, 'alice'), [], 'chain')
      expectEqual(valueIn(await store.record('none')), undefined, 'record')
    },
  },
  {
    title: 'entries are read back whole after reopening, in the order of commits',
    async run(open) {
      const first = await open1(open)
      await commitAll(first, { entries: run('body', 'alice', 1, 3) })
      await commitAll(first, { entries: [entry('body', 'bob', 1), entry('body', 'alice', 4)] })
      first.close()
      const store = await open1(open)
      expectEqual(await channelLabels(store, 'body'), ['alice1', 'alice2', 'alice3', 'bob1', 'alice4'], 'channel')
      const [found] = valueIn(await store.readChain(chain('bob'), 1, 10))
      const expected = entry('body', 'bob', 1)
      expect(found !== undefined && sameBytes(found.id, expected.id), 'the id survives')
      expect(
        sameBytes(concat(found.channel, found.chain), concat(expected.channel, expected.chain)),
        'the tags survive',
      )
    },
  },
  {
    title: 'positions rise and a channel is read from any of them',
    async run(open) {
      const store = await open1(open)
      await commitAll(store, { entries: [...run('body', 'alice', 1, 4), ...run('index', 'alice-index', 1, 2)] })
      await commitAll(store, { entries: run('body', 'bob', 1, 2) })
      const all = valueIn(await store.readChannel(channel('body'), 0))
      for (const [i, { position }] of all.entries()) {
        expect(position > (all[i - 1]?.position ?? 0), 'positions rise')
        expectEqual(
          await channelLabels(store, 'body', position),
          all.slice(i + 1).map((e) => label(e.entry)),
          'rest',
        )
      }
    },
  },
  {
    title: 'one commit that alternates between chains and channels keeps its order',
    async run(open) {
      const store = await open1(open)
      const entries = [1, 2, 3].flatMap((seq) => [
        entry('body', 'alice', seq),
        entry('index', 'carol', seq),
        entry('body', 'bob', seq),
      ])
      await commitAll(store, { entries })
      expectEqual(await channelLabels(store, 'body'), ['alice1', 'bob1', 'alice2', 'bob2', 'alice3', 'bob3'], 'body')
      expectEqual(await channelLabels(store, 'index'), ['carol1', 'carol2', 'carol3'], 'index')
    },
  },
  {
    title: 'a chain is read from any number with a limit',
    async run(open) {
      const store = await open1(open)
      for (let seq = 1; seq <= 150; seq += 3) await commitAll(store, { entries: run('body', 'alice', seq, seq + 2) })
      expectEqual(await chainLabels(store, 'alice', 5, 3), ['alice5', 'alice6', 'alice7'], 'inside')
      expectEqual(await chainLabels(store, 'alice', 149), ['alice149', 'alice150'], 'end')
      expectEqual((await chainLabels(store, 'alice', 1)).length, 150, 'all')
      expectEqual((await chainLabels(store, 'alice', 1, 149)).at(-1), 'alice149', 'limit')
      expectEqual(await chainLabels(store, 'alice', 151), [], 'beyond')
    },
  },
  {
    title: 'heads are the newest place of every chain',
    async run(open) {
      const store = await open1(open)
      await commitAll(store, { entries: [...run('body', 'alice', 1, 3), ...run('index', 'bob', 7, 9)] })
      await commitAll(store, { entries: run('index', 'bob', 3, 4) })
      const heads = (await (await open1(open)).heads()).map(({ chain: name, seq, id }) => [toHex(name), seq, toHex(id)])
      const expected = [entry('body', 'alice', 3), entry('index', 'bob', 9)]
      expectEqual(heads.sort(), expected.map((e) => [toHex(e.chain), e.seq, toHex(e.id)]).sort(), 'heads')
    },
  },
  {
    title: 'E3 both branches of a fork are kept and the first stays the head',
    async run(open) {
      const store = await open1(open)
      await commitAll(store, { entries: run('body', 'alice', 1, 3) })
      await commitAll(store, { entries: [entry('body', 'alice', 3, 'fork')] })
      expectEqual(await chainLabels(store, 'alice', 3), ['alice3', 'alice3fork'], 'chain')
      expectEqual(
        (await store.heads()).map(({ id }) => toHex(id)),
        [toHex(entry('body', 'alice', 3).id)],
        'head',
      )
    },
  },
  {
    title: 'E12 a commit behind a wrong fence changes nothing',
    async run(open) {
      const store = await open1(open)
      await commitAll(store, { entries: run('body', 'alice', 1, 2), records: [{ key: 'kept', value: utf8('old') }] })
      const stale = { chain: chain('alice'), expected: { seq: 1, id: entry('body', 'alice', 1).id } }
      const wrongId = { chain: chain('alice'), expected: { seq: 2, id: entry('body', 'alice', 2, 'other').id } }
      const absent = { chain: chain('alice'), expected: undefined }
      const unknown = { chain: chain('bob'), expected: { seq: 1, id: entry('body', 'bob', 1).id } }
      for (const fence of [stale, wrongId, absent, unknown]) {
        const commit = { entries: run('body', 'alice', 3, 3), records: [{ key: 'kept', value: utf8('new') }] }
        const outcome = await store.commit({ ...commit, fences: [fence] })
        expectEqual(outcome.ok ? 'taken' : outcome.error.type, 'fence-lost', 'outcome')
      }
      expectEqual(await channelLabels(store, 'body'), ['alice1', 'alice2'], 'entries')
      expectEqual(
        label({ ...entry('', '', 0), bytes: valueIn(await store.record('kept')) ?? utf8('') }),
        'old',
        'record',
      )
    },
  },
  {
    title: 'D5 of two writers on one chain exactly one wins each place',
    async run(open) {
      const stores = [await open1(open), await open1(open)]
      const wins = [0, 0]
      let expected: { seq: number; id: EntryId } | undefined
      for (let seq = 1; seq <= 12; seq++) {
        const tries = stores.map((store, i) => {
          const own = entry('body', 'alice', seq, `writer${i}`)
          return store.commit({ entries: [own], fences: [{ chain: own.chain, expected }] })
        })
        const outcomes = await Promise.all(tries)
        const winner = outcomes.findIndex(({ ok }) => ok)
        expectEqual(outcomes.map((o) => (o.ok ? 'won' : o.error.type)).sort(), ['fence-lost', 'won'], `round ${seq}`)
        wins[winner] = (wins[winner] ?? 0) + 1
        expected = { seq, id: entry('body', 'alice', seq, `writer${winner}`).id }
      }
      expectEqual((await chainLabels(await open1(open), 'alice')).length, 12, 'entries')
    },
  },
  {
    title: 'D5 two writers that do not know of each other lose nothing and share no place',
    async run(open) {
      const [one, other] = [await open1(open), await open1(open)]
      for (let seq = 1; seq <= 3; seq++) {
        await commitAll(one, { entries: [entry('body', 'alice', seq)] })
        await Promise.all([
          commitAll(other, { entries: [entry('body', 'bob', seq)] }),
          commitAll(one, { entries: [entry('body', 'carol', seq)] }),
        ])
      }
      const placed = valueIn(await other.readChannel(channel('body'), 0))
      expectEqual(new Set(placed.map(({ position }) => position)).size, 9, 'positions')
      expectEqual(await chainLabels(one, 'bob'), ['bob1', 'bob2', 'bob3'], 'chain')
      expectEqual(
        (await (await open1(open)).heads()).map(({ seq }) => seq),
        [3, 3, 3],
        'heads',
      )
    },
  },
  {
    title: 'records are put, listed by prefix, replaced and deleted',
    async run(open) {
      const store = await open1(open)
      const put = (key: string, text?: string) => ({ key, value: text === undefined ? undefined : utf8(text) })
      await commitAll(store, { records: [put('segment/b', '1'), put('segment/a', '2'), put('cursor', '3')] })
      await commitAll(store, { records: [put('segment/b', '4'), put('cursor')] })
      expectEqual(await store.recordKeys('segment/'), ['segment/a', 'segment/b'], 'keys')
      expectEqual(await store.recordKeys(''), ['segment/a', 'segment/b'], 'all keys')
      expectEqual([...(valueIn(await store.record('segment/b')) ?? [])], [...utf8('4')], 'replaced')
      expectEqual(valueIn(await store.record('cursor')), undefined, 'deleted')
    },
  },
  {
    title: 'F1 pieces of files are put together with a record, found by name, and are no records',
    async run(open) {
      const store = await open1(open)
      const [name, other] = [hash(utf8('piece')) as PieceName, hash(utf8('other')) as PieceName]
      const bytes = utf8('sealed')
      await commitAll(store, { records: [{ key: 'waiting', value: utf8('') }], pieces: [{ name, bytes }] })
      bytes.fill(0)
      expectEqual([...(valueIn(await store.piece(name)) ?? [])], [...utf8('sealed')], 'piece')
      expectEqual(valueIn(await store.piece(other)), undefined, 'another piece')
      const places = await store.piecePlaces()
      const found = await Promise.all(places.map(async (place) => [...(valueIn(await store.pieceAt(place)) ?? [])]))
      expectEqual(found, [[...utf8('sealed')]], 'all pieces')
      expectEqual(valueIn(await store.pieceAt('nowhere')), undefined, 'no piece')
      expectEqual(await store.recordKeys(''), ['waiting'], 'records')
    },
  },
  {
    title: 'workspaces do not see each other, and deleting one leaves the other',
    async run(open) {
      const storage = await open()
      const other = toHex(hash(utf8('other')))
      const [mine, theirs] = [valueIn(await storage.workspace(WORKSPACE)), valueIn(await storage.workspace(other))]
      const records = [{ key: 'key', value: utf8('value') }]
      const name = hash(utf8('piece')) as PieceName
      const pieces = [{ name, bytes: utf8('sealed') }]
      await commitAll(mine, { entries: run('body', 'alice', 1, 2), records, pieces })
      await commitAll(theirs, { entries: run('body', 'alice', 1, 3), records, pieces })
      valueIn(await storage.deleteWorkspace(WORKSPACE))
      const [gone, kept] = [valueIn(await storage.workspace(WORKSPACE)), valueIn(await storage.workspace(other))]
      expectEqual(
        [await gone.heads(), await gone.recordKeys(''), await channelLabels(gone, 'body'), await gone.piece(name)],
        [[], [], [], { ok: true, value: undefined }],
        'gone',
      )
      expectEqual([(await gone.piecePlaces()).length, (await kept.piecePlaces()).length], [0, 1], 'pieces of each')
      expectEqual(await channelLabels(kept, 'body'), ['alice1', 'alice2', 'alice3'], 'kept')
      expectEqual([...(valueIn(await kept.piece(name)) ?? [])], [...utf8('sealed')], 'kept piece')
      await mine.commit({ entries: run('body', 'alice', 3, 3) }) // whatever comes of it
    },
  },
  {
    title: 'values of the profile survive, and no change of another tab is lost',
    async run(open) {
      const [one, two] = [await open(), await open()]
      valueIn(await one.putRecord('name', utf8('Alice')))
      valueIn(await one.putRecord('gone', utf8('x')))
      valueIn(await two.putRecord('gone', undefined))
      const add = (storage: ProfileStorage, letter: number) =>
        storage.updateRecord('letters', (value) => Uint8Array.of(...(value ?? []), letter))
      await Promise.all([1, 2, 3, 4].map((letter) => add(letter % 2 === 0 ? one : two, letter)))
      const storage = await open()
      expectEqual([...(valueIn(await storage.record('name')) ?? [])], [...utf8('Alice')], 'name')
      expectEqual(valueIn(await storage.record('gone')), undefined, 'gone')
      expectEqual([...(valueIn(await storage.record('letters')) ?? [])].sort(), [1, 2, 3, 4], 'letters')
    },
  },
  {
    title: 'what the caller does with its bytes afterwards changes nothing',
    async run(open) {
      const store = await open1(open)
      const changed = { ...entry('body', 'alice', 1), bytes: utf8('alice1') }
      const value = utf8('value')
      await commitAll(store, { entries: [changed], records: [{ key: 'key', value }] })
      changed.bytes.fill(0)
      value.fill(0)
      expectEqual(await channelLabels(store, 'body'), ['alice1'], 'entry')
      expectEqual([...(valueIn(await store.record('key')) ?? [])], [...utf8('value')], 'record')
    },
  },
  {
    title: 'a closed storage refuses with a typed error',
    async run(open) {
      const storage = await open()
      const store = valueIn(await storage.workspace(WORKSPACE))
      storage.close()
      const outcome = await store.commit({ entries: run('body', 'alice', 1, 1) })
      expectEqual(outcome.ok ? 'taken' : outcome.error.type, 'storage-failed', 'commit')
      const put = await storage.putRecord('key', utf8('value'))
      expectEqual(put.ok ? 'taken' : put.error.type, 'storage-failed', 'record')
    },
  },
]
