import { err, ok, type Result } from '#lib/base/result'
import type { ReadingError, readInWorker } from '#lib/convert/read-in-worker'
import type { ActionError, ImportView } from '#lib/session/session-view'
import type { WorkspaceTab } from '#lib/session/workspace-tab'

/** A shorter text is a page before anybody could read that it is coming. */
const WORTH_TELLING_LENGTH = 200_000

/** Files on their way into this workspace. */
export interface Imports {
  /** The long ones, oldest first; the same array until something changed. */
  list(): readonly ImportView[]
  /** Resolves to the page's id once it is there, with the beginning of the text. */
  begin(fileName: string, text: string): Promise<Result<string, ActionError | ReadingError>>
  /** Nothing more of it is written. What is written stays. */
  stop(id: string): void
  /** Stops those that have no page yet. */
  stopReading(): void
}

export interface ImportsOptions {
  readonly read: typeof readInWorker
  readonly importPage: WorkspaceTab['importPage']
  onChange(): void
}

export function createImports({ read, importPage, onChange }: ImportsOptions): Imports {
  const stops = new Map<string, AbortController>()
  let views: readonly ImportView[] = []
  let begun = 0

  function show(view: ImportView): void {
    const isKnown = views.some(({ id }) => id === view.id)
    views = isKnown ? views.map((one) => (one.id === view.id ? view : one)) : [...views, view]
    onChange()
  }
  function end(ended: string): void {
    stops.delete(ended)
    if (!views.some(({ id }) => id === ended)) return
    views = views.filter(({ id }) => id !== ended)
    onChange()
  }

  async function bringIn(id: string, fileName: string, text: string, signal: AbortSignal) {
    const tell = (percent: number | undefined) => {
      if (text.length >= WORTH_TELLING_LENGTH) show({ id, fileName, percent })
    }
    tell(undefined)
    const page = await read(text, signal)
    if (!page.ok) return page
    const { slices, title = fileName.replace(/\.(md|markdown|txt)$/i, '') } = page.value
    let written = 0
    const onWritten = () => {
      written++
      tell(Math.min(99, Math.floor((100 * written) / slices.length)))
    }
    const made = await importPage({ title, slices, signal, onWritten })
    if (!made) return err({ type: 'not-allowed' } as const)
    onWritten()
    return ok(made)
  }

  return {
    list: () => views,
    async begin(fileName, text) {
      const id = String(begun++)
      const stop = new AbortController()
      stops.set(id, stop)
      const made = await bringIn(id, fileName, text, stop.signal)
      if (!made.ok) {
        end(id)
        return made
      }
      void made.value.filled.finally(() => end(id))
      return ok(made.value.id)
    },
    stop: (id) => stops.get(id)?.abort(),
    stopReading() {
      for (const { id, percent } of views) if (percent === undefined) stops.get(id)?.abort()
    },
  }
}
