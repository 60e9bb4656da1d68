import { type RefObject, useLayoutEffect, useRef } from 'react'

/** Where the keys go on in a row: the row itself if it takes the focus, else its first button. */
const placeIn = (row: Element | null): HTMLElement | null =>
  row instanceof HTMLElement && row.matches('[tabindex]') ? row : (row?.querySelector('button') ?? null)

/**
 * For a row that may go while the focus is in it: hands the focus to the row that takes its place, else to the one before it,
 * else to `last`.
 */
export function useHandedFocus<Row extends HTMLElement>(last?: () => HTMLElement | null): RefObject<Row | null> {
  const row = useRef<Row>(null)
  const latest = useRef(last)
  useLayoutEffect(() => {
    latest.current = last
  }, [last])
  useLayoutEffect(() => {
    const here = row.current
    return () => {
      if (!here?.contains(document.activeElement)) return
      const next = placeIn(here.nextElementSibling) ?? placeIn(here.previousElementSibling) ?? latest.current?.()
      next?.focus()
    }
  }, [])
  return row
}
