/** The plain names of channels. Only their tags travel in clear; the name itself stands in each life's first entry. */
import { concat, sameBytes, utf8 } from '#lib/base/bytes'
import type { ChannelName, DocumentId } from '#lib/base/ids'

export type ParsedChannelName =
  | { readonly type: 'log' }
  | { readonly type: 'index' }
  | { readonly type: 'body'; readonly document: DocumentId }
  | { readonly type: 'discussion'; readonly document: DocumentId }

const DOCUMENT_ID_BYTES = 16
const BODY = utf8('body')
const DISCUSSION = utf8('discussion')

/** The membership log. */
export const logChannelName = utf8('log') as ChannelName

/** The pages tree and their titles. */
export const indexChannelName = utf8('index') as ChannelName

/** A document's text. */
export const bodyChannelName = (document: DocumentId): ChannelName => concat(document, BODY) as ChannelName

/** A document's comments and suggestions. */
export const discussionChannelName = (document: DocumentId): ChannelName => concat(document, DISCUSSION) as ChannelName

/** What a channel's name says, or `undefined` for any other bytes; safe on hostile input. */
export function parseChannelName(name: Uint8Array): ParsedChannelName | undefined {
  if (sameBytes(name, logChannelName)) return { type: 'log' }
  if (sameBytes(name, indexChannelName)) return { type: 'index' }
  if (name.length < DOCUMENT_ID_BYTES) return undefined
  const document = name.slice(0, DOCUMENT_ID_BYTES) as DocumentId
  const kind = name.subarray(DOCUMENT_ID_BYTES)
  if (sameBytes(kind, BODY)) return { type: 'body', document }
  if (sameBytes(kind, DISCUSSION)) return { type: 'discussion', document }
  return undefined
}
