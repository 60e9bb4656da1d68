import * as Y from 'yjs'
import { fromBase64Url, toBase64Url } from '#lib/base/base64url'
import type { DocumentId } from '#lib/base/ids'
import { isOrderKey, orderBetween } from '#lib/document/order-key'
import { replaceText } from '#lib/document/replace-text'

/**
 * The pages of a workspace (D15): root map `pages`, page id → map of title (a text), createdAt, order, trashedAt. Created,
 * renamed, moved and trashed at once, changes merge. What an editor's hand-made entry may hold instead is tolerated:
 * such a page is skipped or shown with an empty title.
 */

/** Name of the root map. */
export const PAGES_ROOT = 'pages'

/** One page of the list. */
export interface Page {
  readonly id: DocumentId
  /** base64url of the id. */
  readonly key: string
  /** '' means untitled. */
  readonly title: string
  /** Milliseconds since 1970 by its creator's clock; 0 when unreadable. */
  readonly createdAt: number
  readonly order: string | undefined
  /** Milliseconds since 1970; `undefined` for a page that is not in the trash. */
  readonly trashedAt: number | undefined
}

const pagesOf = (doc: Y.Doc): Y.Map<unknown> => doc.getMap(PAGES_ROOT)

function pageMap(doc: Y.Doc, id: DocumentId): Y.Map<unknown> | undefined {
  const map = pagesOf(doc).get(toBase64Url(id))
  return map instanceof Y.Map ? map : undefined
}

const timeFrom = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined

function readPage(key: string, map: unknown): Page | undefined {
  const id = fromBase64Url(key)
  if (id?.length !== 16 || !(map instanceof Y.Map)) return undefined
  const title = map.get('title')
  const order = map.get('order')
  const trashed = map.get('trashedAt')
  return {
    id: id as DocumentId,
    key,
    title: title instanceof Y.Text ? title.toString() : '',
    createdAt: timeFrom(map.get('createdAt')) ?? 0,
    order: isOrderKey(order) ? order : undefined,
    trashedAt: trashed === undefined || trashed === null ? undefined : (timeFrom(trashed) ?? 0),
  }
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Pages without an order come last, oldest first. */
const byOrder = (a: Page, b: Page): number =>
  Number(a.order === undefined) - Number(b.order === undefined) ||
  compareText(a.order ?? '', b.order ?? '') ||
  a.createdAt - b.createdAt ||
  compareText(a.key, b.key)

/** The pages in the order of the tree, and the trash, newest first: the same on every device that holds the same entries. */
export function listPages(doc: Y.Doc): { readonly pages: readonly Page[]; readonly trash: readonly Page[] } {
  const all = [...pagesOf(doc)].flatMap(([key, map]) => readPage(key, map) ?? [])
  return {
    pages: all.filter((page) => page.trashedAt === undefined).sort(byOrder),
    trash: all
      .filter((page) => page.trashedAt !== undefined)
      .sort((a, b) => (b.trashedAt ?? 0) - (a.trashedAt ?? 0) || compareText(a.key, b.key)),
  }
}

/** Adds an untitled page at the end; `now` in milliseconds since 1970. A page of that id is left as it is. */
export function addPage(doc: Y.Doc, id: DocumentId, now: number): void {
  if (pagesOf(doc).has(toBase64Url(id))) return
  const order = orderBetween(listPages(doc).pages.findLast((page) => page.order)?.order, undefined)
  doc.transact(() => {
    const map = new Y.Map<unknown>()
    map.set('title', new Y.Text())
    map.set('createdAt', now)
    map.set('order', order)
    pagesOf(doc).set(toBase64Url(id), map)
  })
}

/** Puts a page into the trash; its entries stay. */
export function trashPage(doc: Y.Doc, id: DocumentId, now: number): void {
  pageMap(doc, id)?.set('trashedAt', now)
}

/** Takes a page out of the trash. */
export function restorePage(doc: Y.Doc, id: DocumentId): void {
  pageMap(doc, id)?.delete('trashedAt')
}

/** Moves a page behind `after`, or to the front. */
export function movePage(doc: Y.Doc, id: DocumentId, after: DocumentId | undefined): void {
  const others = listPages(doc).pages.filter((page) => page.key !== toBase64Url(id))
  const place = after ? others.findIndex((page) => page.key === toBase64Url(after)) : -1
  pageMap(doc, id)?.set('order', orderBetween(others[place]?.order, others[place + 1]?.order))
}

/** The title as the text that a field binds to; `undefined` for an unknown page or a damaged title. */
export function titleOf(doc: Y.Doc, id: DocumentId): Y.Text | undefined {
  const title = pageMap(doc, id)?.get('title')
  return title instanceof Y.Text ? title : undefined
}

/** Replaces what differs of a title, so that two people's renames at once keep both their words. */
export function setTitle(doc: Y.Doc, id: DocumentId, title: string): void {
  const text = titleOf(doc, id)
  if (text) replaceText(text, title)
}
