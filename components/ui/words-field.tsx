import { useLayoutEffect, useRef, useState } from 'react'
import { classNames } from '#components/ui/class-names'
import { Field } from '#components/ui/field'
import { completeWord, readTypedWords } from '#lib/session/typed-words'
import { unknownWordWords } from '#lib/words/typed-word-words'

/**
 * Where a person types words of a list, in any case and with anything between them: what a word may become is offered below,
 * a space after its first letters ends it, and one that is none of them is named at once.
 */
export function WordsField({
  label,
  rows,
  value,
  problem,
  autoFocus = false,
  onChange,
  className,
}: {
  label: string
  rows: number
  value: string
  problem: string | undefined
  autoFocus?: boolean
  onChange: (value: string) => void
  className?: string
}) {
  const area = useRef<HTMLTextAreaElement>(null)
  const [caret, setCaret] = useState(value.length)
  const wanted = useRef<number>(undefined)
  const { suggestions, unknown } = readTypedWords(value, caret)
  useLayoutEffect(() => {
    if (wanted.current === undefined) return
    area.current?.setSelectionRange(wanted.current, wanted.current)
    wanted.current = undefined
  })
  const put = (text: string, place: number) => {
    wanted.current = place
    setCaret(place)
    onChange(text)
  }
  const type = (text: string, place: number) => {
    const isSpace = text.length === value.length + 1 && text[place - 1] === ' '
    const [only, ...more] = isSpace ? readTypedWords(value, place - 1).suggestions : []
    if (!only || more.length > 0) return put(text, place)
    const { text: completed, caret: after } = completeWord(value, place - 1, only)
    put(completed, after)
  }
  return (
    <div className={className}>
      <Field
        label={label}
        problem={problem ?? (unknown && unknownWordWords(unknown))}
        help="The first letters of each are enough."
        instead={
          suggestions.length > 0 ? (
            <ul aria-label="Words that begin so" className="mt-1.5 flex gap-1.5 overflow-x-auto p-px">
              {suggestions.map((word) => (
                <li key={word}>
                  <button
                    type="button"
                    // Keeps the keyboard of a phone up.
                    onPointerDown={(event) => event.preventDefault()}
                    onClick={() => {
                      const { text, caret: after } = completeWord(value, caret, word)
                      area.current?.focus()
                      put(text, after)
                    }}
                    className="h-7 rounded-control px-2.5 font-mono text-help shadow-edge hover:bg-hover max-desk:h-11 max-desk:px-4"
                  >
                    {word}
                  </button>
                </li>
              ))}
            </ul>
          ) : undefined
        }
      >
        {(control) => (
          <textarea
            {...control}
            ref={area}
            rows={rows}
            value={value}
            // biome-ignore lint/a11y/noAutofocus: reason: the one field of a dialog that was just asked for
            autoFocus={autoFocus}
            spellCheck={false}
            autoComplete="off"
            autoCapitalize="none"
            autoCorrect="off"
            onChange={({ target }) => type(target.value, target.selectionStart)}
            onSelect={({ currentTarget }) => setCaret(currentTarget.selectionStart)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || event.shiftKey) return
              event.preventDefault()
              event.currentTarget.form?.requestSubmit()
            }}
            className={classNames(
              'block w-full resize-none rounded-field bg-transparent px-3 py-2 font-mono text-ui shadow-edge outline-offset-0',
              'max-desk:text-[16px]',
            )}
          />
        )}
      </Field>
    </div>
  )
}
