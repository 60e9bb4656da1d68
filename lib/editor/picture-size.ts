import { PICTURE_HEAD_BYTES, pictureType } from '#lib/files/picture-type'

/** "800x600" for a picture that this browser shows, '' for one that it does not; `undefined` for other files. */
export async function sizeOfPicture(file: Blob): Promise<string | undefined> {
  const head = await file
    .slice(0, PICTURE_HEAD_BYTES)
    .arrayBuffer()
    .catch(() => undefined)
  const type = head && pictureType(new Uint8Array(head))
  if (!type) return undefined
  try {
    const bitmap = await createImageBitmap(file.slice(0, file.size, type))
    const size = `${bitmap.width}x${bitmap.height}`
    bitmap.close()
    return size
  } catch {
    return ''
  }
}
