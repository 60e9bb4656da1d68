import { fromBase64Url } from '#lib/base/base64url'
import type { DeviceId, PersonId } from '#lib/base/ids'
import { err, ok } from '#lib/base/result'
import { createGiving, type LinkableWorkspace } from '#lib/devices/give-link'
import type { Giving } from '#lib/devices/linking-state'
import { keepLink } from '#lib/host/link-record'
import { firstView, type OwnWorkspace, type OwnWorkspacesParts, ownWorkspaces } from '#lib/session/own-workspaces'

/** Links the device that shows `words` (V1), in all workspaces of this browser. */
export function linkDevice(words: string, { parts, roads, current }: OwnWorkspacesParts): Giving {
  const { clock, crypto, random } = parts.platform
  let mailboxKey: Uint8Array | undefined
  let opened: readonly OwnWorkspace[] = []

  async function linkable({ id, of }: OwnWorkspace): Promise<LinkableWorkspace | undefined> {
    const view = await firstView(of, clock)
    const person = view && (fromBase64Url(view.me.id) as PersonId | undefined)
    const own = view?.devices.find(({ thisOne }) => thisOne)
    const device = own && (fromBase64Url(own.id) as DeviceId | undefined)
    if (!view || person?.length !== 32 || device?.length !== 32) return undefined
    return {
      workspaceId: id,
      person,
      device,
      name: view.name,
      async addDevice(device, name) {
        const done = await of.run({ type: 'link-device', device, name })
        if (!done.ok) return done
        return done.value.type === 'device-linked' ? ok(done.value.box) : err({ type: 'not-allowed' })
      },
    }
  }

  async function workspaces(): Promise<readonly LinkableWorkspace[]> {
    opened = await ownWorkspaces({ parts, roads, current })
    const all = await Promise.all(opened.map(linkable))
    return all.filter((one) => one !== undefined)
  }

  return createGiving({
    words,
    crypto,
    clock,
    random,
    personName: parts.profile()?.name ?? '',
    isReady: current !== undefined,
    workspaces,
    async attend(wish) {
      mailboxKey = wish.mailboxKey
      const done = await current?.command({ type: 'attend-pairing', wish })
      return done?.ok && done.value.type === 'pairing-deposits' ? done.value.deposits : []
    },
    async keepLink(secret, name, places) {
      const link = { secret, side: 'giver', name, places, isOut: false, toldKit: undefined } as const
      if (!(await keepLink(parts.vault.storage, link))) return
      for (const { of } of opened) void of.run({ type: 'attend-links' })
    },
    onEnd() {
      if (mailboxKey) void current?.command({ type: 'leave-pairing', mailboxKey })
    },
  })
}
