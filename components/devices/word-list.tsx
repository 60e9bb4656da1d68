import { classNames } from '#components/ui/class-names'

/** Numbered words, in reading order down the columns: two for twelve, four for twenty-four. */
export function WordList({ words }: { words: readonly string[] }) {
  const many = words.length > 12
  return (
    <ol
      className={classNames(
        'grid w-full grid-flow-col grid-rows-6 gap-x-4 font-mono text-ui leading-[26px]',
        many ? 'grid-cols-4 max-desk:grid-cols-2 max-desk:grid-rows-12' : 'grid-cols-2',
      )}
    >
      {words.map((word, at) => (
        <li key={`${at}-${word}`} className="flex gap-2">
          <span aria-hidden="true" className="w-5 flex-none text-right text-ink-3">
            {at + 1}
          </span>
          {word}
        </li>
      ))}
    </ol>
  )
}
