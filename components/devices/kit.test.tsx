// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest'
import { MakeKit } from '#components/devices/make-kit'
import { Recover } from '#components/devices/recover'
import { SessionProvider } from '#components/session/session-context'
import type { KitStanding } from '#lib/session/session-view'
import { createFakeSession } from '#lib/testing/fake-session'
import { type Rendered, render } from '#lib/testing/rendered'

describe('recovery kit', () => {
  let screen: Rendered
  afterEach(() => screen.close())
  const making = async (kit: KitStanding = 'none') => {
    const session = createFakeSession({ kit })
    screen = await render(
      <SessionProvider session={session}>
        <MakeKit onDone={() => {}} />
      </SessionProvider>,
    )
    return session
  }

  it('V2 shows the words, asks for three, and keeps them only then', async () => {
    const session = await making()
    await screen.after(() => session.kit.change({ type: 'words', words: ['otter', 'lantern'] }))
    expect(screen.text()).toContain('1otter2lantern')
    await screen.click('button', 'I have them on paper')
    await screen.after(() => session.kit.change({ type: 'test', places: [3, 11, 20], wasWrong: false }))
    expect(screen.find('button', 'Keep this kit')).toHaveProperty('disabled', true)
    await screen.type('Word 3', 'otter')
    await screen.type('Word 11', 'lantern')
    await screen.type('Word 20', 'stove')
    await screen.click('button', 'Keep this kit')
    expect(session.asked).toEqual([['test'], ['answer', ['otter', 'lantern', 'stove']]])
    await screen.after(() => session.kit.change({ type: 'test', places: [1, 2, 4], wasWrong: true }))
    expect(screen.text()).toContain('One of those was not right.')
    await screen.after(() => session.kit.change({ type: 'kept', kept: ['Desk', ''], failed: ['Diary'] }))
    expect(screen.text()).toContain(
      'It brings back Desk and My workspace. The device that first opened Diary puts that in',
    )
  })

  it.each([
    ['none', false],
    ['not-here', true],
    ['kept', true],
  ] as const)(
    'V2 says before it takes the place of another kit, which is %s, what that one can do after',
    async (kit, says) => {
      const session = await making(kit)
      await screen.after(() => session.kit.change({ type: 'words', words: ['otter', 'lantern'] }))
      expect(screen.text().includes('the words that you had bring back nothing of this device any more')).toBe(says)
      expect(screen.text().includes('Whoever used them before can still act as you')).toBe(says)
    },
  )

  const recovering = async () => {
    const session = createFakeSession()
    const opened: string[] = []
    screen = await render(
      <SessionProvider session={session}>
        <Recover onBack={() => {}} onRecovered={(address) => opened.push(address)} />
      </SessionProvider>,
    )
    return { session, opened }
  }

  it('V2 takes the words and opens what came back', async () => {
    const { session, opened } = await recovering()
    await screen.type('The 24 words', 'some words')
    await screen.click('button', 'Bring everything back')
    expect(session.asked).toEqual([['begin', 'some words']])
    await screen.after(() => session.recovery.change({ type: 'recovering', done: 0, of: 2 }))
    expect(screen.text()).toContain('Bringing back 1 of 2')
    await screen.after(() => session.recovery.change({ type: 'recovered', workspaceId: 'w1', back: 2, failed: 0 }))
    expect(opened).toEqual(['#/w/w1'])
  })

  it('V2 says what is wrong also where the last word could become another', async () => {
    const { session } = await recovering()
    await screen.type('The 24 words', 'shy era')
    expect(screen.find('button', 'erase')).toBeDefined()
    await screen.after(() => session.recovery.change({ type: 'asking', problem: { type: 'wrong-count', count: 23 } }))
    expect(screen.text()).toContain('A kit has 24 words, these are 23')
    expect(screen.find('button', 'erase')).toBeDefined()
  })

  it('V2 says before it goes on what did not come back', async () => {
    const { session, opened } = await recovering()
    await screen.after(() => session.recovery.change({ type: 'recovered', workspaceId: 'w1', back: 2, failed: 1 }))
    expect(screen.text()).toContain('1 of 3 workspaces did not come back.')
    expect(screen.text()).toContain('type the same words again later')
    expect(opened).toEqual([])
    await screen.click('button', 'Open what came back')
    expect(opened).toEqual(['#/w/w1'])
  })

  it.each([
    [{ type: 'wrong-count', count: 23 } as const, 'A kit has 24 words, these are 23'],
    [{ type: 'no-such-word', word: 'waxwing' } as const, '“waxwing” is none of the words'],
    [{ type: 'wrong-words' } as const, 'do not belong together'],
    [{ type: 'relay-away' } as const, 'The relay does not answer'],
    [{ type: 'nothing-found' } as const, 'keeps nothing for these words'],
    [{ type: 'nothing-opened' } as const, 'None of the workspaces could be opened'],
    [{ type: 'storage-refused' } as const, 'The browser keeps nothing'],
  ])('V2 says calmly why nothing came back: %j', async (problem, sentence) => {
    const { session } = await recovering()
    await screen.type('The 24 words', 'some words')
    await screen.after(() => session.recovery.change({ type: 'asking', problem }))
    expect(screen.text()).toContain(sentence)
    expect(screen.find('textbox', 'The 24 words')).toHaveProperty('value', 'some words')
  })
})
