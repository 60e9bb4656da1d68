import { type ReactNode, useId } from 'react'

/** What a control takes from the field that it stands in. */
export interface FieldControl {
  readonly id: string
  readonly 'aria-invalid': true | undefined
  readonly 'aria-describedby': string | undefined
}

/** A label above a control, and a sentence below: what is wrong with it, else what helps. */
export function Field({
  label,
  problem,
  help,
  className,
  instead,
  children,
}: {
  label: string
  problem?: string | undefined
  help?: string | undefined
  className?: string | undefined
  /** Stands in the place of the sentence that helps, and below the one that says what is wrong. */
  instead?: ReactNode
  children: (control: FieldControl) => ReactNode
}) {
  const id = useId()
  const sentence = problem ?? (instead ? undefined : help)
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1.5 block font-medium">
        {label}
      </label>
      {children({
        id,
        'aria-invalid': problem ? true : undefined,
        'aria-describedby': sentence ? `${id}-help` : undefined,
      })}
      {sentence ? (
        <p
          id={`${id}-help`}
          role={help ? 'status' : undefined}
          className={`mt-1.5 text-help ${problem ? 'text-wax-ink' : 'text-ink-3'}`}
        >
          {sentence}
        </p>
      ) : null}
      {instead}
    </div>
  )
}
