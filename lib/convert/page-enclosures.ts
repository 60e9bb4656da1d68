import type { PageSlice } from '#lib/convert/page-slices'

/** What an enclosed file has become: a node of that kind names it from now on. */
export interface SealedFile {
  readonly type: 'image' | 'file'
  /** The text by which a page names a file. */
  readonly file: string
  /** See pictureSize; '' where nobody knows. */
  readonly pixels: string
}

/** Within the words of a page every quotation mark has a backslash before it: this stands among attributes alone. */
const PLACE = /"file":"#enclosed\/(\d{1,6})"/g

/** The numbers of the enclosed files that the slice names, each once. */
export const enclosuresIn = (slice: PageSlice): readonly number[] => [
  ...new Set(Array.from(slice.matchAll(PLACE), ([, number]) => Number(number))),
]

/** The slice with its files named; the words of one that `sealed` has no answer for stand where it would be. */
export function withSealedFiles(slice: PageSlice, sealed: (file: number) => SealedFile | undefined): PageSlice {
  if (enclosuresIn(slice).length === 0) return slice
  const fill = (_key: string, node: SliceNode | null) => {
    const attributes = node?.type === 'image' || node?.type === 'file' ? node.attrs : undefined
    const number = /^#enclosed\/(\d{1,6})$/.exec(String(attributes?.file))?.[1]
    if (!attributes || number === undefined) return node
    const { name, alt } = attributes
    const found = sealed(Number(number))
    if (found?.type === 'image' && node?.type === 'image')
      return { ...node, attrs: { ...attributes, file: found.file, pixels: found.pixels } }
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
