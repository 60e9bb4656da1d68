import { Menu } from '@base-ui/react/menu'
import type { ComponentProps } from 'react'

/**
 * The surface of a menu. While it fades it is still there and would hold the focus and take a second Enter; so it is inert
 * from the moment in which it is not open, and until it is open again.
 */
export function MenuPopup(props: ComponentProps<typeof Menu.Popup>) {
  return <Menu.Popup {...props} render={(parts, { open }) => <div {...parts} inert={!open} />} />
}
