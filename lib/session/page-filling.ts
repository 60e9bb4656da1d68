import type { Clock } from '#lib/base/clock'
import { openSlice, type PageSlice } from '#lib/convert/page-slices'
import { appendBody } from '#lib/editor/shared-body'
import type { UsedChannel } from '#lib/session/open-channels'

/** The rest of a long text on its way into a page. */
export interface Filling {
  /** The page's body; released at the end. */
  readonly body: UsedChannel
  readonly slices: readonly PageSlice[]
  /** Where a link of the text leads. */
  hrefOf(href: unknown): unknown
  /** Stops it; what is written stays. */
  readonly signal: AbortSignal
  /** Whether the page has no room for it any more. */
  isUnwanted(): boolean
  /** Another slice is written. */
  onWritten(): void
}

/** Writes long texts into pages, each slice when the one before is on disk. */
export interface PageFilling {
  /** Slices that are to be written yet. */
  unwritten(): number
  /** Resolves at the end, an early one too. */
  fill(filling: Filling): Promise<void>
  /** Resolves when everything that was begun has ended. */
  settled(): Promise<void>
}

/** `onEnd` is called after each text, whatever became of it. */
export function createPageFilling({ clock, onEnd }: { clock: Clock; onEnd(): void }): PageFilling {
  const running = new Set<Promise<void>>()
  let unwritten = 0

  /** Keys get their turn between slices, and no change outgrows what one entry may hold (E7). */
  async function write({ body: { doc }, slices, hrefOf, signal, isUnwanted, onWritten }: Filling): Promise<void> {
    unwritten += slices.length
    for (const [i, slice] of slices.entries()) {
      await doc.flush()
      await new Promise<void>((resolve) => clock.after(0, resolve))
      if (signal.aborted || doc.readOnly() || isUnwanted()) {
        unwritten -= slices.length - i
        break
      }
      unwritten--
      doc.userEdit(() => appendBody(doc.doc(), openSlice(slice, hrefOf)))
      onWritten()
    }
    await doc.flush()
    onEnd()
  }

  return {
    unwritten: () => unwritten,
    fill(filling) {
      const written = write(filling).finally(() => {
        running.delete(written)
        filling.body.release()
      })
      running.add(written)
      return written
    },
    async settled() {
      await Promise.all(running)
    },
  }
}
