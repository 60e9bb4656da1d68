/**
 * What may stand where in the Yjs document of each channel: the list of content types that belongs to protocol version 1
 * (E7). The editor's binding trusts this shape; a text where a block belongs would break it for everybody.
 */

/** The shared types that an edit may create, in an order that formats rely on. */
export const TYPE_NAMES = ['array', 'map', 'plain-text', 'element', 'rich-text'] as const
export type TypeName = (typeof TYPE_NAMES)[number]
/** One kind of content: a run of characters, a change of format, plain values, or a shared type. */
export type ContentName = 'string' | 'format' | 'value' | TypeName

interface HolderRule {
  /** What may stand in its list. */
  readonly items?: readonly ContentName[]
  /** What may stand under its keys. */
  readonly values?: readonly ContentName[]
}

/** The root types of a channel's document by name, and what each shared type may hold. */
export interface ChannelRoots {
  readonly roots: Readonly<Record<string, HolderRule>>
  readonly types: Readonly<Partial<Record<TypeName, HolderRule>>>
}

const meta: HolderRule = { values: ['value'] }

const BODY: ChannelRoots = {
  roots: { body: { items: ['element'] }, meta },
  types: {
    element: { items: ['element', 'rich-text'], values: ['value'] },
    'rich-text': { items: ['string', 'format'] },
  },
}

const INDEX: ChannelRoots = {
  roots: { pages: { values: ['map'] }, meta },
  types: { map: { values: ['value', 'plain-text'] }, 'plain-text': { items: ['string'] } },
}

/** Threads and replies are lists that grow; keyed values are written once, by the person who made their map. */
const DISCUSSION: ChannelRoots = {
  roots: { threads: { items: ['map'] }, meta },
  types: {
    map: { values: ['value', 'plain-text', 'array'] },
    array: { items: ['map', 'value'] },
    'plain-text': { items: ['string', 'format'] },
  },
}

const NONE: ChannelRoots = { roots: {}, types: {} }

/** The roots and content types of a channel; the membership log holds no Yjs content at all. */
export function rootsOf(channel: 'log' | 'index' | 'body' | 'discussion'): ChannelRoots {
  if (channel === 'body') return BODY
  if (channel === 'index') return INDEX
  return channel === 'discussion' ? DISCUSSION : NONE
}
