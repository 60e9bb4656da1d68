import type * as Y from 'yjs'
import { addPage, listPages, setTitle } from '#lib/document/workspace-index'
import { bodyNode, writeBody } from '#lib/editor/shared-body'

/** Writes into `fresh` what only `before` shows of a page's text. */
export const reenterBody = (before: Y.Doc, fresh: Y.Doc): void => writeBody(fresh, bodyNode(before))

/** Writes into `fresh` the pages and titles that only `before` has. */
export function reenterIndex(before: Y.Doc, fresh: Y.Doc): void {
  const known = new Map(listPages(fresh).pages.map((page) => [page.key, page.title]))
  for (const page of listPages(before).pages) {
    if (!known.has(page.key)) addPage(fresh, page.id, page.createdAt)
    if (known.get(page.key) !== page.title) setTitle(fresh, page.id, page.title)
  }
}
