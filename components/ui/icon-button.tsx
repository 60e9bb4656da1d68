import { Tooltip } from '@base-ui/react/tooltip'
import type { ComponentProps, ReactElement, ReactNode } from 'react'
import { classNames } from '#components/ui/class-names'

const iconButtonClass =
  'inline-grid size-7 flex-none place-items-center rounded-control text-ink-2 transition-colors duration-120 hover:bg-hover hover:text-ink data-popup-open:bg-hover data-popup-open:text-ink max-desk:size-11'

/** An icon that acts; its name is also its tooltip. Inside a menu or dialog trigger, pass the trigger as `render`. */
export function IconButton({
  label,
  children,
  render,
  className,
  ...rest
}: Omit<ComponentProps<'button'>, 'aria-label'> & { label: string; children: ReactNode; render?: ReactElement }) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger
        aria-label={label}
        {...(render ? { render } : {})}
        {...rest}
        type="button"
        className={classNames(iconButtonClass, className)}
      >
        {children}
      </Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Positioner sideOffset={6} className="z-40">
          <Tooltip.Popup className="rises rounded-control bg-toast px-2 py-1 text-note text-on-toast shadow-float">
            {label}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  )
}
