import type { PageSlice } from '#lib/convert/page-slices'

/** What a picture of an import has become: a node of that kind names it from now on. */
export interface SealedPicture {
  readonly type: 'image' | 'file'
  /** The text by which a page names a file. */
  readonly file: string
  /** See pictureSize; '' where nobody knows. */
  readonly pixels: string
}

/** Within the words of a page every quotation mark has a backslash before it: this stands among attributes alone. */
const PLACE = /"file":"#picture\/(\d{1,6})"/g

/** The numbers of the import's pictures that the slice shows, each once. */
export const picturesIn = (slice: PageSlice): readonly number[] => [
  ...new Set(Array.from(slice.matchAll(PLACE), ([, number]) => Number(number))),
]

/** The slice with its pictures named; the words of one that `sealed` has no answer for stand where it would be. */
export function withPictures(slice: PageSlice, sealed: (picture: number) => SealedPicture | undefined): PageSlice {
  if (picturesIn(slice).length === 0) return slice
  const fill = (_key: string, node: SliceNode | null) => {
    const attributes = node?.type === 'image' ? node.attrs : undefined
    const number = /^#picture\/(\d{1,6})$/.exec(String(attributes?.file))?.[1]
    if (!attributes || number === undefined) return node
    const { name, alt } = attributes
    const found = sealed(Number(number))
    if (found?.type === 'image') return { ...node, attrs: { ...attributes, file: found.file, pixels: found.pixels } }
    if (found) return { type: 'file', attrs: { file: found.file, name } }
    const words = alt || name
    return { type: 'paragraph', ...(words ? { content: [{ type: 'text', text: words }] } : {}) }
  }
  return JSON.stringify(JSON.parse(slice, fill)) as PageSlice
}

interface SliceNode {
  readonly type?: unknown
  readonly attrs?: { readonly file?: unknown; readonly name?: unknown; readonly alt?: unknown }
}
