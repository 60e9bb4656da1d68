// @vitest-environment happy-dom
import { useState } from 'react'
import { afterEach, expect, it, vi } from 'vitest'
import { SessionProvider } from '#components/session/session-context'
import { ExportDialog } from '#components/workspace/export-dialog'
import { createFakeSession, fakeId } from '#lib/testing/fake-session'
import { type Rendered, render } from '#lib/testing/rendered'

let screen: Rendered
afterEach(async () => {
  vi.restoreAllMocks()
  await screen.close()
})

const page = { id: fakeId('page'), title: 'Plan', createdAt: 0 }

function Stage() {
  const [isOpen, setIsOpen] = useState(true)
  return <ExportDialog open={isOpen} page={page} onClose={() => setIsOpen(false)} />
}

async function open(session = createFakeSession()) {
  screen = await render(
    <SessionProvider session={session}>
      <Stage />
    </SessionProvider>,
  )
  return session
}

it('downloads the page in the chosen format, with comments only if that is wished, and closes', async () => {
  const save = vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:x')
  const session = await open()
  await screen.click('radio', /^Word/)
  await screen.click('switch', /comments/)
  await screen.click('button', 'Download')
  expect(session.asked).toEqual([['exportPage', [page.id, { format: 'docx', withComments: true }]]])
  expect(save).toHaveBeenCalledOnce()
  expect(screen.has('dialog', /./)).toBe(false)
})

it('stops writing all pages when it is closed, and saves nothing of it', async () => {
  const save = vi.spyOn(URL, 'createObjectURL')
  const session = createFakeSession()
  let stopped: AbortSignal | undefined
  session.exportWorkspace = ({ signal, onWritten }) => {
    stopped = signal
    onWritten(3)
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve({ ok: false, error: { type: 'stopped' } }))
    })
  }
  await open(session)
  await screen.click('radio', /^All pages/)
  await screen.click('button', 'Download')
  expect(screen.text()).toContain('3 of')
  await screen.click('button', 'Close')
  expect(stopped?.aborted).toBe(true)
  expect(save).not.toHaveBeenCalled()
})

it('says why nothing was made', async () => {
  const session = await open()
  session.failNext({ type: 'storage-failed' })
  await screen.click('button', 'Download')
  expect(screen.text()).toContain('could not write to this device')
  expect(screen.has('dialog', /./)).toBe(true)
})
