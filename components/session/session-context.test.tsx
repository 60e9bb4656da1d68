// @vitest-environment happy-dom
import { act } from 'react'
import { afterEach, describe, expect, it } from 'vitest'
import { SessionProvider, useWorkspace } from '#components/session/session-context'
import { createFakeSession } from '#lib/testing/fake-session'
import { type Rendered, render } from '#lib/testing/rendered'

describe('what a component shows of the session', () => {
  let screen: Rendered
  afterEach(() => screen.close())

  it('is drawn anew for the facts that it names, and for no others', async () => {
    let drawn = 0
    const Name = () => {
      const { name } = useWorkspace('name')
      drawn++
      return name
    }
    const session = createFakeSession({ name: 'Ferry' })
    screen = await render(
      <SessionProvider session={session}>
        <Name />
      </SessionProvider>,
    )
    const before = drawn
    await act(async () => session.change({ role: 'viewer', pages: [] }))
    expect(drawn).toBe(before)
    await act(async () => session.change({ name: 'Harbour' }))
    expect(screen.text()).toBe('Harbour')
  })
})
