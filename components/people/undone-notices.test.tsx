// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest'
import { UndoneNotices } from '#components/people/undone-notices'
import { SessionProvider } from '#components/session/session-context'
import { AlertKeeper, Alerts } from '#components/ui/alerts'
import type { UndoneView } from '#lib/session/session-view'
import { createFakeSession } from '#lib/testing/fake-session'
import { type Rendered, render } from '#lib/testing/rendered'

const removal: UndoneView = {
  ...{ id: 'undone/1', by: 'Bob', isMine: false, mayRedo: true },
  ...{ type: 'remove', name: 'Carol', now: 'editor' },
}

describe('what was undone', () => {
  let screen: Rendered
  afterEach(() => screen.close())
  const open = async (act: UndoneView) => {
    const session = createFakeSession({ undone: [act] })
    screen = await render(
      <SessionProvider session={session}>
        <AlertKeeper>
          <Alerts notices={<UndoneNotices />} />
        </AlertKeeper>
      </SessionProvider>,
    )
    return session
  }

  it('M4 does it again with one click, and is gone', async () => {
    const session = await open(removal)
    await screen.click('button', 'Remove Carol')
    expect(session.asked).toEqual([['redo', 'undone/1']])
    expect(screen.text()).toBe('')
  })

  it('M4 tells in a sentence what could not be done, and stays', async () => {
    const session = await open(removal)
    session.failNext({ type: 'storage-full' })
    await screen.click('button', 'Remove Carol')
    expect(screen.text()).toContain('This device has no room left.')
    expect(screen.has('button', 'Remove Carol')).toBe(true)
  })

  it('M4 offers nothing to who may not, and is put away', async () => {
    await open({ ...removal, isMine: true, mayRedo: false })
    expect(screen.has('button', 'Remove Carol')).toBe(false)
    await screen.click('button', 'Dismiss')
    expect(screen.text()).toBe('')
  })
})
