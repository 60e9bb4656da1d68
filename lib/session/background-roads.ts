import { toHex } from '#lib/base/bytes'
import type { WorkspaceId } from '#lib/base/ids'
import type { WorkspaceRoad } from '#lib/host/workspace-road'
import { openRoad, type WorkspaceParts } from '#lib/session/open-workspace'

/**
 * Workspaces of this profile that are worked on without being on screen: open until this tab shows them, so that what was
 * written there reaches a relay.
 */
export interface BackgroundRoads {
  /** Undefined where its keys cannot be had. */
  open(parts: WorkspaceParts, id: WorkspaceId): Promise<WorkspaceRoad | undefined>
  /** Before a workspace is shown: one tab has one road to it. */
  leave(id: WorkspaceId): Promise<void>
  /** Leaves all. */
  close(): Promise<void>
}

export function createBackgroundRoads(): BackgroundRoads {
  const roads = new Map<string, WorkspaceRoad>()
  return {
    async open(parts, id) {
      const known = roads.get(toHex(id))
      if (known) return known
      const keys = await parts.vault.loadWorkspaceKeys(id)
      if (!keys.ok || !keys.value) return undefined
      const road = openRoad(parts, keys.value)
      roads.set(toHex(id), road)
      return road
    },
    async leave(id) {
      const road = roads.get(toHex(id))
      roads.delete(toHex(id))
      await road?.close()
    },
    async close() {
      const open = [...roads.values()]
      roads.clear()
      await Promise.all(open.map((road) => road.close()))
    },
  }
}
