/**
 * The door of a room that several nodes may keep. A statement is judged by what this node knows; the store takes the
 * verdict only where nothing else was said meanwhile, else the door is read again and the statement judged anew. So it
 * is as if one relay had judged everything in one order (R3).
 */
import { sameBytes } from '#lib/base/bytes'
import {
  type DoorLevel,
  type DoorStatement,
  decodeDoorStatement,
  type RelayKey,
  type RoomName,
} from '#lib/protocol/door'
import { createDoorList, type DoorRecord, doorDigest } from '#lib/protocol/door-list'
import type { CommitQueue } from '#relay/commit-queue'
import { isRefused, type LogStore } from '#relay/log-store'

export interface RoomDoor {
  levelOf(key: RelayKey): DoorLevel
  statements(): readonly Uint8Array[]
  digest(): Uint8Array
  /** Writes the door down as it is, from now on whatever changes it. */
  begin(): Promise<void>
  /** Judges statements whose signatures were verified; resolves when what they changed is on disk. */
  apply(statements: readonly DoorStatement[]): Promise<void>
  /** Reads again what another node may have changed. */
  reload(): Promise<void>
}

export interface RoomDoorOptions {
  readonly name: RoomName
  readonly rootKey: RelayKey
  readonly store: Pick<LogStore, 'room' | 'doorRecords'>
  readonly queue: Pick<CommitQueue, 'add'>
  /** Keys of which it keeps what was said, so that nobody fills it. */
  readonly mostSubjects: number
  /** Called after every change. */
  readonly onChange: () => void
}

/** Loads the door; where the store does not have the room, it begins with its root key alone. */
export async function loadRoomDoor(options: RoomDoorOptions): Promise<RoomDoor> {
  const { name, rootKey, store, queue, mostSubjects, onChange } = options
  let list = createDoorList(rootKey)
  /** How often the store's door had changed when it was read, and by this node since. */
  let version = 0
  let isStored = false
  /** What this node holds may differ from what the store holds, since a write failed. */
  let isDoubtful = false
  let work: Promise<void> = Promise.resolve()

  /** The version first: one that is too old is refused and read again, one that is too new would overwrite. */
  const read = async () => {
    const record = await store.room(name)
    isDoubtful = false
    isStored = record !== undefined
    if (record === undefined) return
    list = createDoorList(rootKey, await store.doorRecords(name))
    version = record.doorVersion
    onChange()
  }

  const inOrder = (task: () => Promise<void>): Promise<void> => {
    const done = work.then(async () => {
      if (isDoubtful) await read()
      return task()
    })
    work = done.catch(() => {})
    return done
  }

  /** Whether all of them were taken; none after one that was not. */
  const write = async (records: readonly DoorRecord[]): Promise<boolean> => {
    isDoubtful = true
    const placed = await Promise.all(
      records.map((record, i) => queue.add({ type: 'door', room: name, record, version: version + i })),
    )
    isDoubtful = false
    version += placed.length
    return !placed.some(isRefused)
  }

  const hasPlaceFor = (key: RelayKey) => {
    const records = list.records()
    return records.length < mostSubjects || records.some(({ subject }) => sameBytes(subject, key))
  }

  const judge = async (statements: readonly DoorStatement[]): Promise<void> => {
    for (let isTaken = false; !isTaken; ) {
      const said = statements.filter(
        (statement) => hasPlaceFor(statement.subject) && list.apply(statement) === 'applied',
      )
      if (said.length === 0) return
      onChange()
      if (!isStored) return
      const isSaid = ({ subject }: DoorRecord) => said.some((statement) => sameBytes(statement.subject, subject))
      isTaken = await write(list.records().filter(isSaid))
      if (!isTaken) await read()
    }
  }

  const statements = () => list.records().map(({ bytes }) => bytes)
  await read()
  return {
    levelOf: (key) => list.levelOf(key),
    statements,
    digest: () => doorDigest(statements()),
    begin: () =>
      inOrder(async () => {
        if (isStored) return
        isStored = true
        const kept = list.records()
        if (await write(kept)) return
        await read()
        await judge(
          kept.flatMap(({ bytes }) => {
            const statement = decodeDoorStatement(bytes)
            return statement.ok ? [statement.value] : []
          }),
        )
      }),
    apply: (said) => inOrder(() => judge(said)),
    reload: () => inOrder(read),
  }
}
