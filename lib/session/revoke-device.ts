import { fromBase64Url, toBase64Url } from '#lib/base/base64url'
import { sameBytes, toHex } from '#lib/base/bytes'
import { ok, type Result } from '#lib/base/result'
import type { AppendFailure } from '#lib/host/host-protocol'
import { readLinks } from '#lib/host/link-record'
import { firstView, type OwnWorkspacesParts, ownWorkspaces } from '#lib/session/own-workspaces'

/**
 * Revokes a device of this person in the workspace on screen and, where this browser was linked with it, in every other
 * one that both are in (V6). Gives the names of those where it could not; an error: it was not even revoked here.
 */
export async function revokeDevice(
  id: string,
  of: OwnWorkspacesParts,
): Promise<Result<readonly string[], AppendFailure>> {
  const { current, parts } = of
  const device = fromBase64Url(id)
  const links = device ? await readLinks(parts.vault.storage) : []
  const isThis = (other: Uint8Array) => device !== undefined && sameBytes(other, device)
  const places = links.find((link) => link.places.some((place) => isThis(place.device)))?.places ?? []
  const here = await current?.command({ type: 'revoke-device', device: id })
  if (!here?.ok) return here ?? { ok: false, error: { type: 'not-found' } }
  const elsewhere = new Map(places.flatMap((one) => (isThis(one.device) ? [] : [[toHex(one.workspaceId), one.device]])))
  if (elsewhere.size === 0) return ok([])
  const failed: string[] = []
  for (const { id: workspaceId, of: workspace } of await ownWorkspaces(of)) {
    const other = elsewhere.get(toHex(workspaceId))
    const view = other && (await firstView(workspace, parts.platform.clock))
    if (!other || !view?.devices.some((one) => one.id === toBase64Url(other))) continue
    const done = await workspace.run({ type: 'revoke-device', device: toBase64Url(other) })
    if (!done.ok) failed.push(view.name)
  }
  return ok(failed)
}
