import { createKitMaking } from '#lib/devices/make-kit'
import type { KitMaking } from '#lib/devices/recovery-state'
import { keepKit } from '#lib/host/kit-record'
import { firstView, type OwnWorkspacesParts, ownWorkspaces } from '#lib/session/own-workspaces'

/** Makes a recovery kit for all workspaces of this browser (V2). Those that come later go in by themselves. */
export function makeKit(of: OwnWorkspacesParts): KitMaking {
  const { platform, vault } = of.parts
  const { crypto, random, clock } = platform
  return createKitMaking({
    crypto,
    random,
    async keep(kit) {
      if (!(await keepKit(vault.storage, { kit, slots: [] }))) return undefined
      const own = await ownWorkspaces(of)
      const kept: string[] = []
      const failed: string[] = []
      for (const { of: workspace } of own) {
        const view = await firstView(workspace, clock)
        const done = view && (await workspace.run({ type: 'keep-kit' }))
        if (done?.ok) kept.push(view?.name ?? '')
        else failed.push(view?.name ?? '')
      }
      return { kept, failed }
    },
  })
}
