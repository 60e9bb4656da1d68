import { err, ok, type Result } from '#lib/base/result'
import type { WriteAnswer, WriteTask } from '#lib/convert/write-task'

/** A thread that writes files. */
export interface WritingThread {
  /** One at a time. */
  write(task: WriteTask): Promise<Result<WriteAnswer, WritingError>>
  close(): void
}

/** The browser did not run the writer, or gave it too little room. */
export interface WritingError {
  readonly type: 'writer-failed'
}

export function openWritingThread(): WritingThread {
  const worker = new Worker(new URL('./export-worker.ts', import.meta.url), { type: 'module' })
  return {
    write: (task) =>
      new Promise((resolve) => {
        worker.onmessage = ({ data }: MessageEvent<WriteAnswer>) => resolve(ok(data))
        worker.onerror = () => resolve(err({ type: 'writer-failed' }))
        worker.postMessage(task, handedOver(task))
      }),
    close: () => worker.terminate(),
  }
}

/** Bytes that this thread has no use for any more. */
function handedOver(task: WriteTask): ArrayBuffer[] {
  if (task.type === 'file') return [task.bytes.buffer]
  return task.type === 'docx' ? task.pictures.map(({ bytes }) => bytes.buffer) : []
}
