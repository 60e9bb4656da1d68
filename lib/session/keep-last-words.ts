import type { LastWords, UnsavedEdits } from '#lib/session/last-words'

/** What an earlier tab left and this one leaves: an edit stays noted until it is on disk, or stands anew in the note. */
export interface KeptWords {
  /** What lay there at the beginning. */
  readonly found: readonly UnsavedEdits[]
  /** Leaves what waits now, for the next tab in case this one has no time. */
  leave(): void
  /** Drops from the note what waits no more; due after every change of what waits. */
  settle(): void
  /** The note stays as it is. */
  close(): void
}

/** `unsaved` tells what waits in this tab, `found` included as soon as that was adopted. */
export function keepLastWords(words: LastWords, unsaved: () => readonly UnsavedEdits[]): KeptWords {
  const found = words.read()
  let noted = found
  let closed = false

  function leave(): void {
    noted = unsaved().filter(({ updates }) => updates.length > 0)
    words.leave(noted)
  }

  return {
    found,
    leave,
    settle() {
      if (closed || noted.length === 0) return
      const waiting = new Set(unsaved().flatMap(({ updates }) => updates))
      if (!noted.every(({ updates }) => updates.every((update) => waiting.has(update)))) leave()
    },
    close() {
      closed = true
    },
  }
}
