import type { ThreadView } from '#lib/session/open-discussion'

/** The threads in which a person said something, or is mentioned; all of them for nobody. */
export const threadsWith = (threads: readonly ThreadView[], person: string | undefined): readonly ThreadView[] =>
  person === undefined
    ? threads
    : threads.filter(({ remarks }) =>
        remarks.some(({ by, mentions }) => by === person || mentions.some(({ id }) => id === person)),
      )

/** Everybody who said something, in the order of their first word. */
export const speakersOf = (threads: readonly ThreadView[]): readonly string[] => [
  ...new Set(threads.flatMap(({ remarks }) => remarks.flatMap(({ by }) => by ?? []))),
]
