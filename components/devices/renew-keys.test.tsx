// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest'
import { RenewKeysDialog } from '#components/devices/renew-keys'
import { SessionProvider } from '#components/session/session-context'
import { Notices } from '#components/workspace/notices'
import { createFakeSession } from '#lib/testing/fake-session'
import { type Rendered, render } from '#lib/testing/rendered'

describe('a profile that was copied', () => {
  let screen: Rendered
  afterEach(() => screen.close())

  it('attack 8 E2 is told, led to new keys, and asked what it means before anything happens', async () => {
    const session = createFakeSession({ notices: [{ id: 'copied-profile/', type: 'copied-profile', count: 1 }] })
    const asked: string[] = []
    let done = 0
    screen = await render(
      <SessionProvider session={session}>
        <Notices task={undefined} onTask={(task) => asked.push(task)} />
        <RenewKeysDialog open onClose={() => {}} onDone={() => done++} />
      </SessionProvider>,
    )
    expect(screen.text()).toContain('What is kept on this device was copied')
    await screen.click('button', 'New keys')
    expect([asked, session.asked]).toEqual([['new-keys'], []])
    for (const said of ['another device of yours', 'Revoke them there', 'linked again'])
      expect(screen.text()).toContain(said)
    await screen.click('button', 'Take new keys')
    expect([session.asked, done]).toEqual([[['renewKeys', undefined]], 1])
    expect(screen.text()).not.toContain('was copied:')
  })
})
