import { Menu as BaseMenu } from '@base-ui/react/menu'
import type { LucideIcon } from 'lucide-react'
import type { ReactElement, ReactNode } from 'react'
import { classNames } from '#components/ui/class-names'

const itemClass =
  'flex h-[34px] cursor-default select-none items-center gap-[11px] rounded-control px-[9px] outline-none data-disabled:text-ink-3 data-highlighted:bg-hover max-desk:h-11 max-desk:text-large'

/** A menu under `trigger`, which must be a button element. */
export function Menu({
  trigger,
  align = 'start',
  children,
}: {
  trigger: ReactElement
  align?: 'start' | 'end'
  children: ReactNode
}) {
  return (
    <BaseMenu.Root>
      <BaseMenu.Trigger render={trigger} />
      <BaseMenu.Portal>
        <BaseMenu.Positioner sideOffset={6} align={align} className="z-50 outline-none">
          <BaseMenu.Popup className="rises max-h-(--available-height) min-w-56 max-w-80 overflow-y-auto rounded-menu bg-raised p-[5px] shadow-float outline-none">
            {children}
          </BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.Root>
  )
}

/** One action; `mark` stands at the row's end (a check, a key). */
export function MenuItem({
  icon: Icon,
  onChoose,
  disabled = false,
  mark,
  children,
}: {
  icon: LucideIcon
  onChoose: () => void
  disabled?: boolean
  mark?: ReactNode
  children: ReactNode
}) {
  return (
    <BaseMenu.Item disabled={disabled} onClick={onChoose} className={itemClass}>
      <Icon size={16} className="text-ink-2" />
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {mark}
    </BaseMenu.Item>
  )
}

/** A hairline between groups of actions. */
export function MenuLine({ className }: { className?: string }) {
  return <BaseMenu.Separator className={classNames('mx-[9px] my-[5px] h-px bg-line', className)} />
}
