// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest'
import { SafetyDialog } from '#components/safety/safety-dialog'
import { SessionProvider } from '#components/session/session-context'
import { AlertKeeper, Alerts } from '#components/ui/alerts'
import { toBase64Url } from '#lib/base/base64url'
import type { WorkspaceView } from '#lib/session/session-view'
import { createFakeSession, fakePerson } from '#lib/testing/fake-session'
import { type Rendered, render } from '#lib/testing/rendered'

const idOf = (n: number) => toBase64Url(new Uint8Array(32).fill(n))
const mara = fakePerson('Mara', 1, { id: idOf(1), role: 'owner' })
const ana = fakePerson('Ana', 2, { id: idOf(2) })

describe('safety dialog', () => {
  let screen: Rendered
  afterEach(() => screen.close())
  const open = async (facts: Partial<WorkspaceView> = {}) => {
    const session = createFakeSession({ id: idOf(9), draft: false, me: mara, members: [mara, ana], ...facts })
    screen = await render(
      <SessionProvider session={session}>
        <AlertKeeper>
          <Alerts />
          <SafetyDialog open onClose={() => {}} />
        </AlertKeeper>
      </SessionProvider>,
    )
    return session
  }

  it('V5 shows nobody as verified before somebody says that the number is the same', async () => {
    const session = await open()
    expect(screen.has('img', /compared/)).toBe(false)
    await screen.click('button', /Ana/)
    expect(screen.text()).toMatch(/(\d{5}){12}/)
    expect(screen.has('img', 'Safety number with Ana as a QR code')).toBe(true)
    expect(screen.has('button', 'Take the mark away')).toBe(false)
    await screen.click('button', 'It is the same')
    expect(session.asked).toEqual([['noteVerified', [ana.id, true]]])
    expect(screen.text()).toContain('You compared safety numbers with Ana.')
    await screen.click('button', 'Back')
    expect(screen.has('img', 'You compared safety numbers with Ana')).toBe(true)
  })

  it('V5 takes a mark away, and asks for another comparison once there are new devices', async () => {
    const session = await open({ verified: [{ id: ana.id, sinceMs: 0, newDevices: 2 }] })
    expect(screen.has('img', /2 devices came after that/)).toBe(true)
    await screen.click('button', /Ana/)
    expect(screen.has('button', 'We compared it again')).toBe(true)
    await screen.click('button', 'Take the mark away')
    expect(session.asked).toEqual([['noteVerified', [ana.id, false]]])
    expect(screen.has('button', 'It is the same')).toBe(true)
  })

  it('V5 shows the words of the workspace also to somebody who is alone there', async () => {
    await open({ members: [mara] })
    expect(screen.has('list', 'Words of this workspace')).toBe(true)
    expect(screen.text()).toContain('You are alone here')
  })
})
