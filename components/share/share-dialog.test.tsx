// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest'
import { SessionProvider } from '#components/session/session-context'
import { ShareDialog } from '#components/share/share-dialog'
import { AlertKeeper, Alerts } from '#components/ui/alerts'
import type { WorkspaceView } from '#lib/session/session-view'
import { createFakeSession, fakeId, fakeInvitation, fakePerson } from '#lib/testing/fake-session'
import { type Rendered, render } from '#lib/testing/rendered'

const mara = fakePerson('Mara', 5, { role: 'owner' })
const usual = { role: 'editor', singleUse: true, days: 7, approval: false, pin: false, label: '' }
const pages = ['One', 'Two'].map((title) => ({ id: fakeId(title), title, createdAt: 0 }))

describe('share dialog', () => {
  let screen: Rendered
  let asked: string[] = []
  afterEach(() => screen.close())
  const open = async (facts: Partial<WorkspaceView>) => {
    const session = createFakeSession({ name: 'Harbour Desk', me: mara, members: [mara], pages, ...facts })
    screen = await render(
      <SessionProvider session={session}>
        <AlertKeeper>
          <Alerts />
          <ShareDialog open onClose={() => {}} onKit={() => asked.push('kit')} />
        </AlertKeeper>
      </SessionProvider>,
    )
    return session
  }

  it('V2 offers a kit before the first invitation, and not afterwards', async () => {
    asked = []
    await open({})
    await screen.click('button', 'Recovery kit')
    expect(asked).toEqual(['kit'])
    for (const facts of [
      { kit: 'kept' } as const,
      { invitations: [fakeInvitation('one')] },
      { members: [mara, mara] },
    ]) {
      await screen.close()
      await open(facts)
      expect(screen.has('button', 'Recovery kit')).toBe(false)
    }
  })

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

  it('says that writers may invite where the owner lets them', async () => {
    await open({ policy: { editorsMayInvite: true, rotationDays: 0, maySet: true, mayRotate: true } })
    expect(screen.text()).toContain('They read and write every page, and may invite others.')
    await screen.click('radio', 'Read')
    expect(screen.text()).toContain('They read every page. They cannot change anything.')
  })

  it('I5 makes a link that lets one person write for a week, and only when asked', async () => {
    const session = await open({})
    expect(session.asked).toEqual([])
    await screen.click('button', 'Create link')
    expect(session.asked).toEqual([['createInvitation', usual]])
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
    expect(session.asked.at(-1)).toEqual(['createInvitation', { ...usual, role: 'viewer', singleUse: false }])
  })

  it.each([
    ['revoked', 'This link was taken back.'],
    ['used', 'This link was used.'],
    ['expired', 'This link has ended.'],
    ['suspended', 'Two people used this link at once, so nobody is let in.'],
  ] as const)(
    'shows a link no longer that was %s, and leaves the focus on a button that does nothing',
    async (state, said) => {
      const session = await open({})
      screen.find('button', 'Create link').focus()
      await screen.click('button', 'Create link')
      const copy = screen.find('button', 'Copy link')
      expect(document.activeElement).toBe(copy)
      const [made] = session.view().workspace?.invitations ?? []
      await screen.after(() => session.change({ invitations: made ? [{ ...made, state }] : [] }))
      expect(screen.has('img', 'QR code of the link')).toBe(false)
      expect((screen.find('textbox', 'Invitation link') as HTMLInputElement).value).toBe('')
      expect(screen.has('button', 'Say it in six words')).toBe(false)
      expect(document.activeElement).toBe(copy)
      expect([copy.textContent, copy.getAttribute('aria-disabled')]).toEqual(['Copy link', 'true'])
      expect(screen.text()).toContain(said)
      const before = session.asked.length
      await screen.click('button', 'Copy link')
      expect([session.asked.length, screen.has('button', 'Copied')]).toEqual([before, false])
      screen.find('button', 'Create another link').focus()
      await screen.click('button', 'Create another link')
      expect(session.asked.slice(before)).toEqual([['createInvitation', usual]])
      expect(screen.text()).not.toContain(said)
      expect(screen.has('button', 'Create another link')).toBe(false)
      expect([document.activeElement, copy.getAttribute('aria-disabled')]).toEqual([copy, null])
    },
  )

  it('makes another link for other wishes where the last one was used', async () => {
    const session = await open({})
    await screen.click('button', 'Create link')
    const [made] = session.view().workspace?.invitations ?? []
    await screen.after(() => session.change({ invitations: made ? [{ ...made, state: 'used' }] : [] }))
    await screen.click('radio', 'Read')
    expect(screen.text()).not.toContain('This link was used.')
    await screen.click('button', 'Create link')
    expect(screen.has('button', 'Copy link')).toBe(true)
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
    const session = await open({
      invitations: [
        fakeInvitation('a', { state: 'suspended' }),
        fakeInvitation('b', { state: 'used', joined: ['Bo'] }),
        fakeInvitation('c', { state: 'revoked' }),
      ],
    })
    expect(screen.text()).toContain('Two people used it at once')
    await screen.click('button', 'Revoke')
    expect(session.asked).toEqual([['revokeInvitation', fakeId('a')]])
    expect(screen.has('button', 'Revoke')).toBe(false)
  })

  it('I8 tells of every invitation whom it is for, how it works and who came by it', async () => {
    await open({
      invitations: [
        fakeInvitation('a', { label: 'Jonas', approval: true, pin: true }),
        fakeInvitation('b', { singleUse: false, role: 'commenter', joined: ['Bo', ''] }),
        fakeInvitation('c', { state: 'used', joined: ['Kim'] }),
        fakeInvitation('d', { state: 'expired' }),
        fakeInvitation('e', { state: 'revoked' }),
      ],
    })
    expect(screen.text()).toContain('For Jonas: write, works once, asks an admin, needs a PINNot used yet.')
    expect(screen.text()).toContain('Comment, works more than onceBo and Someone joined.')
    await screen.click('button', '3 earlier invitations')
    expect(screen.text()).toContain('Kim joined.')
    expect(screen.text()).toContain('Ended unused.')
    expect(screen.text()).toContain('Taken back.')
  })

  it('I9 shows the PIN once, apart from the link', async () => {
    const session = await open({})
    await screen.click('switch', 'Needs a PIN')
    await screen.click('button', 'Create link')
    expect(session.asked.at(-1)).toEqual(['createInvitation', { ...usual, pin: true }])
    expect(screen.text()).toContain('482 913')
    await screen.click('switch', 'Needs a PIN')
    expect(screen.text()).not.toContain('482 913')
  })

  it('I7 says a link in six words when asked to', async () => {
    const session = await open({})
    await screen.click('button', 'Create link')
    await screen.click('button', 'Say it in six words')
    expect(session.asked.at(-1)?.[0]).toBe('speakInvitation')
    expect(screen.text()).toContain('otter')
  })

  it('I10 shows who asks to come in, and does what is decided', async () => {
    const request = { id: 'r', name: 'Jonas', role: 'editor', label: 'Jonas', words: ['a', 'b', 'c', 'd'] } as const
    const session = await open({ requests: [request, { ...request, id: 's', name: 'Kim' }] })
    expect(screen.text()).toContain('Jonas asks to come in.Write, by the invitation for Jonas.')
    expect(screen.text()).toContain('a b c d')
    await screen.click('button', 'Let in: Jonas')
    await screen.click('button', 'Not now: Kim')
    expect(session.asked).toEqual([
      ['admitRequest', 'r'],
      ['refuseRequest', 's'],
    ])
    expect(screen.text()).not.toContain('asks to come in')
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
