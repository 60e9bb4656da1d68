import { Collapsible } from '@base-ui/react/collapsible'
import { ChevronDown } from 'lucide-react'
import type { ReactNode } from 'react'
import { classNames } from '#components/ui/class-names'

const LOOKS = {
  line: 'h-9 rounded-control text-help hover:text-ink max-desk:h-11',
  foot: 'min-h-[52px] w-full justify-center px-4 font-[500] outline-offset-[-4px] hover:text-ink',
} as const

/** What is shown only when asked for: a `line` in a dialog, or the `foot` of a letter. */
export function Fold({
  title,
  look = 'line',
  className,
  children,
}: {
  title: ReactNode
  look?: keyof typeof LOOKS
  className?: string
  children: ReactNode
}) {
  return (
    <Collapsible.Root className={className}>
      <Collapsible.Trigger className={classNames('group flex items-center gap-1.5 text-ink-2', LOOKS[look])}>
        {title}
        <ChevronDown size={14} className="group-data-panel-open:rotate-180" aria-hidden="true" />
      </Collapsible.Trigger>
      <Collapsible.Panel>{children}</Collapsible.Panel>
    </Collapsible.Root>
  )
}
