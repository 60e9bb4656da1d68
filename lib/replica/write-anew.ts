import { sameBytes } from '#lib/base/bytes'
import { err, type Result } from '#lib/base/result'
import { entryKind } from '#lib/protocol/entry-kind'
import { anewTail } from '#lib/protocol/entry-tail'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import type { OwnWriting } from '#lib/replica/own-writing'
import type { SetAside, SetAsideList } from '#lib/replica/set-aside'
import type { AppendError } from '#lib/replica/write-entry'

export type WriteAnewError = AppendError | { readonly type: 'not-found' }

/**
 * Appends what makes something that was set aside stand anew, in an entry that says so (E3): nothing where `update` is
 * empty. `not-found` where it stands already. One call at a time.
 */
export async function writeAnew(
  list: SetAsideList,
  writing: OwnWriting,
  { name, newest }: SetAside,
  update: Uint8Array,
): Promise<Result<SealedEntry, WriteAnewError>> {
  const isThere = (await list.list()).some((item) => sameBytes(item.newest.id, newest.id))
  if (!isThere) return err({ type: 'not-found' })
  const kind = update.length > 0 ? entryKind.update : entryKind.merge
  return writing.append({ channel: name, kind, payload: update, tail: [anewTail(newest)] })
}
