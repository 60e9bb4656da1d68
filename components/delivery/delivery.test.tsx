// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest'
import { Delivery } from '#components/delivery/delivery'
import { Pill } from '#components/delivery/pill'
import { SessionProvider } from '#components/session/session-context'
import type { PillState } from '#lib/session/session-view'
import { createFakeSession, fakeDelivery, fakePerson } from '#lib/testing/fake-session'
import { type Rendered, render } from '#lib/testing/rendered'

const states: PillState[] = [
  { type: 'not-saved-yet' },
  { type: 'saving' },
  { type: 'saved-here', copied: false },
  { type: 'everyone', viaRelay: false },
  { type: 'some', have: 2, of: 3 },
  { type: 'offline', waiting: 12 },
  { type: 'connecting' },
  { type: 'caught-up', sent: 1, received: 2 },
  { type: 'blocked', count: 1 },
  { type: 'storage-unsafe' },
  { type: 'storage-full' },
  { type: 'ended' },
]

describe('pill', () => {
  let screen: Rendered
  afterEach(() => screen.close())

  const shapeOf = async (pill: PillState) => {
    screen = await render(<Pill pill={pill} />)
    return document.querySelector('svg')?.innerHTML ?? ''
  }

  it.each(states)('says %o in a live region inside its button', async (pill) => {
    screen = await render(<Pill pill={pill} />)
    expect(screen.find('button', /./).contains(screen.find('status', /./))).toBe(true)
  })

  it('differs by shape from state to state, not by colour alone', async () => {
    const shapes: string[] = []
    for (const pill of states) {
      shapes.push(await shapeOf(pill))
      await screen.close()
    }
    screen = await render(null)
    const alike = new Set(['saving', 'connecting', 'storage-unsafe', 'storage-full'])
    const distinct = shapes.filter((_, index) => !alike.has(states[index]?.type ?? ''))
    expect(new Set(distinct).size).toBe(distinct.length)
  })

  it('wears the tail band only while something waits', async () => {
    await shapeOf({ type: 'some', have: 1, of: 2 })
    expect(document.querySelectorAll('.waits-pill')).toHaveLength(1)
    await screen.close()
    await shapeOf({ type: 'everyone', viaRelay: false })
    expect(document.querySelectorAll('.waits-pill')).toHaveLength(0)
  })

  it('fills one segment of the ring per member, up to eight', async () => {
    expect(await shapeOf({ type: 'some', have: 2, of: 3 })).toContain('stroke-dasharray="0.84 0.16 0.84 0.16 0 1"')
    await screen.close()
    expect(await shapeOf({ type: 'some', have: 3, of: 12 })).toContain('stroke-dasharray="3 9"')
  })
})

describe('storage that may be cleared', () => {
  const session = createFakeSession({
    delivery: {
      pill: { type: 'storage-unsafe' },
      people: [],
      verified: { edits: 3, people: 1, unchecked: 0 },
      relay: 'connected',
      relayed: true,
      directPeers: 0,
    },
  })
  const answers = [false, true]
  const browser = { ...session, askForDurableStorage: async () => answers.shift() ?? false }

  it('offers both remedies, and says so when the browser denies the first', async () => {
    let backups = 0
    const screen = await render(
      <SessionProvider session={browser}>
        <Delivery onTask={(task) => void (task === 'backup' && backups++)} />
      </SessionProvider>,
    )
    await screen.click('button', /Not safe yet/)
    expect(screen.text()).toContain('The browser may clear this site’s data. Allow storage or download a backup.')
    await screen.click('button', 'Allow storage')
    expect(screen.text()).toContain('The browser did not allow it.')
    await screen.click('button', 'Allow storage')
    expect(screen.text()).not.toContain('The browser did not allow it.')
    await screen.click('button', 'Download a backup')
    expect(backups).toBe(1)
    expect(screen.has('dialog', 'Not safe yet')).toBe(false)
    await screen.close()
  })
})

describe('delivery panel', () => {
  const bo = fakePerson('Bo', 4)
  const session = createFakeSession({
    delivery: {
      pill: { type: 'some', have: 0, of: 1 },
      people: [
        fakeDelivery(bo, {
          behind: 12,
          devices: [{ id: 'b', thisOne: false, behind: 12, link: 'none', seenAt: Date.now(), silent: false }],
        }),
        fakeDelivery(fakePerson('Mara', 5), {
          me: true,
          devices: [{ id: 'm', thisOne: true, behind: 0, link: 'none', silent: false }],
        }),
      ],
      verified: { edits: 4812, people: 5, unchecked: 0 },
      relay: 'away',
      relayed: false,
      directPeers: 0,
    },
  })

  it('R10 names who has what, what waits and what was checked', async () => {
    const screen = await render(
      <SessionProvider session={session}>
        <Delivery onTask={() => {}} />
      </SessionProvider>,
    )
    await screen.click('button', /Sent to 0 of 1/)
    expect(screen.has('dialog', 'Sent to 0 of 1')).toBe(true)
    for (const said of ['Bo is 12 edits behind', '12 edits wait here', 'You', 'Saved', '4,812 edits, 5 people']) {
      expect(screen.text()).toContain(said)
    }
    expect(screen.text()).toContain('No direct connection; the relay does not answer.')
    await screen.close()
  })

  it('S0 does not say that a history is verified while folded parts of it were not checked', async () => {
    const facts = (unchecked: number) => ({
      pill: { type: 'everyone', viaRelay: false } as const,
      people: [],
      verified: { edits: 40, people: 2, unchecked },
      relay: 'connected' as const,
      relayed: true,
      directPeers: 1,
    })
    const folded = createFakeSession({ delivery: facts(1200) })
    const screen = await render(
      <SessionProvider session={folded}>
        <Delivery onTask={() => {}} />
      </SessionProvider>,
    )
    await screen.click('button', /Everyone has this/)
    expect(screen.text()).not.toContain('History verified')
    expect(screen.text()).toContain('40 edits, 2 people, all signatures good; 1,200 edits still to be checked.')
    await screen.after(() => folded.change({ delivery: facts(0) }))
    expect(screen.text()).toContain('History verified')
    expect(screen.text()).not.toContain('still to be checked')
    await screen.close()
  })
})
