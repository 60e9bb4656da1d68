import type { Clock } from '#lib/base/clock'
import { err, ok, type Result } from '#lib/base/result'
import { pageOfHref } from '#lib/convert/archive-links'
import { excessOf } from '#lib/convert/file-kind'
import type { PageSurroundings } from '#lib/convert/html-page'
import type { Loss } from '#lib/convert/losses'
import { createLosses } from '#lib/convert/losses'
import { enclosuresIn } from '#lib/convert/page-enclosures'
import type { PageSlice } from '#lib/convert/page-slices'
import type { ReadFile } from '#lib/convert/read-file'
import type { ReadingError, readInWorker } from '#lib/convert/read-in-worker'
import type { HtmlSource } from '#lib/convert/read-source'
import type { PageFiles } from '#lib/editor/page-files'
import { createEnclosureSealing } from '#lib/session/seal-enclosures'
import type { ActionError, ImportView } from '#lib/session/session-view'
import type { ImportedPage, WorkspaceTab } from '#lib/session/workspace-tab'

/** A shorter file is a page before anybody could read that it is coming. */
const WORTH_TELLING_BYTES = 200_000

/** Files on their way into this workspace. */
export interface Imports {
  /** The long ones, oldest first; the same array until something changed. */
  list(): readonly ImportView[]
  /** What came of those that are through, where there is something to tell. */
  reports(): readonly ImportReport[]
  dismissReport(id: string): void
  /** Resolves to the id of the first page once it is there, with the beginning of its text. */
  begin(file: ChosenFile): Promise<Result<string, ActionError | ImportError>>
  /** Nothing more of it is written. What is written stays. */
  stop(id: string): void
  /** For the end of the tab: stops those that have no page yet, and the others at the page that is being written. */
  stopReading(): void
}

/** What came of a file that was brought in. */
export interface ImportReport {
  readonly id: string
  readonly fileName: string
  /** Pages that are there, of so many that were to be. */
  readonly pages: number
  readonly ofPages: number
  readonly losses: readonly Loss[]
}

/** A file that a person chose. */
export type ChosenFile = Pick<File, 'name' | 'size' | 'arrayBuffer'>

export type ImportError =
  | ReadingError
  /** It could not be had from the disk. */
  | { readonly type: 'unreadable' }

/** A page of HTML, read where there is a document. */
export type ReadHtml = (
  page: HtmlSource,
  surroundings: PageSurroundings,
) => Promise<Result<{ readonly title: string; readonly slices: readonly PageSlice[] }, { readonly type: 'too-deep' }>>

export interface ImportsOptions {
  readonly read: typeof readInWorker
  readonly readHtml: ReadHtml
  readonly files: Pick<PageFiles, 'add'>
  readonly clock: Pick<Clock, 'after'>
  readonly tab: Pick<WorkspaceTab, 'importPage' | 'newPageIds'>
  /** Where a link to a page leads. */
  addressOf(pageId: string): string
  onChange(): void
}

/** A file whose first page is there. */
interface Begun {
  readonly pageId: string
  /** Resolves at the end, an early one too. */
  readonly through: Promise<ImportReport>
}

export function createImports({ read, readHtml, files, clock, tab, addressOf, onChange }: ImportsOptions): Imports {
  const stops = new Map<string, AbortController>()
  /** Those that have no page yet. */
  const pageless = new Set<string>()
  let views: readonly ImportView[] = []
  let reports: readonly ImportReport[] = []
  let begun = 0
  let isEnding = false

  function show(view: ImportView): void {
    const isKnown = views.some(({ id }) => id === view.id)
    views = isKnown ? views.map((one) => (one.id === view.id ? view : one)) : [...views, view]
    onChange()
  }
  function end(ended: string, report?: ImportReport): void {
    stops.delete(ended)
    const isWorthTelling = report && (report.losses.length > 0 || report.pages > 1)
    if (isWorthTelling) reports = [...reports, report]
    if (!isWorthTelling && !views.some(({ id }) => id === ended)) return
    views = views.filter(({ id }) => id !== ended)
    onChange()
  }
  const breath = () => new Promise<void>((resolve) => clock.after(0, resolve))

  async function bringIn(id: string, file: ChosenFile, signal: AbortSignal) {
    const excess = excessOf(file.name, file.size)
    if (excess) return err({ type: 'too-large', ...excess } as const)
    const isLong = file.size >= WORTH_TELLING_BYTES
    const tell = (percent?: number, pages = 1) => {
      if (isLong || pages > 1) show({ id, fileName: file.name, percent, pages })
    }
    tell()
    const bytes = await file.arrayBuffer().catch(() => undefined)
    if (!bytes) return err({ type: 'unreadable' } as const)
    const found = await read({ name: file.name, bytes: new Uint8Array(bytes) }, signal)
    return found.ok ? addPages(id, file.name, found.value, signal, tell) : found
  }

  async function addPages(
    id: string,
    fileName: string,
    { pages, places, enclosed: found, losses: lost }: ReadFile,
    signal: AbortSignal,
    tell: (percent: number, pages: number) => void,
  ): Promise<Result<Begun, ActionError | ImportError>> {
    const losses = createLosses(lost)
    const enclosures = createEnclosureSealing({ files, found, losses, signal })
    const ids = [...(await tab.newPageIds(pages.length))]
    const hrefOf: ImportedPage['hrefOf'] = (href) => {
      const page = ids[pageOfHref(href) ?? -1]
      return page === undefined ? href : addressOf(page)
    }
    let made = 0

    async function add(number: number) {
      const page = pages[number]
      const pageId = ids[number]
      if (!page || !pageId) return err({ type: 'stopped' } as const)
      const ready = page.type === 'html' ? await readHtml(page, { places, losses }) : ok(page)
      if (!ready.ok) return ready
      const { title } = ready.value
      let written = 0
      const steps = ready.value.slices.length + ready.value.slices.flatMap(enclosuresIn).length
      const onWritten = () => {
        written++
        tell(Math.min(99, Math.floor((100 * (made + written / steps)) / pages.length)), pages.length)
      }
      const slices: PageSlice[] = []
      for (const slice of ready.value.slices) slices.push(await enclosures.fill(slice, onWritten))
      if (signal.aborted) return err({ type: 'stopped' } as const)
      const added = await tab.importPage({ id: pageId, title, slices, hrefOf, signal, onWritten })
      if (!added) return err({ type: 'not-allowed' } as const)
      ids[number] = added.id
      onWritten()
      return ok(added)
    }
    async function addRest(first: Promise<void>): Promise<ImportReport> {
      await first
      made++
      for (let number = 1; number < pages.length && !signal.aborted && !isEnding; number++) {
        await breath()
        const added = await add(number)
        if (added.ok) {
          await added.value.filled
          made++
        } else if (added.error.type === 'too-deep') losses.note('unreadable', pages[number]?.title)
        else break
      }
      enclosures.tellUnused()
      return { id, fileName, pages: made, ofPages: pages.length, losses: losses.list() }
    }

    const first = await add(0)
    return first.ok ? ok({ pageId: first.value.id, through: addRest(first.value.filled) }) : first
  }

  return {
    list: () => views,
    reports: () => reports,
    dismissReport(dismissed) {
      reports = reports.filter(({ id }) => id !== dismissed)
      onChange()
    },
    async begin(file) {
      const id = String(begun++)
      const stop = new AbortController()
      stops.set(id, stop)
      pageless.add(id)
      const made = await bringIn(id, file, stop.signal)
      pageless.delete(id)
      if (!made.ok) {
        end(id)
        return made
      }
      void made.value.through.then((report) => end(id, report))
      return ok(made.value.pageId)
    },
    stop: (id) => stops.get(id)?.abort(),
    stopReading() {
      isEnding = true
      for (const id of pageless) stops.get(id)?.abort()
    },
  }
}
