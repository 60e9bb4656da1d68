import type { Cancel } from '#lib/base/clock'
import type { Waking } from '#lib/base/waking'

/**
 * The moments of a page's life by which its connections go: what failed before may work now, or nobody is here any more.
 * Nothing ever happens where there is no page.
 */

/** The network is back, somebody looks, or the page comes back from the browser's cache. */
export function onWake(wake: (why: Waking) => void): Cancel {
  const whenBack = () => wake('returned')
  const whenVisible = () => {
    if (document.visibilityState === 'visible') wake('seen')
  }
  return listen([
    ['online', whenBack],
    ['pageshow', whenBack],
    ['visibilitychange', whenVisible],
  ])
}

/** The page goes, for good or into the browser's cache. */
export const onLeave = (leave: () => void): Cancel => listen([['pagehide', leave]])

/** On the window, which the document's events reach as well. */
function listen(events: readonly (readonly [type: string, listener: () => void])[]): Cancel {
  if (!('document' in globalThis)) return () => {}
  for (const [type, listener] of events) window.addEventListener(type, listener)
  return () => {
    for (const [type, listener] of events) window.removeEventListener(type, listener)
  }
}
