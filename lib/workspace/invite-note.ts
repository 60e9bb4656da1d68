/**
 * What stands beside an `invite.create`, for members' eyes: a tail value of its entry (docs/protocol.md I8), so it is sealed
 * and signed with it, and a version that does not know it may leave it out. It decides nothing.
 */
import type { TailValue } from '#lib/protocol/entry-body'
import { tailType } from '#lib/protocol/entry-kind'
import { decodeWith, encodeWith, record, yesOrNo } from '#lib/protocol/format'
import { nameFormat } from '#lib/workspace/name'

/** A note on an invitation. */
export interface InviteNote {
  /** Whether its proof key follows from a PIN, too (I6): who lacks it is told so. */
  readonly needsPin: boolean
  /** Whom it is for; '' for nobody in particular. At most 100 characters, as a name. */
  readonly label: string
}

/** What holds of an invitation without one. */
export const NO_NOTE: InviteNote = { needsPin: false, label: '' }

/** How it stands in bytes. */
export const inviteNoteFormat = record<InviteNote>({ needsPin: yesOrNo, label: nameFormat })

/** Nothing where there is nothing to say. */
export const inviteNoteTail = (note: InviteNote): readonly TailValue[] =>
  note.needsPin || note.label !== '' ? [{ type: tailType.inviteNote, value: encodeWith(inviteNoteFormat, note) }] : []

/** The note in a tail; one that is none says nothing. Safe on hostile bytes. */
export function inviteNoteIn(tail: readonly TailValue[]): InviteNote {
  const found = tail.find(({ type }) => type === tailType.inviteNote)
  const note = found && decodeWith(inviteNoteFormat, found.value)
  return note?.ok ? note.value : NO_NOTE
}
