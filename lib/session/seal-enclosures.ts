import type { EnclosedFile } from '#lib/convert/enclosed-files'
import { isImage } from '#lib/convert/file-kind'
import type { Losses } from '#lib/convert/losses'
import { enclosuresIn, type SealedFile, withSealedFiles } from '#lib/convert/page-enclosures'
import type { PageSlice } from '#lib/convert/page-slices'
import type { PageFiles } from '#lib/editor/page-files'
import { sizeOfPicture } from '#lib/editor/picture-size'

/** The pictures and other files of one import on their way into its pages. */
export interface EnclosureSealing {
  /** The slice with its files sealed and kept on this device; `onSealed` after each, one that failed too. */
  fill(slice: PageSlice, onSealed: () => void): Promise<PageSlice>
  /** For the end: notes what stands on no page. */
  tellUnused(): void
}

export interface EnclosureSealingOptions {
  readonly files: Pick<PageFiles, 'add'>
  /** By number. */
  readonly found: readonly EnclosedFile[]
  /** What cannot be kept is noted here. */
  readonly losses: Losses
  /** Begins no further file. */
  readonly signal: AbortSignal
}

export function createEnclosureSealing({ files, found, losses, signal }: EnclosureSealingOptions): EnclosureSealing {
  /** Each is sealed once, on however many pages it stands. */
  const sealed = new Map<number, SealedFile | undefined>()

  /** What stands in a page itself has no name, and is a picture. */
  const lose = (name: string) => losses.note(name === '' || isImage(name) ? 'image' : 'file', name)

  async function seal({ name, content }: EnclosedFile): Promise<SealedFile | undefined> {
    const pixels = content && (await sizeOfPicture(content))
    const added = content && (await files.add(content, () => {}))
    if (added?.ok) return { type: pixels === undefined ? 'file' : 'image', file: added.value, pixels: pixels ?? '' }
    lose(name)
    return undefined
  }

  return {
    async fill(slice, onSealed) {
      for (const number of enclosuresIn(slice)) {
        const file = found[number]
        if (signal.aborted) break
        if (file && !sealed.has(number)) sealed.set(number, await seal(file))
        onSealed()
      }
      return withSealedFiles(slice, (number) => sealed.get(number))
    },
    tellUnused() {
      for (const [number, { name }] of found.entries()) if (!sealed.has(number)) losses.note('loose', name)
    },
  }
}
