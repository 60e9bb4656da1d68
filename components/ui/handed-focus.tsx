import { type RefObject, useLayoutEffect, useRef } from 'react'
import { popupButton } from '#components/ui/popup-button'

/** Where the keys go on in a row: the row itself if it takes the focus, else its first link or button. */
const placeIn = (row: Element | null): HTMLElement | null =>
  row instanceof HTMLElement && row.matches('[tabindex]') ? row : (row?.querySelector<HTMLElement>('a, button') ?? null)

/** For what may go while the focus is in it, or in a menu of it: the focus goes where `next` says then. */
export function useFocusGoesOn<Gone extends HTMLElement>(
  next: (gone: Gone) => HTMLElement | null | undefined,
): RefObject<Gone | null> {
  const gone = useRef<Gone>(null)
  const latest = useRef(next)
  useLayoutEffect(() => {
    latest.current = next
  }, [next])
  useLayoutEffect(() => {
    const here = gone.current
    return () => {
      const at = document.activeElement
      if (here?.contains(at) || here?.contains(popupButton(at))) latest.current(here)?.focus()
    }
  }, [])
  return gone
}

/** For a row: the focus goes to the row that takes its place, else to the one before it, else to `last`. */
export function useHandedFocus<Row extends HTMLElement>(last?: () => HTMLElement | null): RefObject<Row | null> {
  return useFocusGoesOn<Row>(
    (row) => placeIn(row.nextElementSibling) ?? placeIn(row.previousElementSibling) ?? last?.(),
  )
}
