import { toBase64Url } from '#lib/base/base64url'
import type { Clock } from '#lib/base/clock'
import type { WorkspaceId } from '#lib/base/ids'
import type { Result } from '#lib/base/result'
import type { AppendFailure, CommandReply, HostCommand, HostView } from '#lib/host/host-protocol'
import type { BackgroundRoads } from '#lib/session/background-roads'
import type { OpenWorkspace, WorkspaceParts } from '#lib/session/open-workspace'

export interface OwnWorkspacesParts {
  readonly parts: WorkspaceParts
  readonly roads: BackgroundRoads
  /** The workspace on screen; undefined while nothing is written. */
  readonly current: OpenWorkspace | undefined
}

export type OwnView = Pick<HostView, 'me' | 'name' | 'devices'>

/** A workspace of this browser, on screen or not, to ask things of. */
export interface OwnWorkspace {
  readonly id: WorkspaceId
  readonly of: {
    run(command: HostCommand): Promise<Result<CommandReply, AppendFailure>>
    view(): Promise<OwnView | undefined>
  }
}

const LOOK_EVERY_MS = 500
const MOST_LOOKS = 20

/** All of them in the order of the switcher, but those whose keys cannot be had. */
export async function ownWorkspaces({ parts, roads, current }: OwnWorkspacesParts): Promise<readonly OwnWorkspace[]> {
  const profile = await parts.vault.profile()
  const known = profile.ok ? profile.value.workspaces : []
  const all = await Promise.all(
    known.map(async ({ id }): Promise<OwnWorkspace | undefined> => {
      if (current && current.id === toBase64Url(id)) {
        return { id, of: { run: current.command, view: async () => current.view() } }
      }
      const road = await roads.open(parts, id)
      return road && { id, of: road }
    }),
  )
  return all.filter((one) => one !== undefined)
}

/** A leader that was only just asked to open a workspace has nothing to tell for a moment. */
export async function firstView(of: OwnWorkspace['of'], clock: Clock): Promise<OwnView | undefined> {
  for (let look = 0; look < MOST_LOOKS; look++) {
    const view = await of.view()
    if (view && view.me.id !== '') return view
    await new Promise<void>((resolve) => void clock.after(LOOK_EVERY_MS, resolve))
  }
  return undefined
}
