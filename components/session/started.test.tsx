// @vitest-environment happy-dom
import { act, StrictMode, Suspense, use, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { beforeAll, expect, it } from 'vitest'
import { useStarted } from '#components/session/started'

beforeAll(() => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })
})

/** Renders `Starter` beside something that React waits for, so that its first rendering is thrown away. */
async function renderTwice(Starter: () => string | undefined): Promise<string> {
  const mount = document.createElement('div')
  const root = createRoot(mount)
  let arrive = () => {}
  const arrival = new Promise<void>((resolve) => {
    arrive = resolve
  })
  const Late = () => {
    use(arrival)
    return null
  }
  await act(async () =>
    root.render(
      <StrictMode>
        <Suspense fallback="waiting">
          <Starter />
          <Late />
        </Suspense>
      </StrictMode>,
    ),
  )
  await act(async () => arrive())
  const text = mount.textContent ?? ''
  await act(async () => root.unmount())
  return text
}

it('starts once, however often React begins to render', async () => {
  let started = 0
  expect(await renderTwice(() => useStarted(() => `start ${++started}`))).toBe('start 1')
  expect(started).toBe(1)
})

it('is needed: the first state of a component may be made several times', async () => {
  let started = 0
  await renderTwice(() => useState(() => `start ${++started}`)[0])
  expect(started).toBeGreaterThan(1)
})
