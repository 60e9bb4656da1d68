import { User } from 'lucide-react'
import { classNames } from '#components/ui/class-names'

const sizes = {
  small: 'size-[22px] text-[10px]',
  normal: 'size-[26px] text-[11px]',
} as const

/** At most two initials; empty for a person without a name. Splits by characters as people see them. */
function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean)
  const first = (word: string | undefined) => (word ? ([...word][0] ?? '') : '')
  return `${first(words[0])}${words.length > 1 ? first(words.at(-1)) : ''}`.toUpperCase()
}

/** A person as a coloured dot with initials; the name must stand beside it or be given as `label`. */
export function Face({
  person,
  size = 'normal',
  label,
}: {
  person: { readonly name: string; readonly colour: number }
  size?: keyof typeof sizes
  label?: string
}) {
  const initials = initialsOf(person.name)
  return (
    <span
      {...(label ? { role: 'img', 'aria-label': label, title: label } : { 'aria-hidden': true })}
      className={classNames(
        'inline-grid flex-none select-none place-items-center rounded-full font-[650] leading-none tracking-[.01em]',
        sizes[size],
        initials ? `person-${person.colour} bg-person text-on-person` : 'bg-hover text-ink-2',
      )}
    >
      {initials || <User size={14} />}
    </span>
  )
}
