const MAX_LETTERS = 120
/** Signs that a file system gives a meaning, that nobody sees, or that turn the reading direction around. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\\/:*?"<>|]/gu

/** A name under which a file may be shown and saved anywhere; '' for any value that has none. */
export function fileName(value: unknown): string {
  if (typeof value !== 'string') return ''
  const name = value
    .slice(0, 1000)
    .replace(UNSAFE, '')
    .replace(/^[.\s]+|[.\s]+$/g, '')
  if (name.length <= MAX_LETTERS) return name
  const ending = /\.[^.\s]{1,16}$/.exec(name)?.[0] ?? ''
  return [...name].slice(0, MAX_LETTERS - ending.length).join('') + ending
}
