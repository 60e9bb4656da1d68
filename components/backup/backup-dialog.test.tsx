// @vitest-environment happy-dom
import { useState } from 'react'
import { afterEach, expect, it, vi } from 'vitest'
import { BackupDialog } from '#components/backup/backup-dialog'
import { SessionProvider } from '#components/session/session-context'
import { createFakeSession } from '#lib/testing/fake-session'
import { type Rendered, render } from '#lib/testing/rendered'

let screen: Rendered
afterEach(async () => {
  vi.restoreAllMocks()
  await screen.close()
})

const made = { type: 'made', fileName: 'w.backup', file: new Blob(['1']), code: 'ABCD-EFGH' } as const

function Stage() {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <>
      <button type="button" onClick={() => setIsOpen(true)}>
        Back up
      </button>
      <BackupDialog open={isOpen} onClose={() => setIsOpen(false)} onOpenBackup={() => {}} />
    </>
  )
}

async function open() {
  const session = createFakeSession()
  screen = await render(
    <SessionProvider session={session}>
      <Stage />
    </SessionProvider>,
  )
  await screen.click('button', 'Back up')
  return session
}

it('V7 notes a backup when the person says that they have the code, and not before', async () => {
  const session = await open()
  await screen.click('button', 'Download')
  await screen.after(() => session.backupMaking.change(made))
  expect(screen.text()).toContain('ABCD-EFGH')
  expect(screen.text()).toContain('Whoever has both can read everything and write as you.')
  expect(session.asked).toEqual([['makeBackup', true]])
  await screen.click('button', 'I have the code')
  expect(session.asked.at(-1)).toEqual(['noteBackupKept'])
})

it('leaves the file’s address open while the browser may still read it', async () => {
  const revoked = vi.spyOn(URL, 'revokeObjectURL')
  const session = await open()
  await screen.click('button', 'Download')
  await screen.after(() => session.backupMaking.change(made))
  expect(screen.text()).toContain('ABCD-EFGH')
  expect(revoked).not.toHaveBeenCalled()
})

it('V7 says how much is sealed, and ends what is given up', async () => {
  const saved = vi.spyOn(URL, 'createObjectURL')
  const session = await open()
  await screen.click('button', 'Download')
  await screen.after(() => session.backupMaking.change({ type: 'making', bytes: 12 * 1024 * 1024 }))
  expect(screen.text()).toContain('Sealing… 12 MB')
  await screen.click('button', 'Stop')
  expect(session.backupMaking.closed()).toBe(true)
  await screen.click('button', 'Back up')
  expect(screen.has('button', 'Download')).toBe(true)
  expect(saved).not.toHaveBeenCalled()
})

it('V7 offers a backup without files where they are too many', async () => {
  const session = await open()
  await screen.click('button', 'Download')
  const problem = { type: 'files-too-large', fileBytes: 3 * 2 ** 30 } as const
  await screen.after(() => session.backupMaking.change({ type: 'failed', problem }))
  expect(screen.text()).toContain('up to 3 GB; a backup takes 1 GB of them')
  await screen.click('button', 'Download without files')
  expect(session.asked.at(-1)).toEqual(['makeBackup', false])
})

it('V4 asks for the passphrase before it makes what opens everything', async () => {
  const session = await open()
  await screen.after(() => session.changeView({ lock: { ...session.view().lock, passphrase: true } }))
  await screen.click('button', 'Download')
  expect(session.asked).toEqual([])
  await screen.type('Your passphrase', 'right')
  await screen.click('button', 'Continue')
  expect(session.asked.at(-1)).toEqual(['makeBackup', true])
})
