import { createKitMaking } from '#lib/devices/make-kit'
import type { KeptInKit, KitMaking } from '#lib/devices/recovery-state'
import { forgetOfferedKit, readOfferedKit } from '#lib/host/kit-news'
import { keepKit } from '#lib/host/kit-record'
import { firstView, type OwnWorkspacesParts, ownWorkspaces } from '#lib/session/own-workspaces'
import type { KitPublic } from '#lib/workspace/kit'

/** Makes a recovery kit for all workspaces of this browser (V2). Those that come later go in by themselves. */
export function makeKit(of: OwnWorkspacesParts): KitMaking {
  const { crypto, random } = of.parts.platform
  return createKitMaking({ crypto, random, keep: (kit) => putAllIn(kit, of) })
}

/** Keeps all workspaces of this browser in the kit that a linked one made, as the person said (V6). */
export async function takeOfferedKit(of: OwnWorkspacesParts): Promise<KeptInKit | undefined> {
  const offered = await readOfferedKit(of.parts.vault.storage)
  return offered && putAllIn(offered.kit, of)
}

/** Undefined where nothing could be written. */
async function putAllIn(kit: KitPublic, of: OwnWorkspacesParts): Promise<KeptInKit | undefined> {
  const { platform, vault } = of.parts
  if (!(await keepKit(vault.storage, { kit, slots: [], taken: [] }))) return undefined
  await forgetOfferedKit(vault.storage)
  const kept: string[] = []
  const failed: string[] = []
  for (const { of: workspace } of await ownWorkspaces(of)) {
    const view = await firstView(workspace, platform.clock)
    const done = view && (await workspace.run({ type: 'keep-kit' }))
    if (done?.ok) kept.push(view?.name ?? '')
    else failed.push(view?.name ?? '')
  }
  return { kept, failed }
}
