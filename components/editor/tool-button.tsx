import { Tooltip } from '@base-ui/react/tooltip'
import type { LucideIcon } from 'lucide-react'
import type { ComponentProps, ReactElement } from 'react'
import { isMac } from '#components/ui/is-mac'
import { keyWords } from '#lib/words/editor-words'

/**
 * An icon of a toolbar, with its name and keys as a tooltip. Pressing it leaves focus and selection in the page. A button
 * that has something to be on about says so with `pressed`.
 */
export function ToolButton({
  label,
  keys,
  icon: Icon,
  pressed,
  render,
  keepsFocus = true,
  onMouseDown,
  ...rest
}: ComponentProps<'button'> & {
  label: string
  keys?: string | undefined
  icon: LucideIcon
  pressed?: boolean | undefined
  render?: ReactElement
  /** False for what is dragged: a press that keeps the focus cannot begin a drag. */
  keepsFocus?: boolean
}) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger
        {...(render ? { render } : {})}
        {...rest}
        type="button"
        className="tool"
        aria-label={label}
        aria-pressed={pressed}
        onMouseDown={(event) => {
          onMouseDown?.(event)
          if (keepsFocus) event.preventDefault()
        }}
      >
        <Icon size={16} aria-hidden="true" />
      </Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Positioner sideOffset={6} className="z-40">
          <Tooltip.Popup className="rises rounded-control bg-toast px-2 py-1 text-note text-on-toast shadow-float">
            {label}
            {keys ? <span className="tool-keys">{keyWords(keys, isMac())}</span> : null}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  )
}
