import type * as Y from 'yjs'
import { fromBase64Url } from '#lib/base/base64url'
import { toHex, utf8 } from '#lib/base/bytes'
import type { ChannelName, DocumentId } from '#lib/base/ids'
import { err, ok, type Result } from '#lib/base/result'
import { withNames } from '#lib/editor/mention-names'
import { bodyNode } from '#lib/editor/shared-body'
import type { AppendFailure, HostClient } from '#lib/host/host-protocol'
import { bodyChannelName } from '#lib/protocol/channel-name'
import { type Mention, mentionFrom } from '#lib/schema/mention-node'
import type { OpenChannels } from '#lib/session/open-channels'
import type { PageView } from '#lib/session/session-view'

/** A page that mentions another one. */
export interface Backlink {
  readonly page: PageView
  /** The line of its first mention, shortened. */
  readonly quote: string
}

const MAX_QUOTE_LENGTH = 160

/**
 * Which of `pages` mention the page of this id, as far as they are on this device. The leader looks through each page's bytes
 * for the id; only what holds it is opened here.
 */
export async function findBacklinks(
  { host, channels }: { host: Pick<HostClient, 'run'>; channels: Pick<OpenChannels, 'use'> },
  pages: readonly PageView[],
  id: string,
): Promise<Result<readonly Backlink[], AppendFailure>> {
  const byChannel = new Map<string, { readonly name: ChannelName; readonly page: PageView }>()
  for (const page of pages) {
    const document = page.id === id ? undefined : fromBase64Url(page.id)
    if (!document) continue
    const name = bodyChannelName(document as DocumentId)
    byChannel.set(toHex(name), { name, page })
  }
  const names = [...byChannel.values()].map(({ name }) => name)
  const looked = await host.run({ type: 'look-through', channels: names, bytes: utf8(id) })
  if (!looked.ok) return looked
  if (looked.value.type !== 'channels') return err({ type: 'nobody-leads' })
  const titles = new Map(pages.map((page) => [page.id, page.title]))
  const named = (mention: Mention): Mention => ({ ...mention, name: titles.get(mention.id) ?? mention.name })
  const found: Backlink[] = []
  for (const name of looked.value.channels) {
    const page = byChannel.get(toHex(name))?.page
    const body = page && (await channels.use(name))
    const quote = body && firstMention(body.doc.doc(), id, named)
    body?.release()
    if (page && quote !== undefined) found.push({ page, quote })
  }
  return ok(found)
}

/** The words around the first mention of a page; `undefined` where there is none. */
function firstMention(doc: Y.Doc, id: string, named: (mention: Mention) => Mention): string | undefined {
  let quote: string | undefined
  bodyNode(doc).descendants((node, _position, parent) => {
    const mention = node.type.name === 'mention' ? mentionFrom(node.attrs) : undefined
    if (parent && quote === undefined && mention?.kind === 'page' && mention.id === id)
      quote = parent.copy(withNames(parent.content, { named })).textContent
    return quote === undefined
  })
  return quote === undefined ? undefined : shortened(quote.replace(/\s+/g, ' ').trim())
}

const shortened = (text: string): string =>
  text.length > MAX_QUOTE_LENGTH ? `${text.slice(0, MAX_QUOTE_LENGTH).trimEnd()}…` : text
