import { Fragment, type Node } from 'prosemirror-model'
import { type Mention, type MentionKind, mentionFrom } from '#lib/schema/mention-node'

/** What can be mentioned, and what it is called now. */
export interface KnownNames {
  readonly pages: readonly { readonly id: string; readonly title: string }[]
  readonly people: readonly { readonly id: string; readonly name: string }[]
  /** The fragment that leads to a page. */
  addressOf(pageId: string): string
}

/** Today's names of what text mentions: told from outside, read by every mention on screen. */
export interface MentionNames {
  show(known: KnownNames): void
  /** The mention with today's name; with the one that it was written with where nobody knows the id. */
  named(mention: Mention): Mention
  /** The fragment that leads to a page that is known here. */
  addressOf(mention: Mention): string | undefined
  /** Returns its end. */
  subscribe(changed: () => void): () => void
}

const NOTHING: KnownNames = { pages: [], people: [], addressOf: () => '' }

export function createMentionNames(): MentionNames {
  const listeners = new Set<() => void>()
  let known = NOTHING
  let names = new Map<string, string>()
  const keyOf = (kind: MentionKind, id: string) => `${kind}/${id}`

  return {
    show(next) {
      known = next
      names = new Map([
        ...next.pages.map(({ id, title }) => [keyOf('page', id), title] as const),
        ...next.people.map(({ id, name }) => [keyOf('person', id), name] as const),
      ])
      for (const changed of listeners) changed()
    },
    named: (mention) => ({ ...mention, name: names.get(keyOf(mention.kind, mention.id)) ?? mention.name }),
    addressOf: ({ kind, id }) => (kind === 'page' && names.has(keyOf(kind, id)) ? known.addressOf(id) : undefined),
    subscribe(changed) {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
  }
}

/** The same nodes, each mention with today's name: what leaves the page is read where nobody knows ids. */
export function withNames(content: Fragment, { named }: Pick<MentionNames, 'named'>): Fragment {
  const nodes: Node[] = []
  let isChanged = false
  content.forEach((node) => {
    const mention = node.type.name === 'mention' ? mentionFrom(node.attrs) : undefined
    const inside = withNames(node.content, { named })
    const name = mention && named(mention).name
    const isOther = mention !== undefined && name !== mention.name
    const next = isOther
      ? node.type.create({ ...node.attrs, name })
      : inside === node.content
        ? node
        : node.copy(inside)
    isChanged ||= next !== node
    nodes.push(next)
  })
  return isChanged ? Fragment.from(nodes) : content
}
