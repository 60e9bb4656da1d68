import { type ImportedFile, readFile } from '#lib/convert/read-file'

/** The thread that reads a file while the page stays quick: one file in, one {@link readFile} out. */
addEventListener('message', ({ data }: MessageEvent<ImportedFile>) => postMessage(readFile(data)))
