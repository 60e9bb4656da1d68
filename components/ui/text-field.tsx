import type { ComponentProps } from 'react'
import { useId } from 'react'
import { classNames } from '#components/ui/class-names'

/** A line of text with its label above and, if something is wrong with it, a sentence below. */
export function TextField({
  label,
  problem,
  className,
  ...rest
}: ComponentProps<'input'> & { label: string; problem?: string | undefined }) {
  const id = useId()
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1.5 block font-medium">
        {label}
      </label>
      <input
        type="text"
        autoComplete="off"
        {...rest}
        id={id}
        aria-invalid={problem ? true : undefined}
        aria-describedby={problem ? `${id}-problem` : undefined}
        className={classNames(
          'h-10 w-full rounded-field bg-transparent px-3 text-large shadow-edge outline-offset-0 placeholder:text-ink-3',
          'max-desk:h-11 max-desk:text-[16px]',
        )}
      />
      {problem ? (
        <p id={`${id}-problem`} className="mt-1.5 text-help text-wax-ink">
          {problem}
        </p>
      ) : null}
    </div>
  )
}
