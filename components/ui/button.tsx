import type { ComponentProps, MouseEvent } from 'react'
import { classNames } from '#components/ui/class-names'

/** seal: the one primary action of a view. mask: a hard decision. plain: any other. bare: quiet, in lists. */
export type ButtonLook = 'seal' | 'plain' | 'bare' | 'mask'

const looks: Readonly<Record<ButtonLook, string>> = {
  seal: 'bg-wax text-on-wax hover:bg-wax-hover',
  plain: 'shadow-edge hover:bg-hover',
  bare: 'text-ink-2 hover:bg-hover hover:text-ink',
  mask: 'bg-ink text-paper',
}

const sizes = {
  small: 'h-7 rounded-control px-[11px] text-help max-desk:h-11 max-desk:px-4',
  normal: 'h-8 rounded-control px-3 max-desk:h-11 max-desk:px-4',
  large: 'h-11 rounded-field px-5 text-large',
} as const

/** The class names of a button, for elements that are one in looks only (links, triggers). */
export function buttonClass(look: ButtonLook, size: keyof typeof sizes = 'normal'): string {
  return classNames(
    'inline-flex items-center justify-center gap-1.5 whitespace-nowrap font-medium transition-colors duration-120 ease-calm',
    'disabled:pointer-events-none disabled:opacity-55 aria-disabled:opacity-55',
    sizes[size],
    looks[look],
  )
}

/**
 * A push button; never submits a form unless told to. While `busy` with its answer it does nothing and keeps the focus, which a
 * disabled one loses.
 */
export function Button({
  look,
  size,
  busy = false,
  className,
  ...rest
}: ComponentProps<'button'> & { look: ButtonLook; size?: keyof typeof sizes; busy?: boolean }) {
  const props = busy ? { ...rest, 'aria-disabled': true, onClick: holdBack } : rest
  return <button type="button" {...props} className={classNames(buttonClass(look, size), className)} />
}

/** Nor is the form submitted, by a click or by Enter in a field of it. */
const holdBack = (event: MouseEvent) => event.preventDefault()
