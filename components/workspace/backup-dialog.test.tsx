// @vitest-environment happy-dom
import { useState } from 'react'
import { afterEach, expect, it, vi } from 'vitest'
import { SessionProvider } from '#components/session/session-context'
import { BackupDialog } from '#components/workspace/backup-dialog'
import { createFakeSession } from '#lib/testing/fake-session'
import { type Rendered, render } from '#lib/testing/rendered'

let screen: Rendered
afterEach(async () => {
  vi.restoreAllMocks()
  await screen.close()
})

const backup = { fileName: 'w.backup', bytes: Uint8Array.of(1), code: 'ABCD-EFGH' }

function Stage() {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <>
      <button type="button" onClick={() => setIsOpen(true)}>
        Back up
      </button>
      <BackupDialog open={isOpen} onClose={() => setIsOpen(false)} />
    </>
  )
}

async function open(downloadBackup = async () => ({ ok: true, value: backup }) as const) {
  const session = { ...createFakeSession(), downloadBackup }
  screen = await render(
    <SessionProvider session={session}>
      <Stage />
    </SessionProvider>,
  )
  await screen.click('button', 'Back up')
  return session
}

it('notes a backup when the person says that they have the code, and not before', async () => {
  const session = await open()
  await screen.click('button', 'Download')
  expect(screen.text()).toContain('ABCD-EFGH')
  expect(session.asked).toEqual([])
  await screen.click('button', 'I have the code')
  expect(session.asked).toEqual([['noteBackupKept']])
})

it('leaves the file’s address open while the browser may still read it', async () => {
  const revoked = vi.spyOn(URL, 'revokeObjectURL')
  await open()
  await screen.click('button', 'Download')
  expect(screen.text()).toContain('ABCD-EFGH')
  expect(revoked).not.toHaveBeenCalled()
})

it('shows no code and saves no file of a backup that was given up while it was sealed', async () => {
  let seal = () => {}
  const sealed = new Promise<void>((resolve) => {
    seal = resolve
  })
  const saved = vi.spyOn(URL, 'createObjectURL')
  await open(async () => {
    await sealed
    return { ok: true, value: backup }
  })
  await screen.click('button', 'Download')
  await screen.click('button', 'Close')
  await screen.after(seal)
  await screen.click('button', 'Back up')
  expect(screen.has('button', 'Download')).toBe(true)
  expect(screen.text()).not.toContain('ABCD-EFGH')
  expect(saved).not.toHaveBeenCalled()
})
