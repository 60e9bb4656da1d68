import { err, ok, type Result } from '#lib/base/result'
import { type ExportedFile, type ExportedPage, type ExportWish, exportedDoc } from '#lib/session/export-page'
import { pageFragment } from '#lib/session/page-address'
import type { PageView } from '#lib/session/session-view'

export interface WorkspaceExport extends Omit<ExportWish, 'format'> {
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
  /** Lets keys have their turn. */
  breath(): Promise<void>
}

/** Every page as Markdown in one zip, with links from file to file; nothing where it was stopped. */
export async function exportWorkspace(
  { id, name, pages, exportPage, breath }: WorkspacePages,
  { signal, onWritten, ...wish }: WorkspaceExport,
): Promise<Result<ExportedFile, { readonly type: 'stopped' }>> {
  const { createArchiveWriter } = await import('#lib/convert/archive-writer')
  const { safeFileName } = await import('#lib/convert/safe-file-name')
  const archive = createArchiveWriter(pages.map((page) => ({ title: page.title, href: pageFragment(id, page.id) })))
  for (const [at, { id: pageId }] of pages.entries()) {
    await breath()
    if (signal.aborted) return err({ type: 'stopped' })
    const page = await exportPage(pageId)
    if (page) archive.add(at, page.title, await exportedDoc(page, wish))
    onWritten(at + 1)
  }
  return ok({ fileName: safeFileName(name, 'zip'), type: 'application/zip', content: archive.end() })
}
