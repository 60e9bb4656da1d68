/**
 * The link that lets somebody in (docs/protocol.md §8), and nothing but its text:
 * `…/join#1.<workspaceId>.<inviteOp>.<secret>[.<card>][@<origin>]`, all parts base64url. Everything secret stands in the
 * fragment, which no browser sends to a server.
 */
import { fromBase64Url, toBase64Url } from '#lib/base/base64url'
import type { Brand, EntryId, WorkspaceId } from '#lib/base/ids'
import { err, ok, type Result } from '#lib/base/result'

/** 16 bytes that only those with the link know. */
export type InviteSecret = Brand<Uint8Array, 'InviteSecret'>

/** What a link says. */
export interface InviteLink {
  readonly workspaceId: WorkspaceId
  readonly invite: EntryId
  readonly secret: InviteSecret
  /** A sealed card, in a link that was made offline. */
  readonly card: Uint8Array | undefined
  /** Where the mailbox is, unless at the relay that serves the page. */
  readonly origin: string | undefined
}

/** `damaged-link`: cut off or mistyped. `newer-link`: made by a later version. */
export type LinkError = { readonly type: 'damaged-link' } | { readonly type: 'newer-link' }

const VERSION = '1'
const MAX_LINK_LENGTH = 4096
const MAX_CARD_BYTES = 1024

/** What stands after `#`. */
export function encodeLinkFragment({ workspaceId, invite, secret, card, origin }: InviteLink): string {
  const parts = [workspaceId, invite, secret, ...(card ? [card] : [])].map(toBase64Url)
  return `${[VERSION, ...parts].join('.')}${origin === undefined ? '' : `@${origin}`}`
}

/** What a link or its fragment says; safe on any text. */
export function decodeLink(text: string): Result<InviteLink, LinkError> {
  if (text.length > MAX_LINK_LENGTH) return err({ type: 'damaged-link' })
  const fragment = text.slice(text.indexOf('#') + 1).trim()
  const [head = '', ...afterAt] = fragment.split('@')
  const [version = '', ...parts] = head.split('.')
  if (/^[1-9]\d{0,5}$/.test(version) && version !== VERSION) return err({ type: 'newer-link' })
  const [workspaceId, invite, secret, card] = parts.map(fromBase64Url)
  const isWhole =
    version === VERSION &&
    parts.length >= 3 &&
    parts.length <= 4 &&
    afterAt.length <= 1 &&
    workspaceId?.length === 32 &&
    invite?.length === 32 &&
    secret?.length === 16
  const isCardGood = parts.length === 3 || (card !== undefined && card.length > 0 && card.length <= MAX_CARD_BYTES)
  const origin = afterAt[0]
  if (!isWhole || !isCardGood || (origin !== undefined && !isOrigin(origin))) return err({ type: 'damaged-link' })
  return ok({
    workspaceId: workspaceId as WorkspaceId,
    invite: invite as EntryId,
    secret: secret as InviteSecret,
    card,
    origin,
  })
}

const isOrigin = (text: string): boolean => /^https?:\/\/[a-z0-9.[\]:-]{1,240}$/.test(text)
