import { Select as BaseSelect } from '@base-ui/react/select'
import { Check, ChevronDown } from 'lucide-react'

/** One of several, folded away. */
export function Select<Value extends string | number>({
  label,
  value,
  onChange,
  options,
  finalFocus,
}: {
  label: string
  value: Value
  onChange: (value: Value) => void
  options: readonly { readonly value: Value; readonly label: string }[]
  /** What has the focus afterwards; the select itself where it is absent. */
  finalFocus?: () => HTMLElement
}) {
  return (
    <BaseSelect.Root items={options} value={value} onValueChange={(chosen) => chosen !== null && onChange(chosen)}>
      <BaseSelect.Trigger
        aria-label={label}
        className="inline-flex h-[30px] items-center gap-1.5 rounded-control pr-2 pl-2.5 shadow-edge hover:bg-hover max-desk:h-11"
      >
        <BaseSelect.Value />
        <ChevronDown size={14} aria-hidden="true" />
      </BaseSelect.Trigger>
      <BaseSelect.Portal>
        <BaseSelect.Positioner sideOffset={4} align="end" alignItemWithTrigger={false} className="z-40 outline-none">
          <BaseSelect.Popup
            {...(finalFocus ? { finalFocus } : {})}
            className="rises max-h-(--available-height) min-w-(--anchor-width) overflow-y-auto rounded-menu bg-raised p-[5px] shadow-float outline-none"
          >
            <BaseSelect.List>
              {options.map((option) => (
                <BaseSelect.Item
                  key={option.value}
                  value={option.value}
                  className="flex h-[34px] cursor-default items-center gap-3 rounded-control px-[9px] outline-none data-highlighted:bg-hover max-desk:h-11"
                >
                  <BaseSelect.ItemText className="flex-1">{option.label}</BaseSelect.ItemText>
                  <BaseSelect.ItemIndicator>
                    <Check size={14} />
                  </BaseSelect.ItemIndicator>
                </BaseSelect.Item>
              ))}
            </BaseSelect.List>
          </BaseSelect.Popup>
        </BaseSelect.Positioner>
      </BaseSelect.Portal>
    </BaseSelect.Root>
  )
}
