import { sliceMarkdown } from '#lib/convert/sliced-page'

/** The thread that reads a file while the page stays quick: one text in, one {@link sliceMarkdown} out. */
addEventListener('message', ({ data }: MessageEvent<string>) => postMessage(sliceMarkdown(data)))
