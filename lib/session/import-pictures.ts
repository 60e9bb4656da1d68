import type { ImportedPicture } from '#lib/convert/import-pictures'
import type { Losses } from '#lib/convert/losses'
import { picturesIn, type SealedPicture, withPictures } from '#lib/convert/page-pictures'
import type { PageSlice } from '#lib/convert/page-slices'
import type { PageFiles } from '#lib/editor/page-files'
import { sizeOfPicture } from '#lib/editor/picture-size'

/** The pictures of one import on their way into its pages. */
export interface PictureSealing {
  /** Takes one more; answers with its number. */
  keep(content: Blob): number
  /** The slice with its pictures sealed and kept on this device; `onSealed` after each, one that failed too. */
  fill(slice: PageSlice, onSealed: () => void): Promise<PageSlice>
  /** For the end: notes as lost what stands on no page. */
  tellUnused(): void
}

export interface PictureSealingOptions {
  readonly files: Pick<PageFiles, 'add'>
  /** By number. */
  readonly found: readonly ImportedPicture[]
  /** What cannot be kept is noted here. */
  readonly losses: Losses
  /** Begins no further picture. */
  readonly signal: AbortSignal
}

export function createPictureSealing({ files, found, losses, signal }: PictureSealingOptions): PictureSealing {
  const pictures = [...found]
  /** Each is sealed once, on however many pages it stands. */
  const sealed = new Map<number, SealedPicture | undefined>()

  async function seal({ name, content }: ImportedPicture): Promise<SealedPicture | undefined> {
    const pixels = content && (await sizeOfPicture(content))
    const added = content && (await files.add(content, () => {}))
    if (added?.ok) return { type: pixels === undefined ? 'file' : 'image', file: added.value, pixels: pixels ?? '' }
    losses.note('image', name)
    return undefined
  }

  return {
    keep: (content) => pictures.push({ name: '', content }) - 1,
    async fill(slice, onSealed) {
      for (const number of picturesIn(slice)) {
        const picture = pictures[number]
        if (signal.aborted) break
        if (picture && !sealed.has(number)) sealed.set(number, await seal(picture))
        onSealed()
      }
      return withPictures(slice, (number) => sealed.get(number))
    },
    tellUnused() {
      for (const [number, { name }] of pictures.entries()) if (!sealed.has(number)) losses.note('image', name)
    },
  }
}
