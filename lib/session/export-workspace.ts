import { err, ok, type Result } from '#lib/base/result'
import { isImage } from '#lib/convert/file-kind'
import { slicesOf } from '#lib/convert/page-slices'
import type { WritingThread } from '#lib/convert/write-in-worker'
import type { PageFiles } from '#lib/editor/page-files'
import {
  type ExportError,
  type ExportedFile,
  type ExportedPage,
  type ExportWish,
  exportedDoc,
} from '#lib/session/export-page'
import { createFileGathering } from '#lib/session/gather-files'
import { pageFragment } from '#lib/session/page-address'
import type { PageView } from '#lib/session/session-view'

export interface WorkspaceExport extends ExportWish {
  readonly signal: AbortSignal
  /** So many pages are written. */
  onWritten(pages: number): void
}

export interface WorkspacePages {
  /** base64url of the workspace id. */
  readonly id: string
  readonly name: string
  readonly pages: readonly PageView[]
  exportPage(id: string): Promise<ExportedPage | undefined>
  readonly files: Pick<PageFiles, 'follow'>
  readonly thread: Pick<WritingThread, 'write'>
}

/** What all pictures and files together may have: an archive of more is not read again. */
const LIMIT_MEGABYTES = 200

/** Every page as Markdown in one zip, with links from file to file and the pictures and files that can be had; nothing where it was stopped. */
export async function exportWorkspace(
  { id, name, pages, exportPage, files, thread }: WorkspacePages,
  { signal, onWritten, ...wish }: WorkspaceExport,
): Promise<Result<ExportedFile, ExportError>> {
  const { safeFileName } = await import('#lib/convert/safe-file-name')
  const named = pages.map((page) => ({
    ...{ id: page.id, title: page.title },
    href: pageFragment(id, page.id),
  }))
  const begun = await thread.write({ type: 'begin', pages: named })
  if (!begun.ok) return begun
  const gathering = createFileGathering({ files, nodes: ['image', 'file'], limitMegabytes: LIMIT_MEGABYTES, signal })
  for (const [at, { id: pageId }] of pages.entries()) {
    const page = await exportPage(pageId)
    if (page) {
      for await (const { node, file, name, content } of gathering.gather(page.doc)) {
        const called = node === 'image' ? nameFor(name, content) : name
        const added = await thread.write({
          type: 'file',
          file: { node, file, name: called },
          bytes: await bytesOf(content),
        })
        if (!added.ok) return added
      }
    }
    if (signal.aborted) return err({ type: 'stopped' })
    const [slice] = page ? slicesOf(await exportedDoc(page, wish), Number.POSITIVE_INFINITY) : []
    const added = page && slice && (await thread.write({ type: 'add', at, title: page.title, page: slice }))
    if (added && !added.ok) return added
    onWritten(at + 1)
  }
  const whole = await thread.write({ type: 'end' })
  if (!whole.ok) return whole
  return ok({
    fileName: safeFileName(name, 'zip'),
    type: 'application/zip',
    content: whole.value ?? '',
    left: gathering.left(),
  })
}

const bytesOf = async (content: Blob) => new Uint8Array(await content.arrayBuffer())

/** With the ending of its kind, so that every program shows it. */
function nameFor(name: string, { type }: Blob): string {
  const ending = /^image\/([a-z]{1,5})$/.exec(type)?.[1]
  return isImage(name) || !ending ? name : `${name || 'picture'}.${ending}`
}
