/** Making room at relays (docs/protocol.md S3), as the leader has it done and tells of it. */
import type { DeviceId } from '#lib/base/ids'
import { err, ok, type Result } from '#lib/base/result'
import type { AppendFailure } from '#lib/host/host-protocol'
import type { DropProgress, Dropping, DropSummary } from '#lib/sync/relay-drops'
import { roleOfDevice } from '#lib/workspace/authorize'
import type { MembershipState } from '#lib/workspace/membership-state'
import { hasAtLeast } from '#lib/workspace/role'

export interface RoomMakingView {
  /** Whether I may have it done: an admin's or the owner's to say. */
  readonly mayMake: boolean
  /** At most one of each relay, until it is put away. */
  readonly attempts: readonly RoomAttempt[]
}

export interface RoomAttempt {
  /** Of the relay. */
  readonly origin: string
  readonly progress: DropProgress
  /** Once it is over. */
  readonly summary: DropSummary | undefined
}

/** Of a workspace that is not written down yet, or whose log is not here. */
export const NO_ROOM_MAKING: RoomMakingView = { mayMake: false, attempts: [] }

const NOT_BEGUN: DropProgress = { segments: 0, blobs: 0, bytes: 0 }

export interface RoomMaking {
  view(state: MembershipState): RoomMakingView
  begin(origin: string): Result<void, AppendFailure>
  /** Stops it; puts it away where it is over. */
  leave(origin: string): Result<void, AppendFailure>
}

export interface RoomMakingOptions {
  readonly device: DeviceId
  readonly state: () => MembershipState | undefined
  /** At the relay there, if it is one of the workspace's. */
  readonly drop: (origin: string, onProgress: (progress: DropProgress) => void) => Dropping | undefined
  readonly onChange: () => void
  /** A relay has room that it had not. */
  readonly onRoom: () => void
}

export function createRoomMaking({ device, state, drop, onChange, onRoom }: RoomMakingOptions): RoomMaking {
  const attempts = new Map<string, { readonly attempt: RoomAttempt; readonly dropping: Dropping }>()

  const mayMake = (now: MembershipState | undefined): boolean =>
    now !== undefined && !now.needsNewerVersion && hasAtLeast(roleOfDevice(now, device), 'admin')

  function note(origin: string, facts: Partial<RoomAttempt>): void {
    const known = attempts.get(origin)
    if (known) attempts.set(origin, { ...known, attempt: { ...known.attempt, ...facts } })
    onChange()
  }

  return {
    view: (now) => ({ mayMake: mayMake(now), attempts: [...attempts.values()].map(({ attempt }) => attempt) }),
    begin(origin) {
      if (!mayMake(state())) return err({ type: 'not-allowed' })
      const known = attempts.get(origin)?.attempt
      if (known && !known.summary) return ok(undefined)
      const dropping = drop(origin, (progress) => note(origin, { progress }))
      if (!dropping) return err({ type: 'not-found' })
      attempts.set(origin, { dropping, attempt: { origin, progress: NOT_BEGUN, summary: undefined } })
      onChange()
      void dropping.summary.then((summary) => {
        note(origin, { summary })
        if (summary.bytes > 0) onRoom()
      })
      return ok(undefined)
    },
    leave(origin) {
      const known = attempts.get(origin)
      if (!known) return err({ type: 'not-found' })
      if (!known.attempt.summary) known.dropping.stop()
      else attempts.delete(origin)
      onChange()
      return ok(undefined)
    },
  }
}
