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
  /** Looks again at who is a former device; whether one that had its time is back. */
  takeBack(): boolean
}

interface FarewellLink {
  isOpen(): boolean
  close(): void
}

/** News of an operation may take three seconds; the rest is for what the device wrote. */
const FAREWELL_MS = 10_000

export function createFarewells(clock: Clock, isFormer: (device: string) => boolean): Farewells {
  const over = new Set<string>()
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
      return back.length > 0
    },
  }
}
