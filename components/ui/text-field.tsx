import type { ComponentProps } from 'react'
import { classNames } from '#components/ui/class-names'
import { Field } from '#components/ui/field'

/** A line of text with its label above and, if something is wrong with it, a sentence below. */
export function TextField({
  label,
  problem,
  className,
  ...rest
}: ComponentProps<'input'> & { label: string; problem?: string | undefined }) {
  return (
    <Field label={label} problem={problem} className={className}>
      {(control) => (
        <input
          type="text"
          autoComplete="off"
          {...rest}
          {...control}
          className={classNames(
            'h-10 w-full rounded-field bg-transparent px-3 text-large shadow-edge outline-offset-0 placeholder:text-ink-3',
            'max-desk:h-11 max-desk:text-[16px]',
          )}
        />
      )}
    </Field>
  )
}
