import { fromBase64Url, toBase64Url } from '#lib/base/base64url'
import type { Clock } from '#lib/base/clock'
import type { PersonId, WorkspaceId } from '#lib/base/ids'
import { err, ok, type Result } from '#lib/base/result'
import { createGiving, type LinkableWorkspace } from '#lib/devices/give-link'
import type { Giving } from '#lib/devices/linking-state'
import type { AppendFailure, CommandReply, HostCommand, HostView } from '#lib/host/host-protocol'
import type { BackgroundRoads } from '#lib/session/background-roads'
import type { OpenWorkspace, WorkspaceParts } from '#lib/session/open-workspace'

export interface LinkDeviceParts {
  readonly parts: WorkspaceParts
  readonly roads: BackgroundRoads
  /** The workspace on screen, in whose room the two devices meet; undefined while nothing is written. */
  readonly current: OpenWorkspace | undefined
}

interface Commanded {
  run(command: HostCommand): Promise<Result<CommandReply, AppendFailure>>
  view(): Promise<Pick<HostView, 'me' | 'name'> | undefined>
}

const LOOK_EVERY_MS = 500
const MOST_LOOKS = 20

/** Links the device that shows `words` (V1), in all workspaces of this browser. */
export function linkDevice(words: string, { parts, roads, current }: LinkDeviceParts): Giving {
  const { platform, vault } = parts
  const { clock, crypto, random } = platform
  let mailboxKey: Uint8Array | undefined

  async function linkable(id: WorkspaceId, of: Commanded): Promise<LinkableWorkspace | undefined> {
    const view = await firstView(of, clock)
    const person = view && (fromBase64Url(view.me.id) as PersonId | undefined)
    if (!view || person?.length !== 32) return undefined
    return {
      workspaceId: id,
      person,
      name: view.name,
      async addDevice(device, name) {
        const done = await of.run({ type: 'link-device', device, name })
        if (!done.ok) return done
        return done.value.type === 'device-linked' ? ok(done.value.box) : err({ type: 'not-allowed' })
      },
    }
  }

  async function workspaces(): Promise<readonly LinkableWorkspace[]> {
    const profile = await vault.profile()
    if (!profile.ok) return []
    const all = await Promise.all(
      profile.value.workspaces.map(async ({ id }) => {
        if (current && current.id === toBase64Url(id)) {
          return linkable(id, { run: current.command, view: async () => current.view() })
        }
        const road = await roads.open(parts, id)
        return road && linkable(id, road)
      }),
    )
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
    onEnd() {
      if (mailboxKey) void current?.command({ type: 'leave-pairing', mailboxKey })
    },
  })
}

/** A leader that was only just asked to open a workspace has nothing to tell for a moment. */
async function firstView(of: Commanded, clock: Clock): Promise<Pick<HostView, 'me' | 'name'> | undefined> {
  for (let look = 0; look < MOST_LOOKS; look++) {
    const view = await of.view()
    if (view && view.me.id !== '') return view
    await new Promise<void>((resolve) => void clock.after(LOOK_EVERY_MS, resolve))
  }
  return undefined
}
