import type { IdleWatch } from '#lib/session/idle-watch'

/** What a person does at a page, as far as it tells that somebody is there. */
const SIGNS = ['keydown', 'input', 'compositionupdate', 'pointerdown', 'pointermove', 'wheel', 'touchmove'] as const

/** Lets `watch` know of every sign of a person in this tab, for as long as the page lives. */
export function listenForPerson(watch: Pick<IdleWatch, 'sign' | 'look'>): void {
  for (const sign of SIGNS) addEventListener(sign, watch.sign, { capture: true, passive: true })
  for (const waking of ['focus', 'pageshow'] as const) addEventListener(waking, watch.look)
  document.addEventListener('visibilitychange', watch.look)
}
