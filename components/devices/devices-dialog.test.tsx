// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest'
import { DevicesDialog } from '#components/devices/devices-dialog'
import { ThisDeviceDialog } from '#components/devices/this-device-dialog'
import { SessionProvider } from '#components/session/session-context'
import { AlertKeeper, Alerts } from '#components/ui/alerts'
import type { DeviceView, Notice } from '#lib/session/session-view'
import { createFakeSession, fakeId } from '#lib/testing/fake-session'
import { type Rendered, render } from '#lib/testing/rendered'

const laptop: DeviceView = { id: fakeId('laptop'), name: 'Firefox on Linux', thisOne: true, here: true }
const phone: DeviceView = { id: fakeId('phone'), name: 'Safari on iPhone', thisOne: false, here: false, seenAt: 0 }

describe('devices dialog', () => {
  let screen: Rendered
  afterEach(() => screen.close())
  const open = async (devices: readonly DeviceView[], draft = false, notices: readonly Notice[] = []) => {
    const session = createFakeSession({ draft, devices, notices })
    screen = await render(
      <SessionProvider session={session}>
        <AlertKeeper>
          <Alerts />
          <DevicesDialog open onClose={() => {}} onThisDevice={() => {}} />
        </AlertKeeper>
      </SessionProvider>,
    )
    return session
  }

  it('V1 lists every device, and revokes another one after a second word', async () => {
    const session = await open([laptop, phone])
    expect(screen.text()).toContain('Firefox on LinuxThis device')
    expect(screen.text()).toContain('Safari on iPhoneLast seen 1 January')
    await screen.click('button', 'Revoke')
    expect(session.asked).toEqual([])
    await screen.click('button', 'Revoke Safari on iPhone')
    expect(session.asked).toEqual([['revokeDevice', phone.id]])
  })

  it('V6 uses a kit that a linked device made when the person says so, and says what it brings back', async () => {
    const notice = { id: 'kit-elsewhere/00', type: 'kit-elsewhere', count: 1, who: 'Safari on iPhone' } as const
    const session = await open([laptop, phone], false, [notice])
    expect(screen.text()).toContain('A recovery kit was made on Safari on iPhone.')
    expect(session.asked).toEqual([])
    await screen.click('button', 'Use that kit here, too')
    expect(session.asked).toEqual([['takeOfferedKit']])
    expect(screen.text()).toContain('It brings back Diary.')
  })

  it('V1 completes words by a click and by a space, and names one that is none of them', async () => {
    await open([laptop])
    await screen.click('button', 'Link another device')
    await screen.type('The twelve words', 'zoo aban')
    await screen.click('button', 'abandon')
    expect(screen.find('textbox', 'The twelve words')).toHaveProperty('value', 'zoo abandon ')
    await screen.type('The twelve words', 'zoo abandon abil')
    await screen.type('The twelve words', 'zoo abandon abil ')
    expect(screen.find('textbox', 'The twelve words')).toHaveProperty('value', 'zoo abandon ability ')
    await screen.type('The twelve words', 'zoo waxwing ')
    expect(screen.text()).toContain('“waxwing”, the 2nd, is none of the words')
  })

  it('V1 links nothing to a workspace that is not written down', async () => {
    await open([], true)
    expect(screen.text()).toContain('Write a first page')
    expect(screen.find('button', 'Link another device')).toHaveProperty('disabled', true)
  })

  it('V1 goes from words to a code, and says what came of it', async () => {
    const session = await open([laptop])
    await screen.click('button', 'Link another device')
    await screen.type('The twelve words', 'some words')
    await screen.click('button', 'Continue')
    expect(session.asked).toEqual([['linkDevice', 'some words']])
    await screen.after(() => session.giving.change({ type: 'confirm', deviceName: 'Safari on iPhone', wrongCodes: 1 }))
    expect(screen.text()).toContain('2 tries left')
    expect(screen.find('button', 'Link this device')).toHaveProperty('disabled', true)
    await screen.type('Code on the new device', '123 456')
    await screen.click('button', 'Link this device')
    expect(session.asked.at(-1)).toEqual(['confirm', '123 456'])
    await screen.after(() =>
      session.giving.change({ type: 'linked', deviceName: 'Safari on iPhone', linked: ['Desk', ''], failed: [] }),
    )
    expect(screen.text()).toContain('is yours now, in Desk and My workspace.')
  })

  it.each([
    [{ type: 'wrong-count', count: 11 } as const, 'these are 11'],
    [{ type: 'no-such-word', word: 'waxwing' } as const, '“waxwing” is none of the words'],
    [{ type: 'wrong-words' } as const, 'do not belong together'],
    [{ type: 'wrong-code' } as const, 'Three wrong codes. Nothing was changed.'],
    [{ type: 'two-devices' } as const, 'Two devices came with these words. Nothing was changed.'],
    [{ type: 'took-too-long' } as const, 'That took too long. Nothing was changed.'],
  ])('attack 52 V1 says calmly why nothing was linked: %j', async (reason, sentence) => {
    const session = await open([laptop])
    await screen.click('button', 'Link another device')
    await screen.type('The twelve words', 'some words')
    await screen.click('button', 'Continue')
    await screen.after(() => session.giving.change({ type: 'failed', reason }))
    expect(screen.text()).toContain(sentence)
    expect(screen.has('button', 'Continue')).toBe(true)
  })
})

describe('a device that asks to be linked', () => {
  let screen: Rendered
  afterEach(() => screen.close())

  it('V1 shows words, then a code, and opens what came', async () => {
    const session = createFakeSession()
    const opened: string[] = []
    screen = await render(
      <SessionProvider session={session}>
        <ThisDeviceDialog open onClose={() => {}} onBackup={() => {}} onLinked={(address) => opened.push(address)} />
      </SessionProvider>,
    )
    await screen.after(() =>
      session.asking.change({ type: 'showing', words: ['otter', 'lantern'], relay: 'connected' }),
    )
    expect(screen.has('img', 'QR code of the words')).toBe(true)
    expect(screen.text()).toContain('1otter2lantern')
    await screen.after(() => session.asking.change({ type: 'confirm', code: '012345' }))
    expect(screen.text()).toContain('012 345')
    await screen.after(() => session.asking.change({ type: 'failed', reason: { type: 'cancelled' } }))
    expect(screen.text()).toContain('The other device ended it')
    await screen.after(() => session.asking.change({ type: 'linked', workspaceId: 'w1' }))
    expect(opened).toEqual(['#/w/w1'])
  })
})
