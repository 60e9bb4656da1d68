import { fromBase64Url } from '#lib/base/base64url'
import { toHex } from '#lib/base/bytes'
import type { DocumentId, TagKey } from '#lib/base/ids'
import { bodyChannelName } from '#lib/protocol/channel-name'
import { channelTag } from '#lib/protocol/derive'

/** The pages of channels (hex) that the leader names; only the tab knows the list of `pages`. */
export function createPagesOfChannels(
  tagKey: TagKey,
  pages: () => readonly { readonly id: string }[],
): (channels: readonly string[]) => readonly string[] {
  const channelByPage = new Map<string, string>()

  function channelOf(page: string): string | undefined {
    const known = channelByPage.get(page)
    const document = known ? undefined : (fromBase64Url(page) as DocumentId | undefined)
    if (document) channelByPage.set(page, toHex(channelTag(tagKey, bodyChannelName(document))))
    return known ?? channelByPage.get(page)
  }

  return (channels) =>
    channels.flatMap((channel) => {
      const page = pages().find(({ id }) => channelOf(id) === channel)
      return page ? [page.id] : []
    })
}
