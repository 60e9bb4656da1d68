// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest'
import { LockDialog } from '#components/lock/lock-dialog'
import { LockScreen } from '#components/lock/lock-screen'
import { SessionProvider } from '#components/session/session-context'
import { AlertKeeper, Alerts } from '#components/ui/alerts'
import { createFakeSession } from '#lib/testing/fake-session'
import { type Rendered, render } from '#lib/testing/rendered'

const lock = { passphrase: true, idleMinutes: 15, places: { current: 1, count: 1 } }

describe('the lock', () => {
  let screen: Rendered
  afterEach(() => screen.close())
  const session = () => createFakeSession({ name: 'Harbour Desk' })
  const show = async (session: ReturnType<typeof createFakeSession>) => {
    screen = await render(
      <SessionProvider session={session}>
        <AlertKeeper>
          <Alerts />
          <LockDialog open onClose={() => {}} />
        </AlertKeeper>
      </SessionProvider>,
    )
  }

  it('V4 shows nothing but itself, and says calmly what is wrong', async () => {
    const fake = session()
    screen = await render(<LockScreen unlocking={fake} places={lock.places} />)
    expect(screen.text()).not.toContain('Harbour')
    await screen.type('Passphrase', 'a guess')
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
    await screen.click('button', 'Unlock')
    expect(screen.text()).toContain('That is not the passphrase.')
    expect(document.activeElement?.getAttribute('type')).toBe('password')
    await screen.type('Passphrase', 'right')
    await screen.click('button', 'Unlock')
    expect(fake.asked).toEqual([
      ['unlock', 'a guess'],
      ['unlock', 'right'],
    ])
  })

  it('V4 offers whoever forgot it a fresh start and the way back, and never to delete', async () => {
    const fake = session()
    screen = await render(<LockScreen unlocking={fake} places={{ current: 2, count: 3 }} />)
    await screen.click('button', 'I forgot the passphrase')
    expect(screen.text()).toContain('What is locked stays in this browser')
    await screen.click('button', 'Start anew, delete nothing')
    await screen.click('button', /^Go to the pages from before/)
    expect(fake.asked).toEqual([['startAnew'], ['openProfile', 1]])
  })

  it('V4 sets a passphrase that was typed twice and is no joke', async () => {
    const fake = session()
    await show(fake)
    for (const [next, again] of [
      ['short', 'short'],
      ['otter lantern', 'otter lanterm'],
    ] as const) {
      await screen.type('New passphrase', next)
      await screen.type('The same again', again)
      await screen.click('button', 'Set passphrase')
    }
    expect(fake.asked).toEqual([])
    await screen.type('The same again', 'otter lantern')
    await screen.click('button', 'Set passphrase')
    expect(fake.asked).toEqual([['setPassphrase', 'otter lantern']])
    expect(screen.has('button', 'Lock now')).toBe(true)
  })

  it('V4 removes it for whoever knows it', async () => {
    const fake = session()
    fake.changeView({ lock })
    await show(fake)
    await screen.click('button', 'Remove…')
    await screen.type('Your passphrase', 'a guess')
    await screen.click('button', 'Remove passphrase')
    expect(screen.text()).toContain('That is not the passphrase.')
    await screen.type('Your passphrase', 'right')
    await screen.click('button', 'Remove passphrase')
    expect(screen.has('button', 'Set passphrase')).toBe(true)
  })
})
