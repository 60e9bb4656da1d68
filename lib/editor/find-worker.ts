import { matchesIn } from '#lib/editor/find-matches'

/** The thread that tries somebody's own expression, which may take for ever: whoever asked ends it. */
addEventListener('message', ({ data }: MessageEvent<{ texts: readonly string[]; pattern: RegExp }>) =>
  postMessage(matchesIn(data.texts, data.pattern)),
)
