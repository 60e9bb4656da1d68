/** Kinds of picture that a page shows, by how their bytes begin. SVG is none: it is a document, and stays a file. */
export type PictureType = 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp' | 'image/avif' | 'image/bmp'

/** Bytes that `pictureType` looks at. */
export const PICTURE_HEAD_BYTES = 16

const startsWith = (head: Uint8Array, at: number, ...bytes: readonly number[]) =>
  bytes.every((byte, i) => head[at + i] === byte)
const says = (head: Uint8Array, at: number, text: string) =>
  startsWith(head, at, ...[...text].map((letter) => letter.charCodeAt(0)))

/** What a file is by its first bytes, whatever it is called; `undefined` for everything that is not shown. */
export function pictureType(head: Uint8Array): PictureType | undefined {
  if (startsWith(head, 0, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'image/png'
  if (startsWith(head, 0, 0xff, 0xd8, 0xff)) return 'image/jpeg'
  if (says(head, 0, 'GIF87a') || says(head, 0, 'GIF89a')) return 'image/gif'
  if (says(head, 0, 'RIFF') && says(head, 8, 'WEBP')) return 'image/webp'
  if (says(head, 4, 'ftypavif') || says(head, 4, 'ftypavis')) return 'image/avif'
  return says(head, 0, 'BM') ? 'image/bmp' : undefined
}
