import type { FileState, PageFiles } from '#lib/editor/page-files'

/** A file on screen: told how it stands, and an address of this tab's own for it while it is there. */
export interface FollowedFile {
  /** Follows this file from now on, anew if it is the same. */
  follow(reference: string): void
  close(): void
}

/** `show` gets an address that this tab made, and no other, for a file that is here; it ends with the file. */
export function followFile(
  files: PageFiles | undefined,
  show: (state: FileState, address: string | undefined) => void,
): FollowedFile {
  let stop = () => {}
  let address: string | undefined

  function forget(): void {
    stop()
    stop = () => {}
    if (address !== undefined) URL.revokeObjectURL(address)
    address = undefined
  }

  return {
    follow(reference) {
      forget()
      if (!files) return show({ type: 'damaged' }, undefined)
      stop = files.follow(reference, (state) => {
        if (state.type === 'here') address = URL.createObjectURL(state.blob)
        show(state, address)
      })
    },
    close: forget,
  }
}

/** Saves bytes of this tab under a name. */
export function saveFile(address: string, name: string): void {
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
}
