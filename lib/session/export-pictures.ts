import type { Node } from 'prosemirror-model'
import { ok, type Result } from '#lib/base/result'
import { isImage } from '#lib/convert/file-kind'
import type { WritingError, WritingThread } from '#lib/convert/write-in-worker'
import type { PageFiles } from '#lib/editor/page-files'

/** Puts pictures beside the pages of an archive. */
export interface PictureExport {
  /** Those of a page, before it is added itself. One that cannot be had, or has no room, stays a name in its text. */
  carry(doc: Node): Promise<Result<void, WritingError>>
}

/** All of them together, in bytes: an archive of more is not read again. */
const ROOM_BYTES = 200 * 1_048_576

export function createPictureExport({
  files,
  thread,
  signal,
}: {
  readonly files: Pick<PageFiles, 'follow'>
  readonly thread: Pick<WritingThread, 'write'>
  readonly signal: AbortSignal
}): PictureExport {
  const tried = new Set<string>()
  let left = ROOM_BYTES

  return {
    async carry(doc) {
      for (const { file, name } of picturesOf(doc)) {
        if (signal.aborted) break
        if (tried.has(file)) continue
        tried.add(file)
        const found = await contentOf(files, file, signal)
        const ending = /^image\/([a-z]{1,5})$/.exec(found?.type ?? '')?.[1]
        if (!found || !ending || found.size > left) continue
        left -= found.size
        const bytes = new Uint8Array(await found.arrayBuffer())
        const called = isImage(name) ? name : `${name || 'picture'}.${ending}`
        const added = await thread.write({ type: 'picture', file, name: called, bytes })
        if (!added.ok) return added
      }
      return ok(undefined)
    },
  }
}

function picturesOf(doc: Node): readonly { readonly file: string; readonly name: string }[] {
  const found: { file: string; name: string }[] = []
  doc.descendants(({ type, attrs }) => {
    if (type.name === 'image') found.push({ file: String(attrs.file), name: String(attrs.name) })
  })
  return found
}

/** `undefined` where nobody can give it now. */
function contentOf(files: Pick<PageFiles, 'follow'>, file: string, signal: AbortSignal): Promise<Blob | undefined> {
  return new Promise((resolve) => {
    let stop: (() => void) | undefined
    let isSettled = false
    const settle = (content: Blob | undefined) => {
      isSettled = true
      stop?.()
      resolve(content)
    }
    signal.addEventListener('abort', () => settle(undefined), { once: true })
    stop = files.follow(file, (state) => {
      if (state.type !== 'coming') settle(state.type === 'here' ? state.blob : undefined)
    })
    if (isSettled) stop()
  })
}
