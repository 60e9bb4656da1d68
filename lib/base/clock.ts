/** Stops a task that has not run yet; harmless afterwards. */
export type Cancel = () => void

/** Time as a port, so that the core knows no timer and tests run in virtual time. */
export interface Clock {
  /** Milliseconds since 1970, as far as this device knows. Shown, never trusted. */
  now(): number
  /** Runs `task` once, `delayMs` from now at the earliest. */
  after(delayMs: number, task: () => void): Cancel
}
