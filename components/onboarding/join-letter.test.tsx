// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest'
import { Join } from '#components/onboarding/join'
import type { JoinState } from '#lib/session/session-view'
import { createFakeJoining } from '#lib/testing/fake-joining'
import { fakeId } from '#lib/testing/fake-session'
import { type Rendered, render } from '#lib/testing/rendered'

const invitation = {
  type: 'invitation' as const,
  inviter: 'Ana Duarte',
  workspace: 'Harbour Desk',
  role: 'viewer' as const,
  expiresAt: Date.now() + 3 * 86_400_000,
  cardMissing: false,
  needsApproval: false,
  needsPin: false,
  wrongPin: false,
}
const waiting = { type: 'waiting', inviter: 'Ana', workspace: 'Harbour Desk', relay: 'connected' } as const
const byPresence = { ...waiting, needsApproval: false, words: [] }

describe('join letter', () => {
  let screen: Rendered
  const left: string[] = []
  afterEach(() => screen.close())
  const open = async (state: JoinState) => {
    const joining = createFakeJoining(state)
    screen = await render(<Join joining={joining} onJoined={(address) => left.push(address)} />)
    return joining
  }

  it('shows who invites to what as what, before anything is asked', async () => {
    await open(invitation)
    expect(screen.text()).toContain('Ana Duarte invites you to')
    expect(screen.has('heading', 'Harbour Desk')).toBe(true)
    expect(screen.text()).toContain('You can read every page.')
    expect(screen.text()).toMatch(/The invitation ends on \w+ at \d\d:\d\d\./)
  })

  it('I6 uses the invitation only after a click and a name', async () => {
    const joining = await open(invitation)
    await screen.click('button', 'Open Harbour Desk')
    expect(joining.accepted).toEqual([])
    await screen.click('button', 'Join')
    expect(joining.accepted).toEqual([])
    await screen.type(/^Your name/, '  Bo ')
    await screen.click('button', 'Join')
    expect(joining.accepted).toEqual(['Bo'])
  })

  it('says so when the card did not come, and still lets the reader in', async () => {
    await open({ ...invitation, inviter: '', workspace: '', expiresAt: 0, cardMissing: true })
    expect(screen.text()).toContain('The relay could not show who sent this.')
    expect(screen.has('button', 'Open it')).toBe(true)
    expect(screen.text()).not.toContain('The invitation ends')
  })

  it('says what this browser lacks, as everywhere else', async () => {
    await open({ type: 'stopped', obstacle: { type: 'browser-too-old', missing: 'IndexedDB' } })
    expect(screen.has('heading', 'This browser is too old')).toBe(true)
    expect(screen.text()).toContain('It lacks IndexedDB')
  })

  it('claims nothing about the inviter that nobody compared', async () => {
    await open(invitation)
    await screen.click('button', /How do I know/)
    expect(screen.text()).toContain('You do not, yet')
  })

  it('says for whom it waits, and that the page may be closed', async () => {
    await open({ ...byPresence, relay: 'away' })
    expect(screen.text()).toContain('Ana, or anybody else who writes there, lets you in')
    expect(screen.text()).toContain('The relay does not answer')
    expect(screen.text()).toContain('You may close this page')
    await screen.click('button', 'Do not join')
    expect(screen.has('heading', 'No invitation here')).toBe(true)
  })

  it('I10 says that an admin must let them in, and which words to compare', async () => {
    await open({ ...invitation, needsApproval: true })
    expect(screen.text()).toContain('An admin looks at your name first.')
    await screen.close()
    await open({ ...waiting, needsApproval: true, words: ['otter', 'lantern', 'north', 'plum'] })
    expect(screen.text()).toContain('An admin has to let you in: Ana or another one')
    expect(screen.text()).toContain('otter lantern north plum')
  })

  it('I9 asks for the PIN beside the name, and calmly once more after a wrong one', async () => {
    const joining = await open({ ...invitation, needsPin: true })
    await screen.click('button', 'Open Harbour Desk')
    await screen.type(/^Your name/, 'Bo')
    await screen.type(/^The PIN/, '48291')
    await screen.click('button', 'Join')
    expect(joining.accepted).toEqual([])
    await screen.type(/^The PIN/, '482 913')
    await screen.click('button', 'Join')
    expect(joining.accepted).toEqual(['Bo, 482 913'])
    await screen.after(() => joining.change({ ...invitation, needsPin: true, wrongPin: true }))
    expect(screen.text()).toContain('That was not the PIN of this invitation. Nothing was changed')
  })

  it('I7 takes six words where there is no link, and says what was wrong with them', async () => {
    const joining = await open({ type: 'no-invitation' })
    await screen.type(/^The six words/, 'otter lantern north plum ribbon stove')
    await screen.click('button', 'Find the invitation')
    expect(joining.said).toEqual(['otter lantern north plum ribbon stove'])
    await screen.after(() => joining.change({ type: 'asking', relay: 'connected' }))
    expect(screen.text()).toContain('It is being looked for')
    await screen.after(() =>
      joining.change({ type: 'no-invitation', refused: { text: 'otter lantern', problem: { type: 'wrong-words' } } }),
    )
    expect(screen.text()).toContain('One of these words is not the one that was said.')
    expect((screen.find('textbox', /^The six words/) as HTMLInputElement).value).toBe('otter lantern')
    expect(document.activeElement).toBe(screen.find('textbox', /^The six words/))
  })

  it('listens once, however often it is rendered anew', async () => {
    const joining = createFakeJoining({ type: 'reading' })
    let begun = 0
    const counted = {
      ...joining,
      subscribe(changed: () => void) {
        begun++
        return joining.subscribe(changed)
      },
    }
    screen = await render(<Join joining={counted} onJoined={() => {}} />)
    const before = begun
    await screen.after(() => joining.change(invitation))
    await screen.after(() => joining.change({ type: 'reading' }))
    expect(begun).toBe(before)
  })

  it('leaves for the page once in', async () => {
    const joining = await open(byPresence)
    await screen.after(() => joining.change({ type: 'joined', workspaceId: fakeId('w'), pageId: fakeId('p') }))
    expect(left.at(-1)).toBe(`/#/w/${fakeId('w')}/${fakeId('p')}`)
  })

  it.each([
    'damaged-link',
    'expired',
    'revoked',
    'used-up',
    'suspended',
    'wrong-workspace',
    'mailbox-full',
    'not-now',
    'known-keys',
  ] as const)('ends a link that is %s with a sentence and a way out', async (reason) => {
    await open({ type: 'failed', reason })
    expect(screen.text()).toMatch(/\.(Start my own pages instead)$/)
    expect(screen.find('link', /pages/).getAttribute('href')).toBe('/')
  })
})
