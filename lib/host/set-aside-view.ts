import { toBase64Url } from '#lib/base/base64url'
import { toHex } from '#lib/base/bytes'
import { err, ok, type Result } from '#lib/base/result'
import { faceOf } from '#lib/host/face-of'
import type { SetAsideEdits } from '#lib/host/held-back-view'
import type { AppendFailure, CommandReply } from '#lib/host/host-protocol'
import { parseChannelName } from '#lib/protocol/channel-name'
import type { Replica } from '#lib/replica/replica'
import type { SetAside } from '#lib/replica/set-aside'
import type { MembershipState } from '#lib/workspace/membership-state'

const idOf = ({ newest }: SetAside): string => toBase64Url(newest.id)

/** A line for each side of a fork that does not count and that this person's devices wrote (E3). */
export const setAsideView = (state: MembershipState, items: readonly SetAside[]): readonly SetAsideEdits[] =>
  items.flatMap((item): readonly SetAsideEdits[] => {
    const author = state.devices.get(toHex(item.device))?.person
    const parsed = parseChannelName(item.name)
    if (!author || !parsed || parsed.type === 'log') return []
    return [
      {
        type: 'set-aside',
        id: idOf(item),
        ...faceOf(state, author),
        edits: item.edits,
        sinceMs: item.sinceSeconds * 1000,
        pageId: parsed.type === 'index' ? undefined : toBase64Url(parsed.document),
        text: item.text,
      },
    ]
  })

const find = async (replica: Pick<Replica, 'setAside'>, id: string): Promise<SetAside | undefined> =>
  (await replica.setAside()).find((item) => idOf(item) === id)

/** The edits themselves, for the tab that writes them anew. `id` is that of a line. */
export async function readSetAside(
  replica: Pick<Replica, 'setAside'>,
  id: string,
): Promise<Result<CommandReply, AppendFailure>> {
  const item = await find(replica, id)
  return item ? ok({ type: 'set-aside', channel: item.name, updates: item.updates }) : err({ type: 'not-found' })
}

/** Lets them stand anew by `update`, which is empty where there is nothing to write: nobody is offered them any more. */
export async function writeAnew(
  replica: Pick<Replica, 'setAside' | 'writeAnew'>,
  { id, update }: { readonly id: string; readonly update: Uint8Array },
): Promise<Result<unknown, AppendFailure>> {
  const item = await find(replica, id)
  return item ? replica.writeAnew(item, update) : err({ type: 'not-found' })
}
