import { useId } from 'react'
import { classNames } from '#components/ui/class-names'

/** Where a person types words, in any case and with anything between them. */
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
  const id = useId()
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1.5 block font-medium">
        {label}
      </label>
      <textarea
        id={id}
        rows={rows}
        value={value}
        // biome-ignore lint/a11y/noAutofocus: reason: the one field of a dialog that was just asked for
        autoFocus={autoFocus}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="none"
        aria-invalid={problem ? true : undefined}
        aria-describedby={`${id}-help`}
        onChange={(event) => onChange(event.target.value)}
        className={classNames(
          'block w-full resize-none rounded-field bg-transparent px-3 py-2 font-mono text-ui shadow-edge outline-offset-0',
          'max-desk:text-[16px]',
        )}
      />
      <p id={`${id}-help`} role="status" className="mt-1.5 text-help text-ink-3">
        {problem ? <span className="text-wax-ink">{problem}</span> : 'Four letters of each are enough.'}
      </p>
    </div>
  )
}
