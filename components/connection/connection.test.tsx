// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest'
import { ConnectionDialog } from '#components/connection/connection-dialog'
import { SessionProvider } from '#components/session/session-context'
import { AlertKeeper, Alerts } from '#components/ui/alerts'
import type { ConnectionView } from '#lib/session/session-view'
import { createFakeSession } from '#lib/testing/fake-session'
import { type Rendered, render } from '#lib/testing/rendered'

const relay = { origin: 'https://a.example', servesThisPage: true, state: 'connected', reason: undefined } as const
const connection = (facts: Partial<ConnectionView> = {}): ConnectionView => ({
  direct: { type: 'linked', devices: 2, passedOn: 0 },
  hasTurn: false,
  relays: [relay],
  relayOnly: false,
  ...facts,
})

describe('the connection doctor', () => {
  let screen: Rendered
  afterEach(() => screen.close())
  const show = async (facts: Partial<ConnectionView>, draft = false) => {
    const session = createFakeSession({ draft, connection: connection(facts) })
    screen = await render(
      <SessionProvider session={session}>
        <AlertKeeper>
          <Alerts />
          <ConnectionDialog open onClose={() => {}} />
        </AlertKeeper>
      </SessionProvider>,
    )
    return session
  }

  it('R8 says which roads are open', async () => {
    await show({})
    expect(screen.text()).toContain('2 devices are linked to this one.')
    expect(screen.text()).toContain('The relay of this page')
    expect(screen.text()).toContain('It keeps sealed edits')
  })

  it.each([
    [2, '2 devices are linked to this one, by a server that passes edits on.'],
    [1, '2 devices are linked to this one, 1 of them by a server that passes edits on.'],
  ])('R8 says that links go through a server: %i of 2', async (passedOn, words) => {
    await show({ direct: { type: 'linked', devices: 2, passedOn } })
    expect(screen.text()).toContain(words)
  })

  it('R4 R8 says that a relay is full, and what it still does', async () => {
    await show({ relays: [{ ...relay, refusal: 'store-full' }] })
    expect(screen.text()).toContain('It is full and takes nothing new, but hands on what it has.')
  })

  it('R8 says why a road is closed, and who could open it', async () => {
    const away = {
      ...relay,
      origin: 'https://b.example',
      servesThisPage: false,
      state: 'away',
      reason: 'store-failed',
    } as const
    const refused = { ...relay, state: 'refused', reason: 'wrong-origin' } as const
    await show({ direct: { type: 'no-path' }, relays: [refused, away] })
    for (const words of [
      'A TURN server would help',
      'name that in PUBLIC_ORIGIN',
      'The relay at b.example',
      'its disk may be full. It is called again',
    ]) {
      expect(screen.text()).toContain(words)
    }
  })

  it('R8 says nothing of its own that a relay says', async () => {
    await show({ relays: [{ ...relay, state: 'refused', reason: 'click https://mallory.example' }] })
    expect(screen.text()).not.toContain('mallory')
    expect(screen.text()).toContain('It does not let this device in')
  })

  it('R8 hides the address on a wish, says what that means, and takes it back', async () => {
    const session = await show({})
    await screen.click('switch', 'Hide my address from the others')
    expect(screen.text()).toContain('Everything goes through the relay')
    await screen.click('switch', 'Hide my address from the others')
    expect(session.asked).toEqual([
      ['setRelayOnly', true],
      ['setRelayOnly', false],
    ])
  })

  it('R5 lets an owner name a further relay, says why one is not taken, and give one up', async () => {
    const other = { ...relay, origin: 'https://b.example', servesThisPage: false } as const
    const session = await show({ relays: [relay, other] })
    session.failNext({ type: 'no-relay' })
    await screen.type('Address of a further relay', 'c.example')
    await screen.click('button', 'Add relay')
    expect(screen.text()).toContain('No relay answers there')
    await screen.click('button', 'Add relay')
    expect(screen.text()).not.toContain('No relay answers there')
    await screen.click('button', 'Stop using it: https://b.example')
    expect(screen.text()).not.toContain('b.example')
    expect(session.asked).toEqual([
      ['addRelay', 'c.example'],
      ['addRelay', 'c.example'],
      ['removeRelay', 'https://b.example'],
    ])
    expect(screen.has('button', /^Stop using/)).toBe(false)
  })

  it('R8 offers no wish while nothing is written', async () => {
    await show({}, true)
    expect(screen.text()).not.toContain('Hide my address')
  })
})
