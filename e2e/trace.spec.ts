import { loadTrace } from '#lib/testing/load-trace'
import { expect, test } from './journey'
import { bringTogether, type Person } from './person'
import { roundsOf, type Turn } from './trace-rounds'
import { expectText } from './units'

/** Before anybody types "- " at the start of a line, which a page takes for a list and plain Yjs does not. */
const TRANSACTIONS = 244

/** Puts the caret after that many letters and line breaks, from the nearer end of the page. */
async function placeCaret({ body, page }: Person, at: number, length: number): Promise<void> {
  const isNearStart = at < length / 2
  await body.press(isNearStart ? 'ControlOrMeta+Home' : 'ControlOrMeta+End')
  const steps = isNearStart ? at : length - at
  for (let step = 0; step < steps; step++) await page.keyboard.press(isNearStart ? 'ArrowRight' : 'ArrowLeft')
}

async function typeTurn({ page }: Person, { keys }: Turn): Promise<void> {
  for (const key of keys) await page.keyboard.press(key === ' ' ? 'Space' : key)
}

/**
 * The beginning of friendsforever by its two writers, key by key. A transaction is typed once all that its writer had on
 * screen then is on screen here, and together with what the other wrote unseen. A keyboard cannot keep the network from
 * bringing some of that earlier than it came then.
 */
test('two people write what two people really wrote, and both read what plain Yjs makes of it', async ({ meet }) => {
  const whole = loadTrace('friendsforever')
  const rounds = roundsOf({ ...whole, txns: whole.txns.slice(0, TRANSACTIONS) })
  expect(rounds.filter(({ turns }) => turns.length === 2).length).toBeGreaterThan(7)
  const [alice, bob] = [await meet('Alice'), await meet('Bob')]
  const people = [alice, bob]
  await bringTogether(alice, bob, { title: 'Friends' })
  await alice.body.press('ControlOrMeta+Home')
  let length = 0
  for (const { turns, text } of rounds) {
    const writing = turns.flatMap((turn) =>
      people.slice(turn.agent, turn.agent + 1).map((person) => ({ person, turn })),
    )
    for (const { person, turn } of writing) {
      if (turn.at !== undefined) await placeCaret(person, turn.at, length)
    }
    await Promise.all(writing.map(({ person, turn }) => typeTurn(person, turn)))
    for (const person of people) await expectText(person, text)
    length = text.length
  }
  await bob.page.reload()
  await expectText(bob, rounds.at(-1)?.text ?? '')
})
