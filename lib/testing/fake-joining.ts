import { err, ok } from '#lib/base/result'
import type { Joining, JoinState } from '#lib/session/session-view'

/** A joining that stands in `state` until told otherwise. */
export function createFakeJoining(state: JoinState): Joining & {
  change(state: JoinState): void
  readonly accepted: readonly string[]
  readonly said: readonly string[]
} {
  const listeners = new Set<() => void>()
  const accepted: string[] = []
  const said: string[] = []
  let current = state
  const change = (next: JoinState) => {
    current = next
    for (const listener of [...listeners]) listener()
  }
  return {
    accepted,
    said,
    change,
    state: () => current,
    subscribe(changed) {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
    async accept(name, pin) {
      accepted.push(pin === undefined ? name : `${name}, ${pin}`)
    },
    async openWords(text) {
      said.push(text)
    },
    unlock: async (passphrase) => (passphrase === 'right' ? ok(undefined) : err({ type: 'wrong-passphrase' })),
    startAnew: () => {},
    openProfile: () => {},
    cancel: () => change({ type: 'no-invitation' }),
    close: () => listeners.clear(),
  }
}
