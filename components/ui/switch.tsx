import { Switch as BaseSwitch } from '@base-ui/react/switch'

/** On or off, at once. */
export function Switch({
  label,
  checked,
  onChange,
}: {
  label: string
  checked: boolean
  onChange: (checked: boolean) => void
}) {
  return (
    <BaseSwitch.Root
      aria-label={label}
      checked={checked}
      onCheckedChange={onChange}
      className="relative h-5 w-[34px] flex-none rounded-full bg-edge transition-colors duration-120 before:absolute before:-inset-3 before:content-[''] data-checked:bg-ink"
    >
      <BaseSwitch.Thumb className="absolute top-0.5 left-0.5 size-4 rounded-full bg-paper transition-[translate] duration-120 ease-calm data-checked:translate-x-[14px]" />
    </BaseSwitch.Root>
  )
}
