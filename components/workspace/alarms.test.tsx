// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SessionProvider } from '#components/session/session-context'
import { InterfaceRoot } from '#components/ui/interface-root'
import { Workspace } from '#components/workspace/workspace'
import type { Notice } from '#lib/session/session-view'
import { createFakeSession, fakeId } from '#lib/testing/fake-session'
import { type Rendered, render } from '#lib/testing/rendered'

const page = { id: fakeId('page'), title: 'The harbour contract', createdAt: 0 }

/** What an alarm says that matters, what to do about it, and where its button leads, by the title there. */
interface Alarm {
  readonly notice: Notice
  readonly says: string
  readonly next: string
  readonly leads?: { readonly button: string; readonly title: string }
}

const alarms: readonly Alarm[] = [
  {
    notice: { id: 'forked-chain/b', type: 'forked-chain', count: 1, who: 'Bob' },
    says: 'Bob has a device that told two different stories',
    next: 'should revoke it',
  },
  {
    notice: { id: 'refused-change/Bob', type: 'refused-change', count: 3, who: 'Bob' },
    says: '3 changes by Bob did not pass the checks and had no effect',
    next: 'ask Bob to reload',
  },
  {
    notice: { id: 'invitation-used-twice/i', type: 'invitation-used-twice', count: 1 },
    says: 'it may have leaked',
    next: 'Revoke it and invite them one by one',
    leads: { button: 'Invitations', title: 'Who is inviting' },
  },
  {
    notice: { id: 'unclean-epoch/', type: 'unclean-epoch', count: 1 },
    says: 'they could read what is written',
    next: 'until an admin opens this workspace',
  },
  {
    notice: { id: 'relay-set-back/', type: 'relay-set-back', count: 1 },
    says: 'The relay has less than it had',
    next: 'tell whoever runs the relay',
  },
  {
    notice: { id: 'copied-profile/', type: 'copied-profile', count: 1 },
    says: 'the same device writes from two places',
    next: 'Give this one keys of its own',
    leads: { button: 'New keys', title: 'New keys for this device' },
  },
  {
    notice: { id: 'box-spoilt/b', type: 'box-spoilt', count: 1, who: 'Bob' },
    says: 'New keys from Bob did not fit',
    next: 'ask Bob to reload',
  },
]

describe('an alarm on the screen of a workspace', () => {
  let screen: Rendered
  beforeEach(() => window.history.replaceState(null, '', '/'))
  afterEach(() => screen.close())

  it.each(alarms)(
    'E2 E3 E8 I3 K1 R4 says $notice.type in words, with its next step, until it is put away',
    async ({ notice, says, next, leads }) => {
      const session = createFakeSession({ draft: false, pages: [page], notices: [notice] })
      screen = await render(
        <InterfaceRoot>
          <SessionProvider session={session}>
            <Workspace />
          </SessionProvider>
        </InterfaceRoot>,
      )
      expect(screen.text()).toContain(says)
      expect(screen.text()).toContain(next)
      if (leads) {
        await screen.click('button', leads.button)
        expect(screen.find('dialog', new RegExp(leads.title))).toBeTruthy()
        expect(screen.text()).not.toContain(says)
        await screen.click('button', /^(Close|Not now)$/)
      }
      expect(session.asked).toEqual([])
      await screen.click('button', 'Dismiss')
      expect(screen.text()).not.toContain(says)
    },
  )
})
