import type { Node } from 'prosemirror-model'
import { WORD_PICTURES, type WordPicture } from '#lib/convert/docx-picture'
import { sizeOfPicture } from '#lib/editor/picture-size'
import { pictureSize } from '#lib/schema/file-nodes'
import type { FileGathering, GatheredFile } from '#lib/session/gather-files'

export interface PictureExport {
  readonly doc: Node
  readonly gathering: FileGathering
  onLooked?(done: number, of: number): void
}

/** The pictures of a page as `data:` addresses, by how the page names them. */
export async function picturesForHtml(wish: PictureExport): Promise<ReadonlyMap<string, string>> {
  const addresses = new Map<string, string>()
  for await (const { file, content } of picturesOf(wish)) addresses.set(file, await dataAddress(content))
  return addresses
}

/** The pictures of a page as kinds that every Word shows: of another kind, they may be larger than they were. */
export async function picturesForWord(wish: PictureExport, limitMegabytes: number): Promise<readonly WordPicture[]> {
  const pictures: WordPicture[] = []
  let free = limitMegabytes * 1_048_576
  for await (const picture of picturesOf(wish)) {
    const known = endingOf(picture.content)
    const content = known ? picture.content : await pictureAsPng(picture.content)
    const pixels = pictureSize(picture.pixels) ? picture.pixels : await sizeOfPicture(picture.content)
    if (content && content.size > free) wish.gathering.leave(picture, 'no-room')
    else if (content && pixels) {
      free -= content.size
      const bytes = new Uint8Array(await content.arrayBuffer())
      pictures.push({ file: picture.file, ending: known ?? 'png', pixels, bytes })
    } else wish.gathering.leave(picture, 'not-shown')
  }
  return pictures
}

async function* picturesOf({ doc, gathering, onLooked }: PictureExport): AsyncGenerator<GatheredFile> {
  for await (const file of gathering.gather(doc, onLooked)) {
    if (file.content.type.startsWith('image/')) yield file
    else gathering.leave(file, 'not-shown')
  }
}

const endingOf = ({ type }: Blob) => WORD_PICTURES.find((ending) => type === `image/${ending}`)

function dataAddress(content: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result))
    reader.onerror = () => reject(new Error('A file in memory could not be read'))
    reader.readAsDataURL(content)
  })
}

/** The same picture as PNG, for programs that do not know its kind; `undefined` where this browser cannot draw it. */
async function pictureAsPng(picture: Blob): Promise<Blob | undefined> {
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
