import { err, type Result } from '#lib/base/result'
import type { FileProblem, ImportedFile, ReadFile } from '#lib/convert/read-file'

/** What can end the reading of a file besides the file itself. */
export type ReadingError =
  | FileProblem
  /** The person stopped it. */
  | { readonly type: 'stopped' }
  /** The browser did not run the reader, or gave it too little room. */
  | { readonly type: 'reader-failed' }

/** Reads a file in a thread of its own, which ends with it or as soon as `signal` says so. Its bytes are handed over. */
export function readInWorker(file: ImportedFile, signal: AbortSignal): Promise<Result<ReadFile, ReadingError>> {
  return new Promise((resolve) => {
    const worker = new Worker(new URL('./import-worker.ts', import.meta.url), { type: 'module' })
    const settle = (result: Result<ReadFile, ReadingError>) => {
      worker.terminate()
      resolve(result)
    }
    worker.addEventListener('message', ({ data }) => settle(data))
    worker.addEventListener('error', () => settle(err({ type: 'reader-failed' })))
    signal.addEventListener('abort', () => settle(err({ type: 'stopped' })))
    worker.postMessage(file, [file.bytes.buffer])
  })
}
