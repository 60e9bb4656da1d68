import { describe, expect, it } from 'vitest'
import { err, ok } from '#lib/base/result'
import { createLeader, openTab } from '#lib/testing/lone-leader'

/** Words that a tab typed and could not hand over, while a copy of the profile wrote others at the same clocks. */
async function scene(theirs: string) {
  const leader = createLeader()
  const [tab, copy] = [await openTab({ leader }), await openTab({ leader })]
  tab.type('both. ')
  await tab.clock.advance(500)
  await copy.channel.reload()
  leader.answer = async () => err({ type: 'nobody-leads' })
  tab.type('mine, ')
  tab.type('too. ')
  await tab.clock.advance(10)
  const left = tab.channel.unsaved()
  leader.answer = async () => ok(undefined)
  copy.type(theirs)
  await copy.clock.advance(500)
  expect(leader.text()).toBe(`both. ${theirs}`)
  return { leader, tab, left }
}
const theirWords = ['them. ', 'them, and much more of theirs. ']
const expected = (theirs: string) => ['both. ', 'mine, too. ', theirs].sort()
const partsOf = (words: string, theirs: string) =>
  expected(theirs).filter((part) => words.split(part).length === 2 && words.length === expected(theirs).join('').length)

describe('words at clocks at which a copied profile wrote others', () => {
  it.each(theirWords)('attack 8 E2 are written anew by the tab that shows them, beside: %s', async (theirs) => {
    const { leader, tab } = await scene(theirs)
    leader.clients = [201, 202]
    await tab.clock.advance(3000)
    expect(partsOf(leader.text(), theirs)).toEqual(expected(theirs))
    expect(tab.channel.pending()).toBe(0)
  })

  it.each(theirWords)('attack 8 E2 E12 are written anew where a closed tab left them, beside: %s', async (theirs) => {
    const { leader, tab, left } = await scene(theirs)
    tab.channel.close()
    leader.clients = [201, 202]
    const next = await openTab({ leader })
    await next.channel.adopt(left)
    await next.clock.advance(500)
    expect(partsOf(leader.text(), theirs)).toEqual(expected(theirs))
  })

  it('E12 are no others where they are the same, however they were put together', async () => {
    const { leader, tab } = await scene('mine, too. ')
    await tab.clock.advance(3000)
    expect(leader.text()).toBe('both. mine, too. ')
    expect(tab.channel.pending()).toBe(0)
  })
})
