import { Fragment, Node } from 'prosemirror-model'
import type { Brand } from '#lib/base/ids'
import { schema } from '#lib/schema/schema'

/** Some blocks of a page as JSON text: handed between threads at no cost, and opened when its turn comes. */
export type PageSlice = Brand<string, 'PageSlice'>

/** A page's blocks in slices of about `length` characters, in order; at least one slice. A long block is one of its own. */
export function slicesOf(page: Node, length: number): readonly PageSlice[] {
  const slices: PageSlice[] = []
  let blocks: Node[] = []
  let size = 0
  const cut = () => {
    slices.push(JSON.stringify(page.copy(Fragment.from(blocks))) as PageSlice)
    blocks = []
    size = 0
  }
  page.forEach((block) => {
    blocks.push(block)
    size += block.nodeSize
    if (size >= length) cut()
  })
  if (blocks.length > 0 || slices.length === 0) cut()
  return slices
}

/** The blocks of a slice, as a page; `hrefOf` says where each link leads. Only for what {@link slicesOf} made. */
export const openSlice = (slice: PageSlice, hrefOf: (href: unknown) => unknown = (href) => href): Node =>
  Node.fromJSON(
    schema,
    JSON.parse(slice, (key, value) => (key === 'href' ? hrefOf(value) : value)),
  )
