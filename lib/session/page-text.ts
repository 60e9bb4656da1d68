import type * as Y from 'yjs'
import type { ChannelName } from '#lib/base/ids'
import { reenterDiscussion } from '#lib/document/discussion'
import { addPage, listPages, setTitle } from '#lib/document/workspace-index'
import { bodyNode, writeBody } from '#lib/editor/shared-body'
import { parseChannelName } from '#lib/protocol/channel-name'
import type { ChannelDocOptions } from '#lib/session/channel-doc'

/** Writes into `fresh` what only `before` shows of a page's text. */
const reenterBody = (before: Y.Doc, fresh: Y.Doc): void => writeBody(fresh, bodyNode(before))

/** Writes into `fresh` the pages and titles that only `before` has. */
function reenterIndex(before: Y.Doc, fresh: Y.Doc): void {
  const known = new Map(listPages(fresh).pages.map((page) => [page.key, page.title]))
  for (const page of listPages(before).pages) {
    if (!known.has(page.key)) addPage(fresh, page.id, page.createdAt)
    if (known.get(page.key) !== page.title) setTitle(fresh, page.id, page.title)
  }
}

/** How a document of that channel is written anew (E2, E3). */
export function reenterIn(name: ChannelName): ChannelDocOptions['reenter'] {
  const type = parseChannelName(name)?.type
  return type === 'index' ? reenterIndex : type === 'discussion' ? reenterDiscussion : reenterBody
}
