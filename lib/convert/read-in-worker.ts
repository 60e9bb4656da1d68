import { err, type Result } from '#lib/base/result'
import type { MarkdownError } from '#lib/convert/markdown'
import type { SlicedPage } from '#lib/convert/sliced-page'

/** What can end the reading of a file besides the file itself. */
export type ReadingError =
  | MarkdownError
  /** The person stopped it. */
  | { readonly type: 'stopped' }
  /** The browser did not run the reader, or gave it too little room. */
  | { readonly type: 'reader-failed' }

/** Reads a Markdown file in a thread of its own, which ends with it or as soon as `signal` says so. */
export function readInWorker(text: string, signal: AbortSignal): Promise<Result<SlicedPage, ReadingError>> {
  return new Promise((resolve) => {
    const worker = new Worker(new URL('./markdown-worker.ts', import.meta.url), { type: 'module' })
    const settle = (result: Result<SlicedPage, ReadingError>) => {
      worker.terminate()
      resolve(result)
    }
    worker.addEventListener('message', ({ data }) => settle(data))
    worker.addEventListener('error', () => settle(err({ type: 'reader-failed' })))
    signal.addEventListener('abort', () => settle(err({ type: 'stopped' })))
    worker.postMessage(text)
  })
}
