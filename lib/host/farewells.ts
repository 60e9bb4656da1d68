/**
 * How long a former device may still read in the log that it is over, and hand over what it wrote itself (R1, W1).
 * Whoever had that time gets no further link: a device would make a closed one anew for ever.
 */
import type { Clock } from '#lib/base/clock'

export interface Farewells {
  /** A link to a former device (hex) stands: it is closed when its time is over. */
  begin(device: string, link: FarewellLink): void
  /** Whether the device is a former one that had its time. */
  isOver(device: string): boolean
  /** Looks again at who is a former device; whether one that had its time is back, or this one itself. */
  takeBack(): boolean
}

interface FarewellLink {
  isOpen(): boolean
  close(): void
}

/** News of an operation may take three seconds; the rest is for what the device wrote. */
const FAREWELL_MS = 10_000

/** `own`: this device (hex). To the others it was a former one as well, and its calls to them were in vain. */
export function createFarewells(clock: Clock, own: string, isFormer: (device: string) => boolean): Farewells {
  const over = new Set<string>()
  let wasOut = false
  return {
    begin(device, link) {
      clock.after(FAREWELL_MS, () => {
        if (!isFormer(device) || !link.isOpen()) return
        over.add(device)
        link.close()
      })
    },
    isOver: (device) => over.has(device) && isFormer(device),
    takeBack() {
      const back = [...over].filter((device) => !isFormer(device))
      for (const device of back) over.delete(device)
      const isBack = wasOut && !isFormer(own)
      wasOut = isFormer(own)
      return back.length > 0 || isBack
    },
  }
}
