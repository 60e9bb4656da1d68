// @vitest-environment happy-dom
import { useState } from 'react'
import { afterEach, expect, it } from 'vitest'
import { Dialog } from '#components/ui/dialog'
import { Opener } from '#components/ui/opener'
import { type Rendered, render } from '#lib/testing/rendered'

/** A button that opens a dialog by itself, and two in a panel and a menu that stand open and close as they are pressed. */
function Desk() {
  const [task, setTask] = useState<'first' | 'second'>()
  const [isOpen, setIsOpen] = useState(true)
  const begin = () => {
    setIsOpen(false)
    setTask('first')
  }
  return (
    <>
      <button type="button" onClick={() => setTask('first')}>
        Alone
      </button>
      <button type="button" aria-haspopup="menu" aria-expanded="true">
        Another menu
      </button>
      <button type="button" aria-haspopup="dialog" aria-expanded={isOpen} aria-controls="panel">
        Pill
      </button>
      {isOpen ? (
        <div role="dialog" id="panel">
          <button type="button" onClick={begin}>
            Inside
          </button>
        </div>
      ) : null}
      <Opener open={task !== undefined}>
        <Dialog open={task === 'first'} onClose={() => setTask(undefined)} title="First">
          <input autoFocus aria-label="Field" />
          <button type="button" onClick={() => setTask('second')}>
            On
          </button>
        </Dialog>
        <Dialog open={task === 'second'} onClose={() => setTask(undefined)} title="Second">
          <p>The last.</p>
        </Dialog>
      </Opener>
    </>
  )
}

let screen: Rendered
afterEach(() => screen.close())

it.each([
  ['Alone', 'Alone', 'a button'],
  ['Inside', 'Pill', 'something in a panel that closes with it'],
])(
  'brings the focus back from the last of two dialogs to where the first was opened: “%s” gives it to “%s”, %s',
  async (pressed, back) => {
    screen = await render(<Desk />)
    const button = screen.find('button', pressed)
    await screen.after(() => button.focus())
    await screen.click('button', pressed)
    await screen.click('button', 'On')
    await screen.click('button', 'Close')
    expect(document.activeElement).toBe(screen.find('button', back))
  },
)
