// @vitest-environment happy-dom
import { act, useState } from 'react'
import { afterEach, expect, it, vi } from 'vitest'
import { SessionProvider } from '#components/session/session-context'
import { AlertKeeper, Alerts } from '#components/ui/alerts'
import { ExportDialog } from '#components/workspace/export-dialog'
import type { LeftFile } from '#lib/session/session-view'
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
      <AlertKeeper>
        <Alerts />
        <Stage />
      </AlertKeeper>
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

it('F1 says how many pictures are gathered, stops on request, and says what stands in the file by name only', async () => {
  const save = vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:x')
  const session = createFakeSession()
  const asked: Parameters<typeof session.exportPage>[1][] = []
  const answers: ((left: readonly LeftFile[]) => void)[] = []
  session.exportPage = (_id, wish) => {
    asked.push(wish)
    wish.onLooked?.(2, 5)
    return new Promise((resolve) => {
      answers.push((left) =>
        resolve({ ok: true, value: { fileName: 'Plan.html', type: 'text/html', content: '', left } }),
      )
    })
  }
  await open(session)
  await screen.click('radio', /^Web page/)
  await screen.click('button', 'Download')
  expect(screen.text()).toContain('2 of 5 pictures gathered')
  await screen.click('button', 'Stop')
  expect(asked[0]?.signal?.aborted).toBe(true)
  expect(screen.text()).toContain('Stopped. Nothing was saved.')
  await screen.click('button', 'Download')
  await act(async () => {
    answers[0]?.([])
    answers[1]?.([{ node: 'image', name: 'map.png', because: { type: 'away' } }])
  })
  expect(save).toHaveBeenCalledOnce()
  expect(screen.find('alert', /./).textContent).toContain('1 picture could not be had now')
  expect(screen.has('dialog', /./)).toBe(false)
})
