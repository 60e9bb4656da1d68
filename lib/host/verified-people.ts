import { fromBase64Url, toBase64Url } from '#lib/base/base64url'
import { sameBytes, toHex } from '#lib/base/bytes'
import type { Clock } from '#lib/base/clock'
import type { DeviceId, PersonId } from '#lib/base/ids'
import { err, ok, type Result } from '#lib/base/result'
import type { AppendFailure } from '#lib/host/host-protocol'
import { readNote, writeNote } from '#lib/host/note'
import type { StandingFact } from '#lib/host/notice-board'
import { bytesOf, listOf, record, textWhere, unsigned } from '#lib/protocol/format'
import type { WorkspaceStore } from '#lib/storage/storage'
import type { MembershipState } from '#lib/workspace/membership-state'

/**
 * Whose safety number somebody compared at this device (V5). A note of this device alone, sealed with everything else: it
 * says nothing to others and decides nothing. What changes about such a person afterwards is never silent.
 */
export interface VerifiedPeople {
  /** Who is marked, as far as they are members. */
  list(state: MembershipState): readonly VerifiedPerson[]
  /** Whether that device, by its id in hex, is of somebody marked. */
  has(device: string, state: MembershipState): boolean
  /** What is to be told of them. */
  facts(state: MembershipState): readonly StandingFact[]
  /** Somebody compared the number with this person, or compared it again. */
  note(person: string, state: MembershipState): Promise<Result<void, AppendFailure>>
  /** Takes the mark away. */
  forget(person: string): Promise<Result<void, AppendFailure>>
  /** A notice of these facts was put away: what it told counts as seen. Any other id is none of them. */
  dismissed(noticeId: string, state: MembershipState | undefined): Promise<void>
}

export interface VerifiedPerson {
  /** base64url of the person's root key. */
  readonly id: string
  readonly sinceMs: number
  /** Devices of theirs that came after that, and that nobody said to have seen. */
  readonly newDevices: number
}

interface Mark {
  readonly person: PersonId
  readonly sinceSeconds: number
  readonly devices: readonly DeviceId[]
  /** What they were called then: whoever takes the name later is somebody else. */
  readonly name: string
  /** Others of that name who were told of and seen. */
  readonly namesakes: readonly PersonId[]
}

const KEY = 'verified-people'
const MOST_PEOPLE = 10_000
const MOST_DEVICES = 1000
const MOST_NAME_BYTES = 1024

const marksFormat = listOf<Mark>(
  record({
    person: bytesOf<PersonId>(32),
    sinceSeconds: unsigned(Number.MAX_SAFE_INTEGER),
    devices: listOf(bytesOf<DeviceId>(32), MOST_DEVICES),
    name: textWhere(MOST_NAME_BYTES, () => true),
    namesakes: listOf(bytesOf<PersonId>(32), MOST_PEOPLE),
  }),
  MOST_PEOPLE,
)

/** Reads the marks of this device; damaged ones are none, so that nobody is shown as verified by accident. */
export async function openVerifiedPeople(
  store: WorkspaceStore,
  clock: Pick<Clock, 'now'>,
  onChange: () => void,
): Promise<VerifiedPeople> {
  let marks: readonly Mark[] = (await readNote(store, KEY, marksFormat)) ?? []

  async function keep(next: readonly Mark[]): Promise<Result<void, AppendFailure>> {
    const written = await writeNote(store, KEY, marksFormat, next.length > 0 ? next : undefined)
    if (!written.ok) return err({ type: written.error.type === 'storage-full' ? 'storage-full' : 'storage-failed' })
    marks = next
    onChange()
    return ok(undefined)
  }

  const others = (person: PersonId) => marks.filter((mark) => !sameBytes(mark.person, person))

  function newDevicesOf({ person, devices }: Mark, state: MembershipState): readonly DeviceId[] {
    const seen = new Set(devices.map(toHex))
    const now = state.members.get(toHex(person))?.devices ?? []
    return now.map(({ device }) => device).filter((device) => !seen.has(toHex(device)))
  }

  /** Members without a mark who are called what a marked person was called when they were compared. */
  function namesakesOf({ name, person, namesakes }: Mark, state: MembershipState): readonly PersonId[] {
    const wanted = plainName(name)
    if (wanted === '') return []
    const known = new Set([...namesakes, ...marks.map((mark) => mark.person)].map(toHex))
    return [...state.members.values()]
      .filter((member) => plainName(member.name) === wanted && !sameBytes(member.person, person))
      .map((member) => member.person)
      .filter((other) => !known.has(toHex(other)))
  }

  return {
    list: (state) =>
      marks
        .filter(({ person }) => state.members.has(toHex(person)))
        .map((mark) => ({
          id: toBase64Url(mark.person),
          sinceMs: mark.sinceSeconds * 1000,
          newDevices: newDevicesOf(mark, state).length,
        })),
    has(device, state) {
      const person = state.devices.get(device)?.person
      return person !== undefined && marks.some((mark) => sameBytes(mark.person, person))
    },
    facts: (state) =>
      marks.flatMap((mark): readonly StandingFact[] => {
        const key = toHex(mark.person)
        const who = state.members.get(key)?.name || mark.name
        const isNew = newDevicesOf(mark, state).length > 0
        return [
          ...(isNew ? [{ type: 'verified-new-device', key, who } as const] : []),
          ...namesakesOf(mark, state).map(
            (other) => ({ type: 'verified-other-key', key: toHex(other), who: mark.name }) as const,
          ),
        ]
      }),
    async note(id, state) {
      const person = fromBase64Url(id) as PersonId | undefined
      const member = person && state.members.get(toHex(person))
      if (!person || !member) return err({ type: 'not-allowed' })
      const devices = member.devices.map(({ device }) => device)
      const sinceSeconds = Math.floor(clock.now() / 1000)
      return keep([...others(person), { person, sinceSeconds, devices, name: member.name, namesakes: [] }])
    },
    async forget(id) {
      const person = fromBase64Url(id) as PersonId | undefined
      return person ? keep(others(person)) : err({ type: 'not-allowed' })
    },
    async dismissed(noticeId, state) {
      if (!state) return
      const seen = marks.map((mark): Mark => {
        const isDevice = noticeId === `verified-new-device/${toHex(mark.person)}`
        const isNamesake = (other: PersonId) => noticeId === `verified-other-key/${toHex(other)}`
        const devices = isDevice ? newDevicesOf(mark, state) : []
        const namesakes = namesakesOf(mark, state).filter(isNamesake)
        if (devices.length + namesakes.length === 0) return mark
        return { ...mark, devices: [...mark.devices, ...devices], namesakes: [...mark.namesakes, ...namesakes] }
      })
      if (seen.some((mark, i) => mark !== marks[i])) await keep(seen)
    },
  }
}

/** Marks a person by the log as it stands, or takes the mark away. */
export const markPerson =
  (people: VerifiedPeople, state: () => MembershipState | undefined) =>
  async (person: string, verified: boolean): Promise<Result<void, AppendFailure>> => {
    const now = state()
    if (!verified) return people.forget(person)
    return now ? people.note(person, now) : err({ type: 'not-allowed' })
  }

/** As people read a name: another case, other spaces or another way to write an accent make no other name. */
const plainName = (name: string): string => name.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase()
