// @vitest-environment happy-dom
import { useState } from 'react'
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
    return <Alerts key={place}>{place === 'here' ? <Teller /> : null}</Alerts>
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
