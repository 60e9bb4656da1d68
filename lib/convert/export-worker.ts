import { createTaskWriter, type WriteTask } from '#lib/convert/write-task'

/** The thread that writes files while the page stays quick: an answer for each task, in order. */
const write = createTaskWriter()
addEventListener('message', ({ data }: MessageEvent<WriteTask>) => postMessage(write(data)))
