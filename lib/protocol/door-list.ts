/**
 * What a relay makes of door statements (protocol.md R3): it judges each by what it holds when the statement arrives.
 * Whoever may take access away does so with a higher number, whoever gave it; giving access back must not overrule a
 * higher signer.
 */
import { compareBytes, toHex } from '#lib/base/bytes'
import { hash, tag } from '#lib/crypto/hash'
import {
  type DoorLevel,
  type DoorStatement,
  doorRank,
  encodeDoorStatement,
  MAX_DOOR_STEP,
  type RelayKey,
} from '#lib/protocol/door'

/** Why a statement changed nothing: a newer or stronger one is there, or its signer may not say it. */
export type DoorVerdict = 'applied' | 'superseded' | 'not-allowed'

/** What decides about one subject now. */
export interface DoorRecord {
  readonly subject: RelayKey
  readonly level: DoorLevel
  readonly n: number
  readonly signer: RelayKey
  /** The highest level at which this was said. */
  readonly signerLevel: DoorLevel
  /** The deciding statement, encoded. */
  readonly bytes: Uint8Array
}

export interface DoorList {
  /** `none` for every key that nothing was said about, but the root key. */
  levelOf(key: Uint8Array): DoorLevel
  /** Judges a statement of this room and origin whose signature was verified; keeps it when it is applied. */
  apply(statement: DoorStatement): DoorVerdict
  /** One a subject. */
  records(): readonly DoorRecord[]
}

/** Keys that one member may let in. */
export const MAX_VOUCHED = 32

/** A list with only `rootKey` on it, at root level, or as the `kept` records of an earlier one leave it. */
export function createDoorList(rootKey: Uint8Array, kept: readonly DoorRecord[] = []): DoorList {
  const root = toHex(rootKey)
  const records = new Map(kept.map((record) => [toHex(record.subject), record]))
  const levelOf = (key: string): DoorLevel => records.get(key)?.level ?? (key === root ? 'root' : 'none')

  const vouchedBy = (signer: Uint8Array): number => {
    const key = toHex(signer)
    let count = 0
    for (const record of records.values()) {
      if (record.signerLevel === 'member' && toHex(record.signer) === key) count++
    }
    return count
  }

  const mayChange = ({ signer, subject, level }: DoorStatement, before: DoorLevel, signerLevel: DoorLevel): boolean => {
    if (level === 'none' && toHex(signer) === toHex(subject)) return true
    if (signerLevel === 'root') return true
    if (signerLevel === 'admin') return doorRank(before) <= doorRank('member') && doorRank(level) <= doorRank('member')
    return signerLevel === 'member' && before === 'none' && level === 'member' && vouchedBy(signer) < MAX_VOUCHED
  }

  /** Numbers that members said bind no admin: members could use up what the log counts. What admins said binds everybody. */
  const isAbove = (signer: DoorLevel, speaker: DoorLevel): boolean =>
    speaker === 'member' && doorRank(signer) > doorRank(speaker)

  return {
    levelOf: (key) => levelOf(toHex(key)),
    records: () => [...records.values()],
    apply(statement) {
      const { subject, level, n, signer } = statement
      const key = toHex(subject)
      const before = levelOf(key)
      const signerLevel = levelOf(toHex(signer))
      const said = records.get(key) ?? (key === root ? { n: 0, signerLevel: 'root' as const } : undefined)
      if (n > (said?.n ?? 0) + MAX_DOOR_STEP) return 'not-allowed'
      const change = doorRank(level) - doorRank(before)
      if (said !== undefined) {
        const isOld = change < 0 ? n < said.n : n <= said.n
        if (isOld && (before === 'none' || !isAbove(signerLevel, said.signerLevel))) return 'superseded'
        if (change > 0 && doorRank(signerLevel) < doorRank(said.signerLevel)) return 'not-allowed'
      }
      if (!mayChange(statement, before, signerLevel)) return 'not-allowed'
      const repeats = said !== undefined && change === 0 && doorRank(said.signerLevel) > doorRank(signerLevel)
      const bytes = encodeDoorStatement(statement)
      records.set(key, { subject, level, n, signer, signerLevel: repeats ? said.signerLevel : signerLevel, bytes })
      return 'applied'
    },
  }
}

/** Tells two door lists apart: SHA-256 over the encoded statements in the order of their bytes. */
export const doorDigest = (statements: readonly Uint8Array[]): Uint8Array =>
  hash(tag('door-list'), ...statements.toSorted(compareBytes))
