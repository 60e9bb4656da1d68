import { Radio } from '@base-ui/react/radio'
import { RadioGroup } from '@base-ui/react/radio-group'

/** One of a few, all in sight: a row of segments. */
export function Choice<Value extends string>({
  labelledBy,
  value,
  onChange,
  options,
}: {
  labelledBy: string
  value: Value
  onChange: (value: Value) => void
  options: readonly { readonly value: Value; readonly label: string }[]
}) {
  return (
    <RadioGroup
      aria-labelledby={labelledBy}
      value={value}
      onValueChange={(chosen) => {
        const option = options.find((candidate) => candidate.value === chosen)
        if (option) onChange(option.value)
      }}
      className="grid auto-cols-fr grid-flow-col rounded-field bg-hover p-[3px]"
    >
      {options.map((option) => (
        <Radio.Root
          key={option.value}
          value={option.value}
          render={<button type="button" />}
          nativeButton
          className="h-[30px] rounded-control text-center text-help text-ink-2 data-checked:bg-chosen data-checked:font-semibold data-checked:text-ink data-checked:shadow-[0_0_0_1px_var(--line),0_1px_3px_var(--shade)] max-desk:h-11"
        >
          {option.label}
        </Radio.Root>
      ))}
    </RadioGroup>
  )
}
