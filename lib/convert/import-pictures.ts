/** A picture that a file brings along, as far as it says: what it is, its first bytes tell later. */
export interface ImportedPicture {
  /** Its path in what it came with. */
  readonly name: string
  /** `undefined` where it is damaged, or there is no room left for it. */
  readonly content: Blob | undefined
}

/** Takes pictures out of a file while it is read. */
export interface PictureShelf {
  /** Its number among the pictures. `size` in bytes, as the file says before `unpack` is tried. */
  add(name: string, size: number, unpack: () => Uint8Array | undefined): number
  list(): readonly ImportedPicture[]
}

/** `room`: bytes that all of them together may have, so that a small file cannot fill the memory. */
export function createPictureShelf(room: number): PictureShelf {
  const pictures: ImportedPicture[] = []
  let left = room
  return {
    add(name, size, unpack) {
      const bytes = size <= left ? unpack() : undefined
      left -= bytes?.length ?? 0
      return pictures.push({ name, content: bytes && new Blob([bytes as Uint8Array<ArrayBuffer>]) }) - 1
    },
    list: () => pictures,
  }
}

/** What a picture's node says of it until it is sealed: see withPictures. */
export interface PictureAttributes {
  readonly file: string
  readonly name: string
  readonly alt: string
}

const MAX_NAME_LENGTH = 200

/** Attributes of the node that stands for a picture of the import. */
export const pictureAttributes = (picture: number, path: string, alt: string): PictureAttributes => ({
  file: `#picture/${picture}`,
  name: (path.split('/').at(-1) ?? '').slice(-MAX_NAME_LENGTH),
  alt,
})
