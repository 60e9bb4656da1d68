/** A picture or another file that comes along with one that is read: what it is, its first bytes tell later. */
export interface EnclosedFile {
  /** Its path in what it came with. */
  readonly name: string
  /** `undefined` where it is damaged, or there is no room left for it. */
  readonly content: Blob | undefined
}

/** Takes files out of another while that is read. */
export interface FileShelf {
  /** Its number among them. `size` in bytes, as the file says before `unpack` is tried. */
  add(name: string, size: number, unpack: () => Uint8Array | undefined): number
  list(): readonly EnclosedFile[]
}

/** `room`: bytes that all of them together may have, so that a small file cannot fill the memory. */
export function createFileShelf(room: number): FileShelf {
  const files: EnclosedFile[] = []
  let left = room
  return {
    add(name, size, unpack) {
      const bytes = size <= left ? unpack() : undefined
      left -= bytes?.length ?? 0
      return files.push({ name, content: bytes && new Blob([bytes as Uint8Array<ArrayBuffer>]) }) - 1
    },
    list: () => files,
  }
}

/** What a picture's node says of it until it is sealed: see withSealedFiles. */
export interface PictureAttributes {
  readonly file: string
  readonly name: string
  readonly alt: string
  /** See pictureWidth. */
  readonly width?: number
}

const MAX_NAME_LENGTH = 200

/** Attributes of the node that stands for a picture of the import. */
export const pictureAttributes = (picture: number, path: string, alt: string): PictureAttributes => ({
  file: `#enclosed/${picture}`,
  name: nameIn(path),
  alt,
})

/** The same of another file. */
export type FileAttributes = Pick<PictureAttributes, 'file' | 'name'>

/** `words` name it on the page: they are its name where they end like one of its kind. */
export function fileAttributes(file: number, path: string, words: string): FileAttributes {
  const [name, ending] = [nameIn(path), /\.[^.]{1,16}$/.exec(path)?.[0] ?? '']
  return { file: `#enclosed/${file}`, name: ending && words.endsWith(ending) ? endOf(words) : name }
}

const nameIn = (path: string): string => endOf(path.split('/').at(-1) ?? '')

/** Cut before a sign, never within one. */
const endOf = (name: string): string => [...name].slice(-MAX_NAME_LENGTH).join('')

/** Where the archive of all pages has what is neither page nor picture: nothing in it becomes a page again. */
export const ATTACHED_FOLDER = 'attached files'

export const isAttached = (path: string): boolean => path.toLowerCase().startsWith(`${ATTACHED_FOLDER}/`)
