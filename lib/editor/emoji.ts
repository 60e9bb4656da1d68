import { gemoji } from 'gemoji'

/** An emoji and the name that is typed for it. */
export interface Emoji {
  readonly sign: string
  /** As between colons: lower case, without spaces. */
  readonly name: string
}

const MOST = 24

/** Large, with the list that it reads: to be fetched when somebody first asks for an emoji. */
export function findEmoji(query: string): readonly Emoji[] {
  const asked = query.toLowerCase()
  if (asked === '') return []
  return gemoji
    .map(({ emoji, names, tags, description }) => ({
      emoji: { sign: emoji, name: nameFor(names, asked) },
      rank: rankOf(asked, names, tags, description.toLowerCase()),
    }))
    .filter(({ rank }) => rank < NOT_MEANT)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, MOST)
    .map(({ emoji }) => emoji)
}

/** The emoji of exactly this name. */
export const emojiNamed = (name: string): string | undefined =>
  gemoji.find(({ names }) => names.includes(name.toLowerCase()))?.emoji

const nameFor = (names: readonly string[], asked: string): string =>
  names.find((name) => name.startsWith(asked)) ?? names[0] ?? ''

const NOT_MEANT = 5

function rankOf(asked: string, names: readonly string[], tags: readonly string[], description: string): number {
  const words = asked.split('_').filter(Boolean)
  const begins = (text: string) => words.every((word) => text.split(/[\s_-]+/).some((part) => part.startsWith(word)))
  if (names.includes(asked)) return 0
  if (names.some((name) => name.startsWith(asked))) return 1
  if (names.some(begins)) return 2
  if (tags.some((tag) => begins(tag))) return 3
  return begins(description) ? 4 : NOT_MEANT
}
