/** The same picture as PNG, for programs that do not know its kind; `undefined` where this browser cannot draw it. */
export async function pictureAsPng(picture: Blob): Promise<Blob | undefined> {
  try {
    const bitmap = await createImageBitmap(picture)
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0)
    bitmap.close()
    return await canvas.convertToBlob({ type: 'image/png' })
  } catch {
    return undefined // reason: a damaged picture is told by throwing
  }
}
