// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { deleteBlock } from '#lib/editor/block-actions'
import { connect, createScreen, type Screen } from '#lib/testing/editor-screen'

let alice: Screen
let bob: Screen
beforeEach(() => {
  alice = createScreen()
  bob = createScreen()
  alice.type('one')
  alice.press('Enter')
  alice.type('two')
  alice.press('Enter')
  alice.type('- three')
})
afterEach(() => {
  alice.close()
  bob.close()
})

const placeOf = (words: string): string => {
  alice.select(words)
  const place = alice.editor.blockPlace()
  if (place === undefined) throw new Error('no place')
  return place
}
const shown = ({ editor }: Screen) => editor.view.state.selection.$head.parent.textContent

describe('the place of a block', () => {
  it('is short, and leads to it on every screen, however much is written around it', () => {
    const [two, three] = [placeOf('two'), placeOf('three')]
    expect(two).toMatch(/^[\da-z]+-[\da-z]+$/)
    connect(alice, bob)
    bob.select('one')
    bob.type('a whole new beginning')
    bob.press('Enter')
    bob.type('more')
    alice.select('two', 'end')
    alice.type(' and a half')
    for (const screen of [alice, bob]) {
      expect(screen.editor.goToPlace(two)).toBe(true)
      expect(shown(screen)).toBe('two and a half')
      expect(screen.editor.goToPlace(three)).toBe(true)
      expect(shown(screen)).toBe('three')
    }
    expect(alice.strays.concat(bob.strays)).toEqual([])
  })
  it('leads to where the block stood, once it is gone', () => {
    const two = placeOf('two')
    connect(alice, bob)
    bob.select('two')
    bob.run(deleteBlock)
    expect(alice.editor.goToPlace(two)).toBe(true)
    expect(shown(alice)).toBe('three')
  })
  it('leads nowhere before the block has come', () => {
    const two = placeOf('two')
    expect(bob.editor.goToPlace(two)).toBe(false)
    connect(alice, bob)
    expect(bob.editor.goToPlace(two)).toBe(true)
  })
  it.each(['', '-', 'x', '1-1', 'zzzzzzzzzzz-zzzzzzzzzzz', '-1-5', '1.5-2', '__proto__', `${'1'.repeat(500)}-1`])(
    'attack 26 leads nowhere for %j',
    (text) => expect(alice.editor.goToPlace(text)).toBe(false),
  )
})
