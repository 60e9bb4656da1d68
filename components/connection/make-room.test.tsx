// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest'
import { ConnectionDialog } from '#components/connection/connection-dialog'
import { SessionProvider } from '#components/session/session-context'
import { AlertKeeper, Alerts } from '#components/ui/alerts'
import type { RoomAttempt, RoomMakingView } from '#lib/session/session-view'
import { createFakeSession } from '#lib/testing/fake-session'
import { type Rendered, render } from '#lib/testing/rendered'

const origin = 'https://a.example'
const relay = { origin, servesThisPage: true, state: 'connected', reason: undefined } as const
const nothing = { segments: 0, blobs: 0, bytes: 0 }
const through = { ...nothing, end: 'through', young: 0, waiting: 0, lacking: 0, unlike: 0 } as const

describe('making room at a relay', () => {
  let screen: Rendered
  afterEach(() => screen.close())
  const show = async (roomMaking: Partial<RoomMakingView> = {}, facts: object = {}) => {
    const session = createFakeSession({
      draft: false,
      roomMaking: { mayMake: true, attempts: [], ...roomMaking },
      connection: {
        ...{ direct: { type: 'nobody-here' }, hasTurn: false, relayOnly: false },
        relays: [{ ...relay, ...facts }],
      },
    })
    screen = await render(
      <SessionProvider session={session}>
        <AlertKeeper>
          <Alerts />
          <ConnectionDialog open onClose={() => {}} />
        </AlertKeeper>
      </SessionProvider>,
    )
    const tell = (attempt: Partial<RoomAttempt>) =>
      screen.after(() => {
        const attempts = [{ origin, progress: nothing, summary: undefined, ...attempt }]
        session.change({ roomMaking: { mayMake: true, attempts } })
      })
    return { session, tell }
  }
  const button = /^Make room: /

  it('S3 is offered to whoever may, at a relay that is there', async () => {
    await show({ mayMake: false })
    expect(screen.has('button', button)).toBe(false)
    await screen.close()
    await show({}, { state: 'away' })
    expect(screen.has('button', button)).toBe(false)
    await screen.close()
    await show()
    expect(screen.has('button', button)).toBe(true)
  })

  it('S3 says what goes and what stays before anything happens, the safe choice first', async () => {
    const { session } = await show()
    await screen.click('button', button)
    expect(screen.has('dialog', 'Make room at the relay of this page?')).toBe(true)
    for (const words of [
      'Pages stay exactly as they are.',
      'The devices of members keep every edit that they have.',
      'gets those edits as summaries.',
      'Edits of the last days stay',
      'It cannot be taken back.',
    ])
      expect(screen.text()).toContain(words)
    expect(document.activeElement?.textContent).toBe('Leave it as it is')
    await screen.click('button', 'Leave it as it is')
    expect(session.asked).toEqual([])
    expect(document.activeElement).toBe(screen.find('button', button))
  })

  it('S3 shows how far it is, can be stopped, and says what came of it until that was seen', async () => {
    const { session, tell } = await show()
    await screen.click('button', button)
    await screen.click('button', 'Make room')
    expect(screen.find('status', /./).textContent).toContain('Asking the relay')
    expect(document.activeElement?.textContent).toBe('Stop')
    await tell({ progress: { segments: 1, blobs: 0, bytes: 0 } })
    expect(screen.find('status', /./).textContent).toBe('1 summary compared.')
    const progress = { segments: 12, blobs: 40, bytes: 2_097_152 }
    await tell({ progress })
    expect(screen.find('status', /./).textContent).toBe('12 summaries compared, 2 MB freed.')
    await screen.click('button', 'Stop')
    await tell({ progress, summary: { ...through, ...progress, end: 'stopped', waiting: 3 } })
    expect(screen.find('status', /./).textContent).toContain(
      'Stopped.The relay has 2 MB more room now.3 summaries wait',
    )
    await screen.click('button', 'Done')
    expect(session.asked).toEqual([
      ['makeRoom', origin],
      ['leaveRoomMaking', origin],
      ['leaveRoomMaking', origin],
    ])
    expect(document.activeElement).toBe(screen.find('button', button))
  })

  it('S3 goes on while the dialog shows the roads, and can be looked at again, also at a relay that went', async () => {
    await show({ attempts: [{ origin, progress: nothing, summary: undefined }] }, { state: 'away' })
    await screen.click('button', /^Making room: /)
    expect(screen.has('button', 'Stop')).toBe(true)
  })

  it('S3 says that it is over, also where the dialog shows the roads', async () => {
    await show({ attempts: [{ origin, progress: nothing, summary: through }] })
    await screen.click('button', /^What came of making room: /)
    expect(screen.has('dialog', 'What came of making room')).toBe(true)
  })

  it('S3 tells in a sentence why nothing was begun', async () => {
    const { session } = await show()
    await screen.click('button', button)
    session.failNext({ type: 'nobody-leads' })
    await screen.click('button', 'Make room')
    expect(screen.text()).toContain('Another tab of this workspace does not answer.')
  })

  it('R4 S3 points to it where the relay is full, or to an admin', async () => {
    await show({}, { refusal: 'room-full' })
    expect(screen.text()).toContain('This workspace has filled its place there')
    expect(screen.text()).toContain('You can make room here.')
    await screen.close()
    await show({ mayMake: false }, { refusal: 'room-full' })
    expect(screen.text()).toContain('Ask an admin to make room.')
  })
})
