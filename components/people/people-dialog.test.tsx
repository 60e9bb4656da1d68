// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest'
import { PeopleDialog } from '#components/people/people-dialog'
import { SessionProvider } from '#components/session/session-context'
import { AlertKeeper, Alerts } from '#components/ui/alerts'
import { InterfaceRoot } from '#components/ui/interface-root'
import { Tellings } from '#components/ui/tellings'
import type { FormerView, MemberView, WorkspaceView } from '#lib/session/session-view'
import { createFakeSession, fakeId, fakeInvitation, fakePerson } from '#lib/testing/fake-session'
import { type Rendered, render } from '#lib/testing/rendered'

const mara = fakePerson('Mara', 1, { role: 'owner' })
const ana = fakePerson('Ana', 2, { role: 'admin' })
const kim = fakePerson('Kim', 3)
const nothing: MemberView = { id: '', devices: 1, roles: [], mayRemove: false, mayOwn: false, linksThatEnd: [] }
const below = { ...nothing, roles: ['viewer', 'commenter', 'editor', 'admin'], mayRemove: true } as const
const gone: FormerView = {
  ...{ id: '', name: '', colour: 3, removedBy: undefined, mayRemove: false, linksThatEnd: [] },
  atMs: new Date('2026-03-03T14:02').getTime(),
}
const owners = {
  members: [
    { ...nothing, id: mara.id },
    { ...below, id: ana.id, mayOwn: true },
    { ...below, id: kim.id, devices: 2, linksThatEnd: [fakeId('many')] },
  ],
  former: [
    { ...gone, id: 'x', name: 'Jonas', mayRemove: true, linksThatEnd: [fakeId('many')] },
    { ...gone, id: 'y', name: 'Pim', removedBy: { name: 'Ana', isMe: false } },
  ],
  mayLeave: false,
}

describe('people dialog', () => {
  let screen: Rendered
  afterEach(() => screen.close())
  const invited: string[] = []
  const open = async (facts: Partial<WorkspaceView> = {}) => {
    const session = createFakeSession({
      name: 'Harbour Desk',
      draft: false,
      me: mara,
      members: [mara, ana, kim],
      people: owners,
      invitations: [fakeInvitation('many', { singleUse: false, label: 'the press' })],
      ...facts,
    })
    screen = await render(
      <InterfaceRoot>
        <SessionProvider session={session}>
          <Tellings>
            <AlertKeeper>
              <Alerts />
              <PeopleDialog open onClose={() => {}} onInvite={() => invited.push('asked')} onCompare={() => {}} />
            </AlertKeeper>
          </Tellings>
        </SessionProvider>
      </InterfaceRoot>,
    )
    return session
  }

  it('shows who is in, as what, with how many devices, and who was here once', async () => {
    await open()
    expect(screen.text()).toContain('Mara(you)')
    expect(screen.text()).toContain('owner, 1 device, here now')
    expect(screen.text()).toContain('writer, 2 devices, here now')
    expect(screen.text()).not.toContain('Jonas')
    await screen.click('button', '2 former members')
    expect(screen.text()).toContain('Jonasleft, 3 March')
    expect(screen.text()).toContain('Pimremoved by Ana, 3 March')
  })

  it('offers whoever may decide nothing no way to', async () => {
    await open({ me: kim, role: 'editor', canInvite: false, people: { ...owners, members: [], mayLeave: true } })
    expect(screen.has('button', /^More about/)).toBe(false)
    expect(screen.has('button', 'Invite somebody')).toBe(false)
    expect(screen.has('button', 'Leave this workspace')).toBe(true)
  })

  it('M3 tells an admin who decides about the other one', async () => {
    const bo = fakePerson('Bo', 4, { role: 'admin' })
    await open({ me: ana, role: 'admin', members: [mara, ana, bo, kim], people: { ...owners, members: [] } })
    expect(screen.text()).toContain('About admins only the owner does.')
    await screen.close()
    await open({ me: ana, role: 'admin', people: { ...owners, members: [] } })
    expect(screen.text()).not.toContain('About admins only the owner does.')
  })

  it('removes somebody after saying plainly what that means, the safe choice first', async () => {
    const session = await open()
    await screen.click('button', 'More about Kim')
    await screen.click('menuitem', 'Remove')
    expect(screen.has('dialog', 'Remove Kim?')).toBe(true)
    expect(screen.text()).toContain('Kim loses access to everything written from now on.')
    await screen.click('button', 'Keep Kim')
    expect(session.asked).toEqual([])
    await screen.click('button', 'More about Kim')
    await screen.click('menuitem', 'Remove')
    await screen.click('button', 'Remove Kim')
    expect(session.asked).toEqual([['removeMember', kim.id]])
    expect(screen.has('dialog', 'People')).toBe(true)
    expect(screen.text()).not.toContain('Kim')
  })

  it('K2 removes whoever left by themselves, too, and nobody twice', async () => {
    const session = await open()
    await screen.click('button', '2 former members')
    expect(screen.has('button', 'More about Pim')).toBe(false)
    await screen.click('button', 'More about Jonas')
    await screen.click('menuitem', 'Remove')
    expect(screen.text()).toContain('Jonas left already.')
    expect(screen.text()).toContain('This invitation ends, too')
    await screen.click('button', 'Leave it at that')
    expect(session.asked).toEqual([])
    await screen.click('button', '2 former members')
    await screen.click('button', 'More about Jonas')
    await screen.click('menuitem', 'Remove')
    await screen.click('button', 'Remove Jonas')
    expect(session.asked).toEqual([['removeMember', 'x']])
  })

  it('I4 offers to keep the open invitations that a removal ends', async () => {
    await open()
    await screen.click('button', 'More about Kim')
    await screen.click('menuitem', 'Remove')
    expect(screen.text()).toContain('This invitation ends, too')
    await screen.click('switch', /^Keep: For the press/)
    expect(screen.find('switch', /^Keep: For the press/).getAttribute('aria-checked')).toBe('true')
  })

  it('hands the workspace to an admin only, after a sentence', async () => {
    const session = await open()
    await screen.click('button', 'More about Kim')
    expect(screen.has('menuitem', 'Make the owner')).toBe(false)
    await screen.close()
    await open()
    await screen.click('button', 'More about Ana')
    await screen.click('menuitem', 'Make the owner')
    expect(screen.text()).toContain('You stay as an admin, and cannot take it back by yourself.')
    await screen.click('button', 'Stay the owner')
    expect(session.asked).toEqual([])
  })

  it('leaves after a sentence', async () => {
    const session = await open({ me: kim, role: 'editor', people: { ...owners, mayLeave: true } })
    await screen.click('button', 'Leave this workspace')
    expect(screen.text()).toContain('To come back you need an invitation, and come as somebody new.')
    await screen.click('button', 'Leave')
    expect(session.asked).toEqual([['leaveWorkspace', undefined]])
  })

  it('tells in a sentence what could not be done', async () => {
    const session = await open()
    session.failNext({ type: 'storage-full' })
    await screen.click('button', 'More about Kim')
    await screen.click('menuitem', 'Remove')
    await screen.click('button', 'Remove Kim')
    expect(screen.text()).toContain('This device has no room left.')
    expect(screen.has('dialog', 'Remove Kim?')).toBe(true)
  })

  const rules = { editorsMayInvite: false, rotationDays: 0, maySet: true, mayRotate: true }

  it('M3 lets the owner say whether writers may invite and how often keys are new', async () => {
    const session = await open({ policy: { ...rules, rotationDays: 45 } })
    await screen.click('button', 'Rules and keys')
    expect(screen.find('combobox', 'New keys').textContent).toBe('Every 45 days')
    await screen.click('switch', 'Writers may invite')
    expect(screen.find('switch', 'Writers may invite').getAttribute('aria-checked')).toBe('true')
    await screen.click('combobox', 'New keys')
    await screen.click('option', 'Every 30 days')
    expect(session.asked).toEqual([
      ['setPolicy', { editorsMayInvite: true }],
      ['setPolicy', { rotationDays: 30 }],
    ])
    session.failNext({ type: 'storage-full' })
    await screen.click('switch', 'Writers may invite')
    expect(screen.text()).toContain('This device has no room left.')
  })

  it('K2 makes new keys at once after a sentence, for an admin too, who changes no rule', async () => {
    const session = await open({ me: ana, role: 'admin', policy: { ...rules, maySet: false } })
    await screen.click('button', 'Rules and keys')
    expect(screen.text()).toContain('Only when somebody leaves')
    expect([screen.has('switch', 'Writers may invite'), screen.has('combobox', 'New keys')]).toEqual([false, false])
    await screen.click('button', 'New keys now')
    expect(screen.text()).toContain('Nobody is shut out, and everything written so far stays readable.')
    await screen.click('button', 'Keep the keys')
    expect(session.asked).toEqual([])
    await screen.click('button', 'Rules and keys')
    await screen.click('button', 'New keys now')
    await screen.click('button', 'Make new keys')
    expect(session.asked).toEqual([['rotateKeys', undefined]])
    expect(screen.text()).toContain('New keys are made.')
  })

  it('M3 shows no rules to whoever may change nothing', async () => {
    await open({ me: kim, role: 'editor', policy: { ...rules, maySet: false, mayRotate: false } })
    expect(screen.has('button', 'Rules and keys')).toBe(false)
  })

  it('leads to inviting somebody', async () => {
    await open()
    await screen.click('button', 'Invite somebody')
    expect(invited).toEqual(['asked'])
  })
})
