// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest'
import { OpenBackupDialog } from '#components/backup/open-backup'
import { SessionProvider } from '#components/session/session-context'
import { createFakeSession } from '#lib/testing/fake-session'
import { type Rendered, render } from '#lib/testing/rendered'

const desk = { name: 'Harbour Desk', pages: 12, fileBytes: 5 * 1024 * 1024, isHere: false, hasWayBack: true }

describe('opening a backup', () => {
  let screen: Rendered
  afterEach(async () => {
    vi.restoreAllMocks()
    await screen.close()
  })

  const open = async () => {
    const session = createFakeSession()
    const opened: string[] = []
    const closed: string[] = []
    screen = await render(
      <SessionProvider session={session}>
        <OpenBackupDialog open onClose={() => closed.push('closed')} onRestored={(address) => opened.push(address)} />
      </SessionProvider>,
    )
    return { session, opened, closed }
  }

  /** The person picks this file in the browser's own window. */
  const choose = async (file: File) => {
    vi.spyOn(HTMLInputElement.prototype, 'click').mockImplementation(function (this: HTMLInputElement) {
      Object.defineProperty(this, 'files', { value: [file] })
      this.dispatchEvent(new Event('change'))
    })
    await screen.click('button', 'The file')
  }

  it('V7 looks into a file with its code, shows what is in it, and brings it back only when told', async () => {
    const { session, opened } = await open()
    expect(screen.find('button', 'Look into it')).toHaveProperty('disabled', true)
    await choose(new File(['12345'], 'waxwing-2026-11-27.backup'))
    expect(screen.text()).toContain('waxwing-2026-11-27.backup')
    await screen.type('Its code', 'abcd efgh')
    await screen.click('button', 'Look into it')
    expect(session.asked).toEqual([['look', [5, 'abcd efgh']]])
    await screen.after(() => session.backupOpening.change({ type: 'looking', percent: 40 }))
    expect(screen.text()).toContain('40 %')
    const workspaces = [desk, { ...desk, name: '', pages: 1, fileBytes: 0, isHere: true }]
    await screen.after(() => session.backupOpening.change({ type: 'found', madeAt: 1_772_546_520_000, workspaces }))
    expect(screen.text()).toContain('Made on 3 March 2026')
    expect(screen.text()).toContain('Bring back only a backup that you made yourself')
    expect(screen.text()).toContain('Harbour Desk12 pages, 5 MB of pictures and files.')
    expect(screen.text()).toContain('My workspace1 page. Is in this browser already, and stays as it is.')
    expect(session.asked).toHaveLength(1)
    await screen.click('button', 'Bring it back')
    expect(session.asked.at(-1)).toEqual(['restore'])
    const done = { workspaceId: 'w1', writable: ['Harbour Desk'], readable: [], problem: undefined }
    await screen.after(() => session.backupOpening.change({ type: 'restored', ...done }))
    expect(opened).toEqual(['#/w/w1'])
  })

  it('V7 puts the focus into the code where it was not the right one', async () => {
    const { session } = await open()
    await screen.after(() => session.backupOpening.change({ type: 'looking', percent: 40 }))
    await screen.after(() => session.backupOpening.change({ type: 'asking', problem: { type: 'wrong-code' } }))
    expect(document.activeElement).toBe(screen.find('textbox', 'Its code'))
  })

  it('V7 stops what is coming back when the dialog is closed, and says what came', async () => {
    const { session, opened, closed } = await open()
    await screen.after(() => session.backupOpening.change({ type: 'restoring', percent: 40 }))
    await screen.click('button', 'Close')
    expect([session.asked.at(-1), closed]).toEqual([['stop'], []])
    const problem = { type: 'stopped' } as const
    const done = { workspaceId: 'w1', writable: ['Desk'], readable: [], problem }
    await screen.after(() => session.backupOpening.change({ type: 'restored', ...done }))
    expect(screen.text()).toContain('Desk came back, the rest did not.')
    expect(screen.text()).not.toContain('Nothing was brought back')
    await screen.click('button', 'Close')
    expect([opened, closed]).toEqual([['#/w/w1'], []])
  })

  it('V7 offers nothing where this browser has everything', async () => {
    const { session } = await open()
    const workspaces = [{ ...desk, isHere: true }]
    await screen.after(() => session.backupOpening.change({ type: 'found', madeAt: 0, workspaces }))
    expect(screen.text()).toContain('Everything in it is in this browser already.')
    expect(screen.has('button', 'Bring it back')).toBe(false)
  })

  it('V7 says before it goes on what can only be read, and what did not come back', async () => {
    const { session, opened } = await open()
    const done = {
      workspaceId: 'w1',
      writable: ['Desk'],
      readable: ['Diary'],
      problem: { type: 'storage-full' },
    } as const
    await screen.after(() => session.backupOpening.change({ type: 'restored', ...done }))
    expect(screen.text()).toContain('Diary came back to be read')
    expect(screen.text()).toContain('Desk and Diary came back, the rest did not. This browser has no room for it.')
    expect(opened).toEqual([])
    await screen.click('button', 'Open what came back')
    expect(opened).toEqual(['#/w/w1'])
  })

  it.each([
    ['not-a-backup', 'not a backup of Waxwing'],
    ['other-version', 'Another version of Waxwing made this'],
    ['too-large', 'too large'],
    ['not-a-code', 'not a whole code'],
    ['wrong-code', 'does not open this file'],
    ['damaged-backup', 'The file is damaged'],
    ['stopped', 'Stopped'],
    ['storage-full', 'has no room'],
    ['storage-failed', 'keeps nothing for this site'],
    ['all-here', 'in this browser already'],
  ] as const)('V7 says calmly why nothing came of it, and keeps what was typed: %s', async (type, sentence) => {
    const { session } = await open()
    await screen.type('Its code', 'abcd')
    await screen.after(() => session.backupOpening.change({ type: 'asking', problem: { type } }))
    expect(screen.text()).toContain(sentence)
    expect(screen.find('textbox', 'Its code')).toHaveProperty('value', 'abcd')
  })
})
