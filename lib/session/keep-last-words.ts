import type { LastWords, UnsavedEdits } from '#lib/session/last-words'

/** What earlier tabs left and this one leaves: an edit stays noted until it is on disk, or stands anew in another note. */
export interface KeptWords {
  /** What lay there at the beginning. */
  readonly found: readonly UnsavedEdits[]
  /** The words of tabs that went since: kept like those from the beginning. To be adopted before anything else settles. */
  takeUp(freeSlots: readonly FreeSlotWords[]): readonly UnsavedEdits[]
  /** Leaves what waits now, for the next tab in case this one has no time. */
  leave(): void
  /** Drops from the notes what waits no more; due after every change of what waits. */
  settle(): void
  /** The notes stay as they are. */
  close(): void
}

/** The words of a slot whose tab is gone; the slot is held, so that nobody goes on under its client ids before they are. */
export interface FreeSlotWords {
  readonly words: LastWords
  release(): void
}

/**
 * `own` are the words of this tab's slot. `unsaved` tells what waits in this tab, `found` included as soon as that was
 * adopted. What was left under another slot stays in the note of that slot, where its client ids belong.
 */
export function keepLastWords(
  own: LastWords,
  freeSlots: readonly FreeSlotWords[],
  unsaved: () => readonly UnsavedEdits[],
): KeptWords {
  const readSlot = (slot: FreeSlotWords) => ({ ...slot, noted: slot.words.read() })
  let noted = own.read()
  let others = freeSlots.map(readSlot)
  const found = [...noted, ...others.flatMap((other) => other.noted)]
  let closed = false

  function leave(): void {
    const elsewhere = updatesOf(others.flatMap((other) => other.noted))
    noted = only(unsaved(), (update) => !elsewhere.has(update))
    own.leave(noted)
  }

  return {
    found,
    takeUp(further) {
      const read = further.map(readSlot)
      others = [...others, ...read]
      return read.flatMap((other) => other.noted)
    },
    leave,
    settle() {
      if (closed || (noted.length === 0 && others.length === 0)) return
      const waiting = updatesOf(unsaved())
      const before = updatesOf([...noted, ...others.flatMap((other) => other.noted)])
      if ([...before].every((update) => waiting.has(update)) && others.every((other) => other.noted.length > 0)) return
      others = others.map((other) => ({ ...other, noted: only(other.noted, (update) => waiting.has(update)) }))
      leave()
      for (const other of others) {
        other.words.leave(other.noted)
        if (other.noted.length === 0) other.release()
      }
      others = others.filter((other) => other.noted.length > 0)
    },
    close() {
      closed = true
      for (const other of others) other.release()
    },
  }
}

const updatesOf = (edits: readonly UnsavedEdits[]): ReadonlySet<Uint8Array> =>
  new Set(edits.flatMap(({ updates }) => updates))

function only(edits: readonly UnsavedEdits[], wanted: (update: Uint8Array) => boolean): readonly UnsavedEdits[] {
  const kept = edits.map(({ channel, updates }) => ({ channel, updates: updates.filter(wanted) }))
  return kept.filter(({ updates }) => updates.length > 0)
}
