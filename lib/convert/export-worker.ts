import { createTaskWriter, type WriteTask } from '#lib/convert/write-task'

/** The thread that writes files while the page stays quick: an answer for each task, in order. */
const write = createTaskWriter()
addEventListener('message', ({ data }: MessageEvent<WriteTask>) => {
  const answer = write(data)
  postMessage(answer, { transfer: answer instanceof Uint8Array ? [answer.buffer] : [] })
})
