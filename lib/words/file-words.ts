import type { FileWords } from '#lib/editor/file-words'
import type { AddFileError, FileState } from '#lib/editor/page-files'

const percent = (share: number) => `${Math.floor(share * 100)} %`

/** 1,536 bytes are "1.5 KB". */
export function sizeWords(bytes: number): string {
  if (bytes < 1000) return bytes === 1 ? '1 byte' : `${bytes} bytes`
  const units = ['KB', 'MB', 'GB']
  let size = bytes / 1024
  let at = 0
  while (size >= 1000 && at < units.length - 1) {
    size /= 1024
    at++
  }
  return `${size.toLocaleString('en', { maximumFractionDigits: size < 10 ? 1 : 0 })} ${units[at]}`
}

function refused(name: string, error: AddFileError): string {
  const file = name || 'This file'
  switch (error.type) {
    case 'too-large':
      return `${file} is larger than ${sizeWords(error.maxBytes)}, the most that a page takes. Nothing was added.`
    case 'unreadable':
      return `${file} could not be read. It may have been moved or changed; nothing was added.`
    case 'storage-full':
      return `There is no room for ${file} on this device. Nothing was added.`
    case 'page-closed':
      return `${file} was not added: its page can only be read now.`
    case 'storage-failed':
      return `${file} could not be kept on this device. Nothing was added; try again.`
  }
}

function unread(count: number): string {
  return count === 1
    ? '1 picture did not come along: Waxwing cannot read it from what was pasted. Copy the picture by itself and paste it here, or drop its file on the page.'
    : `${count} pictures did not come along: Waxwing cannot read them from what was pasted. Copy each picture by itself and paste it here, or drop their files on the page.`
}

function state(shown: Exclude<FileState, { type: 'here' }>): string {
  switch (shown.type) {
    case 'coming':
      return shown.share > 0 ? `On its way, ${percent(shown.share)}` : 'On its way'
    case 'waiting':
      return shown.because === 'away'
        ? 'Not on this device yet. It comes when you are online.'
        : 'Not here yet. It comes when the device that added it is online.'
    case 'damaged':
      return 'This cannot be opened: it is not what was put here.'
  }
}

/** What the editor says about pictures and files. */
export const fileWords: FileWords = {
  picture: 'Picture',
  caption: 'Write a caption',
  pictureWidth: 'Width of the picture',
  download: 'Download',
  close: 'Close',
  unnamed: 'File without a name',
  adding: (name, share) => `Adding ${name || 'a file'}, ${percent(share)}`,
  refused,
  unread,
  state,
  size: sizeWords,
}

/** What can be done with a picture. */
export const pictureWords = {
  narrower: 'Narrower',
  wider: 'Wider',
  ownWidth: 'Its own width',
  describe: 'Describe it',
  remove: 'Delete the picture',
  description: 'What the picture shows, in words',
  descriptionHint: 'What does it show?',
  apply: 'Apply',
} as const
