// @vitest-environment happy-dom
import { expect, it } from 'vitest'
import { onLeave, onWake } from '#lib/transport/page-life'

it('D3 wakes when the network or the page is back, and leaves with the page', () => {
  const heard: string[] = []
  const stops = [onWake((why) => void heard.push(why)), onLeave(() => void heard.push('leave'))]
  const happen = () => {
    window.dispatchEvent(new Event('online'))
    window.dispatchEvent(new Event('pagehide'))
    window.dispatchEvent(new Event('pageshow'))
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
  }
  happen()
  expect(heard).toEqual(['returned', 'leave', 'returned', 'seen'])
  for (const stop of stops) stop()
  happen()
  expect(heard).toHaveLength(4)
})
