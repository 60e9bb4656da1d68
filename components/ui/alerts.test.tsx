// @vitest-environment happy-dom
import { Fragment, useState } from 'react'
import { expect, it } from 'vitest'
import { AlertKeeper, Alerts, useAlert } from '#components/ui/alerts'
import { render } from '#lib/testing/rendered'

it('what was told stays on screen while what shows it is replaced', async () => {
  let tell = (_: string) => {}
  let leave = () => {}
  function Teller() {
    tell = useAlert()
    return null
  }
  function Desk() {
    const [place, setPlace] = useState('here')
    leave = () => setPlace('there')
    return (
      <Fragment key={place}>
        {place === 'here' ? <Teller /> : null}
        <Alerts />
      </Fragment>
    )
  }
  const screen = await render(
    <AlertKeeper>
      <Desk />
    </AlertKeeper>,
  )
  await screen.after(leave)
  await screen.after(() => tell('It was not added.'))
  expect(screen.text()).toContain('It was not added.')
  await screen.click('button', 'Dismiss')
  expect(screen.text()).not.toContain('It was not added.')
  await screen.close()
})

it('a card that is dismissed hands the focus to the next one, and the last one to where it was before', async () => {
  let tell = (_: string) => {}
  function Teller() {
    tell = useAlert()
    return <input aria-label="Title" />
  }
  const screen = await render(
    <AlertKeeper>
      <Teller />
      <Alerts />
    </AlertKeeper>,
  )
  await screen.after(() => {
    for (const text of ['One.', 'Two.']) tell(text)
  })
  const dismiss = async () => {
    const button = screen.find('button', 'Dismiss')
    button.focus()
    await screen.after(() => button.click())
  }
  const title = screen.find('textbox', 'Title')
  title.focus()
  await dismiss()
  expect(document.activeElement).toBe(screen.find('alert', /Two/))
  await dismiss()
  expect(document.activeElement).toBe(title)
  await screen.close()
})
