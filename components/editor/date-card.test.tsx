// @vitest-environment happy-dom
import { act } from 'react'
import { createRoot, type Root } from 'react-dom/client'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DateCard } from '#components/editor/date-card'
import { selectBlock } from '#lib/editor/blocks'
import { insertDate } from '#lib/editor/mentions'
import { createScreen, type Screen } from '#lib/testing/editor-screen'

let alice: Screen
let root: Root
let asked = 0

beforeEach(async () => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })
  asked = 0
  const show = () => root.render(<DateCard editor={alice.editor} asked={asked} />)
  alice = createScreen({
    onAskDate() {
      asked++
      show()
    },
  })
  const mount = document.createElement('div')
  document.body.append(mount)
  root = createRoot(mount)
  alice.run(insertDate('2026-11-26'))
  await act(async () => show())
})
afterEach(async () => {
  await act(async () => root.unmount())
  alice.close()
  document.body.replaceChildren()
})

const frame = () => act(() => new Promise<void>((done) => requestAnimationFrame(() => done())))
const field = () => document.querySelector<HTMLInputElement>('input[type=date]')
const day = () => alice.editor.view.dom.querySelector('time')?.dateTime
const select = () => alice.run(selectBlock(1))

describe('the card of a day', () => {
  it('comes with the selection, and takes the focus when it is asked for, however quickly', async () => {
    expect(field()).toBeNull()
    await act(async () => {
      select()
      alice.press('Enter')
    })
    await frame()
    expect(field()?.value).toBe('2026-11-26')
    expect(document.activeElement).toBe(field())
  })
  it('takes no focus by itself, and changes the day', async () => {
    await act(async () => void select())
    await frame()
    const input = field()
    expect(document.activeElement).not.toBe(input)
    await act(async () => {
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, '2027-01-31')
      input?.dispatchEvent(new Event('input', { bubbles: true }))
    })
    expect(day()).toBe('2027-01-31')
    await act(async () => {
      input?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))
    })
    expect(document.activeElement).toBe(alice.editor.view.dom)
  })
})
