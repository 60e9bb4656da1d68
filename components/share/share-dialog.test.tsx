// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest'
import { SessionProvider } from '#components/session/session-context'
import { ShareDialog } from '#components/share/share-dialog'
import { Alerts } from '#components/ui/alerts'
import type { WorkspaceView } from '#lib/session/session-view'
import { createFakeSession, fakeId, fakePerson } from '#lib/testing/fake-session'
import { type Rendered, render } from '#lib/testing/rendered'

const mara = fakePerson('Mara', 5, { role: 'owner' })
const pages = ['One', 'Two'].map((title) => ({ id: fakeId(title), title, createdAt: 0 }))

describe('share dialog', () => {
  let screen: Rendered
  afterEach(() => screen.close())
  const open = async (facts: Partial<WorkspaceView>) => {
    const session = createFakeSession({ name: 'Harbour Desk', me: mara, members: [mara], pages, ...facts })
    screen = await render(
      <SessionProvider session={session}>
        <Alerts>
          <ShareDialog open onClose={() => {}} />
        </Alerts>
      </SessionProvider>,
    )
    return session
  }

  it('asks for a name first, once', async () => {
    const session = await open({ me: fakePerson('', 5) })
    expect(screen.has('dialog', 'Who is inviting?')).toBe(true)
    await screen.type('Your name', 'Mara')
    await screen.click('button', 'Continue')
    expect(session.asked).toEqual([['setMyName', 'Mara']])
    expect(screen.has('dialog', 'Invite to Harbour Desk')).toBe(true)
  })

  it('says what becomes visible, and to whom', async () => {
    await open({})
    expect(screen.text()).toContain('Whoever joins can open all 2 pages and their history.')
    expect(screen.text()).toContain('They read and write every page. They cannot invite others.')
  })

  it('I5 makes a link that lets one person write for a week, and only when asked', async () => {
    const session = await open({})
    expect(session.asked).toEqual([])
    await screen.click('button', 'Create link')
    expect(session.asked).toEqual([['createInvitation', { role: 'editor', singleUse: true, days: 7 }]])
    expect(screen.has('img', 'QR code of the link')).toBe(true)
    expect(screen.text()).toContain('Write, works once')
  })

  it('drops the link on screen when the wishes change, so that it never says more than it gives', async () => {
    const session = await open({})
    await screen.click('button', 'Create link')
    await screen.click('radio', 'Read')
    expect(screen.has('button', 'Copy link')).toBe(false)
    await screen.click('switch', 'Works once')
    await screen.click('button', 'Create link')
    expect(session.asked.at(-1)).toEqual(['createInvitation', { role: 'viewer', singleUse: false, days: 7 }])
  })

  it('copies the whole link', async () => {
    const written: string[] = []
    vi.stubGlobal('navigator', { ...navigator, clipboard: { writeText: async (text: string) => written.push(text) } })
    await open({})
    await screen.click('button', 'Create link')
    await screen.click('button', 'Copy link')
    vi.unstubAllGlobals()
    expect(written[0]).toMatch(/^https:\/\/harbour\.example\/join#1\./)
    expect(screen.has('button', 'Copied')).toBe(true)
  })

  it('I4 lists open and suspended invitations and takes them back', async () => {
    const invitation = { role: 'viewer', singleUse: true, expiresAt: Date.now() + 86_400_000 } as const
    const session = await open({
      invitations: [
        { ...invitation, id: 'a', state: 'suspended' },
        { ...invitation, id: 'b', state: 'used' },
        { ...invitation, id: 'c', state: 'revoked' },
      ],
    })
    expect(screen.text()).toContain('Two people used it at once')
    await screen.click('button', 'Revoke')
    expect(session.asked).toEqual([['revokeInvitation', 'a']])
    expect(screen.has('button', 'Revoke')).toBe(false)
  })

  it('tells a member without the right who can invite', async () => {
    await open({ canInvite: false, members: [fakePerson('Ana', 1, { role: 'owner' }), mara] })
    expect(screen.text()).toContain('You cannot invite people here.')
    expect(screen.text()).toContain('Ana')
    expect(screen.has('button', 'Create link')).toBe(false)
  })

  it('shows a failure where it happened and changes nothing', async () => {
    const session = await open({})
    session.failNext({ type: 'storage-full' })
    await screen.click('button', 'Create link')
    expect(screen.text()).toContain('This device has no room left.')
    expect(screen.has('button', 'Create link')).toBe(true)
  })
})
